"""A backup a night into a folder, of which the newest are kept."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.domain.clock import Clock
from bot.errors import StoreError
from bot.store import data_folders
from bot.store.backup import back_up

_log = logging.getLogger(__name__)
_NIGHT: Final = timedelta(hours=3)
"""When the night's backup is due, after midnight UTC."""
_AGAIN: Final = timedelta(hours=1)
_LONGEST_SLEEP: Final = timedelta(hours=1)
"""A clock may be set, or a machine sleep: it is looked at so often."""
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_MIB: Final = 1024 * 1024


class NightlyBackups:
    """Makes the backup that is due, and removes the oldest beyond ``keep``. Other files in the folder stay."""

    def __init__(self, database: Path, folder: Path, clock: Clock, *, keep: int) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._keep = keep
        self.failure: str | None = None
        """Why the last one could not be made, if it could not."""
        self._name = re.compile(rf"{re.escape(database.name)}-(\d{{8}}T\d{{6}}Z)\.tar")
        self._leftover = re.compile(rf"\.{re.escape(database.name)}-\d{{8}}T\d{{6}}Z\.tar-[a-z0-9_]{{8}}")

    async def run(self) -> None:
        """Make each backup when it is due, until cancelled; at once where the last night has none."""
        while True:
            try:
                await asyncio.to_thread(self.make_due)
                self.failure = None
                wait = self._next_night() - self._clock()
            except (StoreError, OSError) as error:
                self.failure = _sentence(error)
                _log.error("The backup failed: %s It is tried again in an hour.", self.failure)
                wait = _AGAIN
            await asyncio.sleep(max(1.0, min(wait, _LONGEST_SLEEP).total_seconds()))

    def make_due(self) -> Path | None:
        """Make the backup that the last night should have left, if it is not there; its file.

        Raises:
            StoreError: it could not be made.
            OSError: the folder cannot be used.
        """
        data_folders.make_folder(self._folder)
        if (newest := self.newest()) is not None and newest >= self._next_night() - timedelta(days=1):
            return None
        self._remove_leftovers()
        now = self._clock()
        target = self._folder / f"{self._database.name}-{now:{_STAMP}}.tar"
        backup = back_up(self._database, target, now)
        removed = self._prune()
        message = "Backed up %d videos and %d pictures to %s (%.1f MB); %d older backups removed"
        _log.info(message, backup.jobs, backup.pictures, target, backup.size / _MIB, removed)
        return target

    def newest(self) -> datetime | None:
        """When the newest backup in the folder was made."""
        return max((made for made, _ in self._backups()), default=None)

    def _backups(self) -> list[tuple[datetime, Path]]:
        found = []
        for path in self._folder.iterdir():
            if (match := self._name.fullmatch(path.name)) is not None and path.is_file():
                try:
                    found.append((datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), path))
                except ValueError:
                    continue
        return sorted(found)

    def _prune(self) -> int:
        return data_folders.remove(path for _, path in self._backups()[: -self._keep])

    def _remove_leftovers(self) -> None:
        """Remove what a backup that was killed left behind."""
        for path in self._folder.iterdir():
            if self._leftover.fullmatch(path.name) is not None:
                shutil.rmtree(path, ignore_errors=True)

    def _next_night(self) -> datetime:
        now = self._clock()
        night = now.replace(hour=0, minute=0, second=0, microsecond=0) + _NIGHT
        return night if night > now else night + timedelta(days=1)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"BACKUP_DIR cannot be used ({error.strerror})."
    return str(error)
