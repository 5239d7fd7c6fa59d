"""The machine: disk, folders, the database, decoders."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.config import Settings
from bot.operations.doctor.finding import Finding, fail, ok, warn
from bot.store import data_folders
from bot.store.database import migrations
from bot.store.figures import figures
from bot.store.read_only import connect_read_only

_GB: Final = 1_000_000_000
_MOVE: Final = "Set DATABASE_PATH to a file in a folder that the bot may write in."


def check_machine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Everything that can be said without the network. Nothing is written."""
    path = settings.database_path
    yield check_disk(path)
    yield from _folders(path)
    yield from _database(path, now, timedelta(seconds=2 * settings.job_timeout_seconds))
    yield from _decoders()
    if settings.backup_dir is not None:
        yield from _backup_folder(settings.backup_dir)


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    return next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())


def check_disk(path: Path) -> Finding:
    """How much room there is."""
    free = shutil.disk_usage(_nearest(path.parent)).free
    text = f"{free / _GB:.1f} GB are free where the database is."
    if free < _GB // 10:
        return fail("disk", text, "Make room: a full disk stops every write.")
    if free < _GB:
        return warn("disk", text, "Make room: a video on its way may have 0.5 GB.")
    return ok("disk", text)


def _folders(path: Path) -> Iterator[Finding]:
    folder = path.parent
    if not folder.is_dir():
        nearest = _nearest(folder)
        if not os.access(nearest, os.W_OK | os.X_OK):
            yield fail("folder", f"{folder} is not there, and cannot be made in {nearest}.", _MOVE)
        else:
            yield ok("folder", f"{folder} is made at the first start.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield fail("folder", f"{folder} cannot be written in.", _MOVE)
        return
    yield ok("folder", f"{folder} can be written in.")
    yield from check_modes(path)


def check_modes(path: Path) -> Iterator[Finding]:
    """Whether others on this machine may read what is the bot's; nothing where there is nothing yet."""
    ours = (path, data_folders.work_folder(path), data_folders.pictures_folder(path))
    modes = {entry: stat.S_IMODE(entry.stat().st_mode) for entry in ours if entry.exists()}
    for entry in (entry for entry, mode in modes.items() if mode & 0o077):
        yield warn("modes", f"others on this machine may read {entry}.", f"Run chmod go-rwx {entry}")
    if modes and not any(mode & 0o077 for mode in modes.values()):
        yield ok("modes", "nobody else on this machine may read the database and what is beside it.")


def _database(path: Path, now: datetime, overdue: timedelta) -> Iterator[Finding]:
    if not path.exists():
        yield ok("database", f"{path} is made at the first start.")
        return
    try:
        with closing(connect_read_only(path)) as connection:
            yield from _contents(connection, path, now, overdue)
    except sqlite3.Error as error:
        yield fail("database", f"{path} cannot be read ({error}).", "Restore a backup: python -m bot restore FILE")
        return
    yield ok("bot", f"one is running with {path}." if _is_held(path) else f"none is running with {path}.")


def _contents(connection: sqlite3.Connection, path: Path, now: datetime, overdue: timedelta) -> Iterator[Finding]:
    version, newest = int(connection.execute("PRAGMA user_version").fetchone()[0]), migrations()[-1][0]
    if version > newest:
        text = f"{path} was written by a newer version of this bot (database {version}, this program knows {newest})."
        yield fail("database", text, "Update the bot.")
        return
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        yield fail("database", f"{path} is damaged ({found}).", "Restore a backup: python -m bot restore FILE")
        return
    megabytes = path.stat().st_size / 1e6
    state = "up to date" if version == newest else "brought up to date at the next start"
    yield ok("database", f"whole, {megabytes:.1f} MB, version {version} ({state}).")
    if version != newest:
        return
    oldest = figures(connection, f"{now:%Y-%m-%d}").oldest
    if oldest is None:
        yield ok("jobs", "no video is in the making.")
        return
    age = now - oldest
    text = f"the oldest video in the making was asked for {age.total_seconds() / 60:.0f} minutes ago."
    if age > overdue:
        yield warn("jobs", text, "Run python -m bot jobs, then resume JOB or fail JOB.")
    else:
        yield ok("jobs", text)


def _is_held(path: Path) -> bool:
    """Whether a bot runs with a database."""
    try:
        with path.with_name(f"{path.name}.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _decoders() -> Iterator[Finding]:
    try:
        import av
        import pi_heif
        import PIL
    except ImportError as error:
        yield fail("decoders", f"{error.name} is missing.", "Install the packages of requirements/run.txt.")
        return
    codec = ".".join(str(part) for part in av.library_versions["libavcodec"])
    versions = f"PyAV {av.__version__} (libavcodec {codec}), Pillow {PIL.__version__}, pi-heif {pi_heif.__version__}"
    yield ok("decoders", f"{versions}.")


def _backup_folder(folder: Path) -> Iterator[Finding]:
    nearest = _nearest(folder)
    if not os.access(nearest, os.W_OK | os.X_OK):
        name, to_do = "folder for backups", "Set BACKUP_DIR to a folder that the bot may use."
        yield fail(name, f"{nearest} cannot be written in.", to_do)
