"""What stops everybody: the operator's pause, and an account at Oxen without credit."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from bot.domain.clock import Clock
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import from_millis
from bot.store.sql import guilds, operator_state
from bot.text import Text


class OperatorStateStore:
    """These states on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def pause(self, by: int) -> bool:
        """Accept no more requests; whether they were accepted until now."""
        return await self._database.write(
            lambda connection: operator_state.put(connection, operator_state.PAUSED, self._clock(), by=by),
            name="pause",
            within=ANSWER_SECONDS,
        )

    async def resume(self) -> bool:
        """Accept requests again; whether they were not accepted until now."""
        return await self._database.write(
            lambda connection: operator_state.clear(connection, operator_state.PAUSED),
            name="resume",
            within=ANSWER_SECONDS,
        )

    async def paused_since(self) -> datetime | None:
        """Since when no requests are accepted, if they are not."""
        return await self._since(operator_state.PAUSED)

    async def out_of_credit_since(self) -> datetime | None:
        """Since when Oxen refuses for want of credit, if it does."""
        return await self._since(operator_state.NO_CREDIT)

    async def is_out_of_credit(self) -> bool:
        """Whether Oxen refuses for want of credit."""
        return await self.out_of_credit_since() is not None

    async def out_of_credit(self, detail: str, notice: Text | None, channel_id: int) -> bool:
        """Have requests wait, and a notice told where that is news; whether it was."""

        def intent(connection: sqlite3.Connection) -> bool:
            now = self._clock()
            before = operator_state.find(connection, operator_state.NO_CREDIT)
            since = now if before is None else from_millis(before["since"])
            is_news = operator_state.wait_for_credit(connection, since, now, detail)
            if is_news and notice is not None:
                guilds.notify(connection, channel_id, notice, now)
            return is_news

        return await self._database.write(intent, name="out of credit")

    async def credit_works(self, details: Collection[str]) -> bool:
        """Let requests through again, if they wait for one of these details; whether they did."""

        def query(connection: sqlite3.Connection) -> bool:
            row = operator_state.find(connection, operator_state.NO_CREDIT)
            return row is not None and row["detail"] in details

        def intent(connection: sqlite3.Connection) -> bool:
            if not query(connection):
                return False
            return operator_state.clear(connection, operator_state.NO_CREDIT)

        if not await self._database.read(query, name="credit"):
            return False
        return await self._database.write(intent, name="credit works")

    async def _since(self, name: str) -> datetime | None:
        row = await self._database.read(lambda connection: operator_state.find(connection, name), name=name)
        return None if row is None else from_millis(row["since"])
