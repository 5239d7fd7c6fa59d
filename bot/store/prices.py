"""The table ``prices``: the last price of a model, and when Oxen said it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.store.database import Database
from bot.store.json_columns import from_millis, to_millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Micro-dollars for a second of video, and since when they are known."""

    micros_per_second: int
    read_at: datetime


class PriceStore:
    """Prices on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, model: str) -> Price | None:
        """The last price of a model."""
        rows = await self._database.rows("SELECT * FROM prices WHERE model = ?", (model,))
        if not rows:
            return None
        return Price(micros_per_second=rows[0]["micros_per_second"], read_at=from_millis(rows[0]["read_at"]))

    async def write(self, model: str, micros_per_second: int) -> None:
        """Write a price in place of the one before."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO prices VALUES (?, ?, ?)", (model, micros_per_second, to_millis(self._clock()))
            )

        await self._database.write(intent, name="write price")
