"""A sign of life in a file, for the container's health check: given only while connected to Discord.

It counts for a minute. An ordinary reconnect takes seconds and so is no illness; a connection that stays away is one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Protocol

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 10.0
_STALE_SECONDS = 60.0


class Alive(Protocol):
    """What can tell whether it is connected."""

    @property
    def is_connected(self) -> bool:
        """Whether it is now."""


def _file(database_path: Path) -> Path:
    return database_path.with_name(database_path.name + ".alive")


class Heartbeat:
    """Touches the file every ten seconds."""

    def __init__(self, database_path: Path, client: Alive) -> None:
        self._file = _file(database_path)
        self._client = client

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(_EVERY_SECONDS)

    def beat(self) -> None:
        """Give a sign of life, if there is a connection."""
        if not self._client.is_connected:
            return
        try:
            self._file.touch()
        except OSError as error:
            _log.warning("No sign of life could be written (%s)", error)


def is_alive(database_path: Path) -> bool:
    """Whether a bot with this database gave a sign of life in the last minute."""
    try:
        return time.time() - _file(database_path).stat().st_mtime < _STALE_SECONDS
    except OSError:
        return False
