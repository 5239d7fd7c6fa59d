"""What the operator sees of the money: everything, by server, by person."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.clock import Clock
from bot.domain.periods import UTC_CALENDAR
from bot.domain.usage import Spent, SpentInAll
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import totals

_SERVERS: Final = (
    "SELECT guild_id, sum(micros_held + micros_used) AS micros, sum(jobs) AS jobs FROM server_totals"
    " WHERE period = ? GROUP BY guild_id"
)
_SPENDERS: Final = (
    "SELECT user_id, sum(micros_held + micros_used) AS micros, sum(jobs) AS jobs, sum(used) AS seconds"
    " FROM user_totals WHERE period = ? GROUP BY user_id ORDER BY micros DESC, jobs DESC LIMIT ?"
)
_RUNNING: Final = "SELECT count(*) FROM jobs WHERE outcome_message_id IS NULL AND state NOT IN ('undeliverable')"


class OperatorReports:
    """Reads sums over the whole database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def in_all(self) -> SpentInAll:
        """What everybody spent."""

        def query(connection: sqlite3.Connection) -> SpentInAll:
            now = self._clock()
            day, month = totals.spent_by_all(connection, UTC_CALENDAR.day(now), UTC_CALENDAR.month(now))
            [(running,)] = connection.execute(_RUNNING)
            return SpentInAll(day=day, month=month, running=running)

        return await self._database.read(query, name="spent in all", within=ANSWER_SECONDS)

    async def by_server(self) -> Mapping[int, Spent]:
        """What each server spent this month."""

        def query(connection: sqlite3.Connection) -> Mapping[int, Spent]:
            rows = connection.execute(_SERVERS, (UTC_CALENDAR.month(self._clock()),))
            return {
                row["guild_id"]: Spent(subject_id=row["guild_id"], micros=row["micros"], jobs=row["jobs"])
                for row in rows
            }

        return await self._database.read(query, name="spent by server", within=ANSWER_SECONDS)

    async def by_person(self, limit: int) -> Sequence[Spent]:
        """Who spent most this month, over all servers; user 0 is everybody whose name was removed."""

        def query(connection: sqlite3.Connection) -> Sequence[Spent]:
            rows = connection.execute(_SPENDERS, (UTC_CALENDAR.month(self._clock()), limit))
            return [
                Spent(subject_id=row["user_id"], micros=row["micros"], jobs=row["jobs"], seconds=row["seconds"])
                for row in rows
            ]

        return await self._database.read(query, name="spent by person", within=ANSWER_SECONDS)
