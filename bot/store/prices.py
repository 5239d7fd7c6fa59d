"""The table ``prices``: what a second of a model costs, what Oxen said last, and when."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.price_guard import GuardedPrice
from bot.store.database import Database
from bot.store.json_columns import from_millis, to_millis
from bot.store.sql import guilds
from bot.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A model's price, and when Oxen was asked last."""

    price: GuardedPrice
    read_at: datetime


def find_price(connection: sqlite3.Connection, model: str) -> Price | None:
    """The price of a model as it was written last."""
    rows = connection.execute("SELECT * FROM prices WHERE model = ?", (model,)).fetchall()
    if not rows:
        return None
    row = rows[0]
    is_doubted = bool(row["is_doubted"])
    believed = row["micros_per_second"]
    return Price(
        price=GuardedPrice(believed=believed, said=row["said"], is_doubted=is_doubted),
        read_at=from_millis(row["read_at"]),
    )


def write_price(connection: sqlite3.Connection, model: str, price: GuardedPrice, read_at: datetime) -> None:
    """Write a price in place of the one before."""
    connection.execute(
        "INSERT OR REPLACE INTO prices (model, micros_per_second, read_at, said, is_doubted) VALUES (?, ?, ?, ?, ?)",
        (model, price.believed, to_millis(read_at), price.said, price.is_doubted),
    )


class PriceStore:
    """Prices on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, model: str) -> Price | None:
        """The last price of a model."""
        return await self._database.read(lambda connection: find_price(connection, model), name="price")

    async def write(self, model: str, price: GuardedPrice, notice: Text | None = None, channel_id: int = 0) -> None:
        """Write a price in place of the one before, with what is to be told of it."""

        def intent(connection: sqlite3.Connection) -> None:
            now = self._clock()
            write_price(connection, model, price, now)
            if notice is not None:
                guilds.notify(connection, channel_id, notice, now)

        await self._database.write(intent, name="write price")
