"""Where the bot may be used and who may not use it, as far as that is written down."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import from_millis, to_millis
from bot.store.sql import guilds, operator_state
from bot.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """A server that the bot was seen in, as it was looked at last. ``is_home``: an operator is a member of it."""

    guild_id: int
    is_home: bool
    looked_at: datetime
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bans:
    """Who is banned everywhere, by their ids."""

    users: frozenset[int] = frozenset()
    servers: frozenset[int] = frozenset()


class AccessStore:
    """Servers and bans on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def servers(self) -> list[KnownServer]:
        """Every server that the bot was seen in."""
        rows = await self._database.rows("SELECT * FROM known_servers")
        return [
            KnownServer(
                guild_id=row["guild_id"],
                is_home=bool(row["is_home"]),
                looked_at=from_millis(row["looked_at"]),
                is_told=bool(row["is_told"]),
            )
            for row in rows
        ]

    async def bans(self) -> Bans:
        """Every ban."""
        rows = await self._database.rows("SELECT kind, subject_id FROM bans")
        return Bans(
            users=frozenset(row["subject_id"] for row in rows if row["kind"] == operator_state.USER),
            servers=frozenset(row["subject_id"] for row in rows if row["kind"] == operator_state.SERVER),
        )

    async def keep(self, server: KnownServer, notice: Text | None = None, channel_id: int = 0) -> None:
        """Write down what was found out about a server, with what is to be told of it."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO known_servers VALUES (?, ?, ?, ?)",
                (server.guild_id, server.is_home, to_millis(server.looked_at), server.is_told),
            )
            if notice is not None:
                guilds.notify(connection, channel_id, notice, self._clock())

        await self._database.write(intent, name="keep server")

    async def forget(self, guild_id: int) -> None:
        """Forget a server that the bot left, so that it is looked at anew where it comes back."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM known_servers WHERE guild_id = ?", (guild_id,))

        await self._database.write(intent, name="forget server")

    async def ban(self, kind: str, subject_id: int, by: int) -> bool:
        """Ban a user or a server (``kind``); whether it was not banned before."""
        return await self._database.write(
            lambda connection: operator_state.ban(connection, kind, subject_id, by=by, now=self._clock()),
            name="ban",
            within=ANSWER_SECONDS,
        )

    async def unban(self, kind: str, subject_id: int) -> bool:
        """Undo that; whether there was such a ban."""
        return await self._database.write(
            lambda connection: operator_state.unban(connection, kind, subject_id),
            name="unban",
            within=ANSWER_SECONDS,
        )
