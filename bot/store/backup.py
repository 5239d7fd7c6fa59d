"""Backups: made beside a running bot, and put back in place of a database and its kept pictures."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.errors import StoreError
from bot.store import data_folders
from bot.store.backup_archive import DATABASE, PICTURES, Backup, pack, refused, unpack
from bot.store.database import lock
from bot.store.sql import restored

_REPLACED: Final = ("", "-wal", "-shm", ".pictures")
"""What is replaced with a database, by what its name has more than the database's."""


def back_up(database: Path, target: Path, now: datetime) -> Backup:
    """Write a backup of a database and its pictures to a file that is not there yet; what is in it.

    The copy is of one moment and was checked. A bot may use the database meanwhile; it is not held up.

    Raises:
        StoreError: with a sentence, and no file was left behind.
    """
    if not database.is_file():
        raise refused(f"DATABASE_PATH: there is no database {database}, so there is nothing to back up.")
    if target.exists() or target.is_symlink():
        raise refused(f"{target} is there already. Name a file that is not; nothing was overwritten.")
    if not target.parent.is_dir():
        raise refused(f"There is no folder {target.parent}. Make it, or name another file.")
    try:
        with _folder_of_our_own(target.parent, target.name) as folder:
            part = folder / "backup.tar"
            backup = pack(database, folder / DATABASE, part, now)
            part.replace(target)
            _write_through(target.parent)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise refused(f"The backup could not be made ({_in_short(error)}). No file was written.") from error
    return backup


def restore(source: Path, database: Path, now: datetime) -> tuple[Backup, Path | None]:
    """Put a backup in place of a database and its pictures; what is in it, and where what it replaced is kept now.

    Everything is unpacked and checked before anything is replaced. What may have been done since the backup was made is
    marked as open.

    Raises:
        StoreError: with a sentence, and nothing was changed.
    """
    if not source.is_file():
        raise refused(f"There is no file {source}. Nothing was changed.")
    made = _missing_folders(database.parent)
    try:
        data_folders.make_folder(database.parent)
        descriptor = lock(database)
        try:
            with _folder_of_our_own(database.parent, database.name) as folder:
                backup = unpack(source, folder)
                _mark_what_is_open(folder / DATABASE, now)
                return backup, _replace(folder, database, now)
        finally:
            os.close(descriptor)
    except StoreError:
        _remove_if_unused(database, made)
        raise
    except (OSError, sqlite3.Error, tarfile.TarError, EOFError) as error:
        _remove_if_unused(database, made)
        raise refused(f"{source} could not be restored ({_in_short(error)}). Nothing was changed.") from error


def _mark_what_is_open(copy: Path, now: datetime) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        restored.mark(connection, now)


def _replace(folder: Path, database: Path, now: datetime) -> Path | None:
    """Put what was unpacked in the place of a database; where what was there is now, if anything was."""
    kept = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    before = [path for end in _REPLACED if (path := database.with_name(database.name + end)).exists()]
    if before:
        kept.mkdir(mode=0o700)
    moved: list[Path] = []
    try:
        for path in before:
            path.rename(kept / path.name)
            moved.append(path)
        (folder / PICTURES).rename(data_folders.pictures_folder(database))
        (folder / DATABASE).rename(database)
        _write_through(database.parent)
    except OSError:
        _undo(kept, database, moved)
        raise
    return kept if before else None


def _undo(kept: Path, database: Path, moved: list[Path]) -> None:
    database.unlink(missing_ok=True)
    shutil.rmtree(data_folders.pictures_folder(database), ignore_errors=True)
    for path in moved:
        (kept / path.name).rename(path)
    with suppress(OSError):
        kept.rmdir()


@contextmanager
def _folder_of_our_own(parent: Path, name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f".{name[:64]}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_through(folder: Path) -> None:
    """Have a folder's names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that would have to be made for a folder, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _remove_if_unused(database: Path, made: list[Path]) -> None:
    if not made:
        return
    with suppress(OSError):
        database.with_name(f"{database.name}.lock").unlink()
        for folder in made:
            folder.rmdir()


def _in_short(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
