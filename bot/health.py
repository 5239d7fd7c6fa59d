"""A sign of life in a file, for the container's health check: the last moment with every shard connected to Discord.

It counts for a minute. An ordinary reconnect takes seconds and so is no illness; a shard that stays away is one, as its
servers get no answers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Protocol

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 10.0
_STALE_SECONDS = 60.0


class Alive(Protocol):
    """What can tell until when it was connected."""

    @property
    def connected_until(self) -> float | None:
        """Unix seconds, now at the latest; None where it never was."""


def _file(database_path: Path) -> Path:
    return database_path.with_name(database_path.name + ".alive")


class Heartbeat:
    """Writes the moment as the file's time, every ten seconds."""

    def __init__(self, database_path: Path, connection: Alive) -> None:
        self._file = _file(database_path)
        self._connection = connection

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(_EVERY_SECONDS)

    def beat(self) -> None:
        """Give a sign of life, if there ever was a connection."""
        moment = self._connection.connected_until
        if moment is None:
            return
        try:
            self._file.touch()
            os.utime(self._file, (moment, moment))
        except OSError as error:
            _log.warning("No sign of life could be written (%s)", error)


def is_alive(database_path: Path) -> bool:
    """Whether a bot with this database gave a sign of life in the last minute."""
    try:
        return time.time() - _file(database_path).stat().st_mtime < _STALE_SECONDS
    except OSError:
        return False
