"""The table ``prices``: what each shape of a model costs, what Oxen said last, and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.price_guard import GuardedPrice, GuardedPrices
from bot.store.database import Database
from bot.store.json_columns import from_millis, to_millis
from bot.store.sql import guilds
from bot.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrices:
    """A model's prices, and when Oxen was asked last."""

    prices: GuardedPrices
    read_at: datetime


def find_prices(connection: sqlite3.Connection) -> dict[str, StoredPrices]:
    """The prices of every model as they were written last, by its id."""
    return _from_rows(
        connection.execute("SELECT * FROM prices ORDER BY model, shape NOT IN ('second', 'image'), shape")
    )


def _from_rows(rows: Iterable[sqlite3.Row]) -> dict[str, StoredPrices]:
    shapes: dict[str, dict[str, GuardedPrice]] = {}
    read_at: dict[str, datetime] = {}
    for row in rows:
        price = GuardedPrice(believed=row["believed"], said=row["said"], is_doubted=bool(row["is_doubted"]))
        shapes.setdefault(row["model"], {})[row["shape"]] = price
        read_at[row["model"]] = from_millis(row["read_at"])
    return {
        model: StoredPrices(prices=GuardedPrices(shapes=found), read_at=read_at[model])
        for model, found in shapes.items()
    }


def write_prices(connection: sqlite3.Connection, model: str, prices: GuardedPrices, read_at: datetime) -> None:
    """Write a model's prices in place of those before."""
    connection.execute("DELETE FROM prices WHERE model = ?", (model,))
    connection.executemany(
        "INSERT INTO prices (model, shape, believed, said, is_doubted, read_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (model, shape, one.believed, one.said, one.is_doubted, to_millis(read_at))
            for shape, one in prices.shapes.items()
        ],
    )


class PriceStore:
    """Prices on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> dict[str, StoredPrices]:
        """The last prices of every model, by its id."""
        return await self._database.read(find_prices, name="price")

    async def write(self, model: str, prices: GuardedPrices, notice: Text | None = None, channel_id: int = 0) -> None:
        """Write a model's prices in place of those before, with what is to be told of them."""

        def intent(connection: sqlite3.Connection) -> None:
            now = self._clock()
            write_prices(connection, model, prices, now)
            if notice is not None:
                guilds.notify(connection, channel_id, notice, now)

        await self._database.write(intent, name="write price")
