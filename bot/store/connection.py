"""One connection to the SQLite file, and the one thread that uses it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import aiosqlite

BUSY_SECONDS: Final = 0.2
"""How long one attempt waits for a lock of another process; whoever waits longer makes another attempt."""
_OPEN_SECONDS: Final = 30.0
_FETCHED_AT_ONCE: Final = 64
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL)
"""A lock is held; locks are being fought over."""

_T = TypeVar("_T")


class Connection(aiosqlite.Connection):
    """A connection of aiosqlite's whose thread also runs whole functions.

    aiosqlite makes each statement a trip to its thread and back, and has no public method for more. ``run`` uses what
    all of its own methods are made of; this is the only place that does.
    """

    def __init__(self, path: Path) -> None:
        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(path, isolation_level=None, timeout=_OPEN_SECONDS)
            connection.row_factory = sqlite3.Row
            return connection

        super().__init__(connect, _FETCHED_AT_ONCE)
        self.hops = 0
        """How often something was run on the thread."""

    async def run(self, function: Callable[[sqlite3.Connection], _T]) -> _T:
        """Call a function with the connection, on its thread. Once it began, no cancellation stops it."""
        self.hops += 1
        result: _T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return result


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds a lock: trying again helps, and nothing was done."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in _BUSY
