"""The file that a backup is: a tar archive of ``database.sqlite3``, ``pictures/`` and ``manifest.json``.

Nobody but its owner may read it. What is unpacked is checked to the last byte: names, digests, the database itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from bot.errors import StoreError
from bot.store import data_folders
from bot.store.database import migrations
from bot.store.read_only import connect_read_only

DATABASE: Final = "database.sqlite3"
PICTURES: Final = "pictures"
_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_PICTURE_NAME: Final = re.compile(r"([0-9a-f]{64})\.[0-9a-z]{1,8}")
_HALF_WRITTEN: Final = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What is in a backup. ``size`` is that of the file, in bytes."""

    made_at: datetime
    version: int
    jobs: int
    pictures: int
    size: int


def pack(database: Path, copy: Path, target: Path, now: datetime) -> Backup:
    """Pack pictures, the database, then what pictures came meanwhile: none that the copy names is missing."""
    folder = data_folders.pictures_folder(database)
    with target.open("xb") as file:
        target.chmod(0o600)
        with tarfile.open(fileobj=file, mode="w") as archive:
            packed = _add_pictures(archive, folder, frozenset())
            version, jobs = _copy(database, copy)
            archive.add(copy, DATABASE, filter=_plain)
            packed |= _add_pictures(archive, folder, packed)
            manifest = {
                "format": _FORMAT,
                "made_at": now.isoformat(),
                "version": version,
                "jobs": jobs,
                "pictures": len(packed),
            }
            _add_text(archive, _MANIFEST, json.dumps(manifest, indent=2))
        file.flush()
        os.fsync(file.fileno())
    return Backup(made_at=now, version=version, jobs=jobs, pictures=len(packed), size=target.stat().st_size)


def unpack(source: Path, folder: Path) -> Backup:
    """Unpack a backup into an empty folder, and check every byte of it.

    Raises:
        StoreError: it is not a whole backup of this bot.
        OSError: it could not be read or written.
    """
    pictures = folder / PICTURES
    pictures.mkdir(mode=0o700)
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                _unpack_member(archive, member, folder)
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        made_at, format_ = datetime.fromisoformat(manifest["made_at"]), int(manifest["format"])
        wanted = (int(manifest["version"]), int(manifest["jobs"]), int(manifest["pictures"]))
    except (tarfile.TarError, EOFError, FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise refused(f"{source} is not a whole backup of this bot. Nothing was changed.") from error
    if format_ != _FORMAT:
        raise refused(f"{source} was made by a newer version of this bot. Update it first. Nothing was changed.")
    if not (folder / DATABASE).is_file():
        raise refused(f"{source} has no database in it. Nothing was changed.")
    version, jobs = _check(folder / DATABASE)
    count = sum(1 for _ in data_folders.pictures(pictures))
    if (version, jobs, count) != wanted:
        raise refused(f"{source} is not whole: its contents are not what it lists. Nothing was changed.")
    return Backup(made_at=made_at, version=version, jobs=jobs, pictures=count, size=source.stat().st_size)


def _copy(database: Path, copy: Path) -> tuple[int, int]:
    """Copy a database, as of its last commit, and check the copy; its version and how many jobs it has."""
    copy.touch(mode=0o600)
    with (
        closing(connect_read_only(database)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, with no log beside it
    return _check(copy)


def _check(copy: Path) -> tuple[int, int]:
    """The version and the number of jobs of a database that is whole.

    Raises:
        StoreError: it is damaged, or is no database of this bot, or of a newer one.
    """
    newest = migrations()[-1][0]
    try:
        with closing(connect_read_only(copy)) as connection:
            [(version,)] = connection.execute("PRAGMA user_version")
            if version > newest:
                raise refused(
                    f"The database in it was written by a newer version of this bot (database {version}, "
                    f"this program knows {newest}). Update the bot first. Nothing was changed."
                )
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise refused(f"The database is damaged ({' '.join(found[0].split())}). Nothing was changed.")
            if version < 1:
                raise refused("That is no database of this bot. Nothing was changed.")
            [(jobs,)] = connection.execute("SELECT count(*) FROM jobs")
    except sqlite3.DatabaseError as error:
        raise refused(f"The database cannot be read ({error}). Nothing was changed.") from error
    return version, jobs


def _add_pictures(archive: tarfile.TarFile, folder: Path, known: frozenset[str]) -> frozenset[str]:
    """Add the pictures of a folder that are not known yet; their names. One that goes meanwhile is left out."""
    added = set()
    for path in data_folders.pictures(folder):
        if path.name in known or path.suffix == _HALF_WRITTEN:
            continue
        with suppress(FileNotFoundError):
            archive.add(path, f"{PICTURES}/{path.name}", recursive=False, filter=_plain)
            added.add(path.name)
    return frozenset(added)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file without its owner's name, for its owner alone."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = _plain(tarfile.TarInfo(name))
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    picture = _PICTURE_NAME.fullmatch(path.name) if path.parent == PurePosixPath(PICTURES) else None
    is_known = picture is not None or member.name in (DATABASE, _MANIFEST)
    content = archive.extractfile(member) if member.isreg() and is_known else None
    if content is None:
        raise ValueError(f"{member.name!r} does not belong there")
    target = folder / path
    with content, target.open("xb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
    if picture is not None:
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != picture[1]:
                raise ValueError(f"{member.name!r} is damaged")


def refused(sentence: str) -> StoreError:
    """An error with a sentence for the operator."""
    return StoreError(sentence, user_message=sentence)
