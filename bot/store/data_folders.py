"""What lies beside the database: two folders named after it, and in them files whose names are of our own making.

Whatever else is there is somebody else's, and stays. Earlier versions called the folders ``work`` and ``pictures``.
"""

from __future__ import annotations

import logging
import re
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from bot.domain.picture_addresses import StoredPictureAddress
from bot.errors import StoreError

_log = logging.getLogger(__name__)
_AT_WORK: Final = re.compile(
    r"(?:[0-9a-f]{16}-(?:original|poster|[0-9]+|part-[0-9]+|joined(?:-[0-9]+)?)|scratch-[0-9a-f]{16})"
    r"\.(?:mp4|picture|jpg|png|webp)(?:\.part)?"
)
_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_PICTURE: Final = re.compile(r"[0-9a-f]{64}\.[0-9a-z]+")


def work_folder(database: Path) -> Path:
    """Where videos in passing are."""
    return database.with_name(f"{database.name}.work")


def pictures_folder(database: Path) -> Path:
    """Where kept pictures are."""
    return database.with_name(f"{database.name}.pictures")


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it is in, for the bot's own user alone; one that exists stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([path for path in folder.parents if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def at_work(folder: Path) -> Iterator[Path]:
    """Every file of ours in a folder for videos in passing."""
    return _files(folder, _AT_WORK)


def pictures(folder: Path) -> Iterator[Path]:
    """Every picture of ours in a folder, also half written ones."""
    return _files(folder, _PICTURE)


def remove(files: Iterator[Path], is_unwanted: Callable[[Path], bool] = lambda _: True) -> int:
    """Remove files; how many. One that cannot go is for the next time."""
    count = 0
    for path in [path for path in files if is_unwanted(path)]:
        try:
            path.unlink(missing_ok=True)
            count += 1
        except OSError as error:
            _log.warning("%s could not be removed: %s", path, error)
    return count


def keep_private(database: Path) -> list[str]:
    """Take the database, and what is beside it, from everybody but the bot's own user; a warning where that fails."""
    names = ("", "-wal", "-shm", "-journal", ".lock", ".alive")
    work, kept = work_folder(database), pictures_folder(database)
    warnings = []
    for path in (*(database.with_name(database.name + name) for name in names), work, kept, *pictures(kept)):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _FOR_OTHERS:
                path.chmod(mode & ~_FOR_OTHERS)
        except FileNotFoundError:
            continue
        except OSError as error:
            warnings.append(f"{path} cannot be kept from other users of this machine ({error.strerror})")
    return warnings


def take_over(database: Path, wanted: Collection[StoredPictureAddress]) -> None:
    """Bring the pictures that the database names from where an earlier version kept them; also those of its backup.

    Raises:
        StoreError: one could not be moved.
    """
    before, now = database.with_name("pictures"), pictures_folder(database)
    names = {f"{source.digest}.{source.ending}" for source in wanted}
    moved = 0
    try:
        for path in pictures(before):
            if path.name in names:
                make_folder(now)
                shutil.move(path, now / path.name)
                moved += 1
    except OSError as error:
        sentence = f"DATABASE_PATH: the pictures in {before} could not be moved to {now} ({error.strerror})."
        raise StoreError(sentence, user_message=sentence) from error
    if moved:
        _log.info("Moved %d kept pictures from %s to %s", moved, before, now)
        _remove_if_empty(before)
    if remove(at_work(database.with_name("work"))):
        _remove_if_empty(database.with_name("work"))


def _files(folder: Path, name: re.Pattern[str]) -> Iterator[Path]:
    try:
        paths = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return iter(())
    return (path for path in paths if name.fullmatch(path.name) and path.is_file())


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        _log.info("%s has something left in it that this bot does not use; it stays", folder)
