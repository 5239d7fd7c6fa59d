"""What is told once: the welcome of a server, and the hint for each of its admins."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.domain.clock import Clock
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import to_millis

_EVERYBODY: Final = 0
"""Stands for a user where the whole server is told."""


class GreetingStore:
    """Writes down who was told, before they are: a greeting that got lost is better than a second one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, guild_id: int, user_id: int = _EVERYBODY) -> bool:
        """Write down that a server, or one of its admins, is told; whether it is the first time.

        Raises:
            StoreError: the database refused.
        """

        def intent(connection: sqlite3.Connection) -> bool:
            row = (guild_id, user_id, to_millis(self._clock()))
            return connection.execute("INSERT OR IGNORE INTO greetings VALUES (?, ?, ?)", row).rowcount == 1

        return await self._database.write(intent, name="note greeting", within=ANSWER_SECONDS)
