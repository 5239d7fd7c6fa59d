"""What Oxen charged, in the place of what was estimated: reading what is still to be asked, writing the answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from bot.domain.clock import Clock
from bot.store.database import Database
from bot.store.json_columns import to_millis
from bot.store.sql import payments


class PaymentStore:
    """The book of dollars, as far as Oxen's history corrects it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def uncorrected(self, since: datetime, limit: int) -> Mapping[str, str]:
        """Generations that ended since a moment and whose cost Oxen has not said yet, by the ids of their jobs."""
        rows = await self._database.rows(payments.UNCORRECTED, (to_millis(since), limit))
        return {row["job_id"]: row["generation_id"] for row in rows}

    async def correct(self, charged: Mapping[str, int]) -> int:
        """Write what Oxen charged (micro-dollars) by the ids of jobs, once for each; how many were written now."""

        def intent(connection: sqlite3.Connection) -> int:
            now = self._clock()
            return sum(payments.correct(connection, job_id, micros, now) for job_id, micros in charged.items())

        return await self._database.write(intent, name="correct payments")
