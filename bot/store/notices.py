"""The table ``notices``: what is still to be told."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.store.database import Database
from bot.store.sql import guilds
from bot.text import Text, load_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text and the channel (its id) where it belongs; channel 0 is the operator's log."""

    id: int
    channel_id: int
    text: Text


class NoticeStore:
    """What is still to be told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> list[Notice]:
        """The oldest notices that were not told yet."""
        rows = await self._database.rows(guilds.NOTICES)
        return [Notice(id=row["id"], channel_id=row["channel_id"], text=load_stored(row["text"])) for row in rows]

    async def told(self, notice_id: int) -> None:
        """Take a notice off the list."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM notices WHERE id = ?", (notice_id,))

        await self._database.write(intent, name="told")
