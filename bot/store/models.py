"""The table ``models``: model objects as Oxen gave them last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.domain.clock import Clock
from bot.store.database import Database
from bot.store.json_columns import from_millis, to_millis
from bot.store.read_only import reading

_WRITE: Final = (
    "INSERT INTO models (id, object, read_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (id) DO UPDATE SET object = ?2, read_at = ?3, gone_at = NULL"
)
_MARK_GONE: Final = "UPDATE models SET gone_at = coalesce(gone_at, ?2), read_at = ?2 WHERE id = ?1"
_ADD_GONE: Final = "INSERT OR IGNORE INTO models (id, object, read_at) VALUES (?, '{}', ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A model object, and when Oxen said it; ``is_gone`` where Oxen said since that there is no such model."""

    id: str
    object: Mapping[str, object]
    read_at: datetime
    is_gone: bool
    is_favorite: bool


class ModelStore:
    """Model objects on disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> dict[str, StoredModel]:
        """Every model that was ever read, by its id."""
        rows = await self._database.rows("SELECT * FROM models", ())
        return {row["id"]: _model_from_row(row) for row in rows}

    async def write(self, model_id: str, described: Mapping[str, object]) -> None:
        """Write a model object in place of the one before; the model is there."""

        def intent(connection: sqlite3.Connection) -> None:
            values = (model_id, json.dumps(described, ensure_ascii=False), to_millis(self._clock()))
            connection.execute(_WRITE, values)

        await self._database.write(intent, name="write model")

    async def mark_gone(self, model_id: str) -> None:
        """Write down that Oxen does not know a model."""

        def intent(connection: sqlite3.Connection) -> None:
            now = to_millis(self._clock())
            connection.execute(_ADD_GONE, (model_id, now))
            connection.execute(_MARK_GONE, (model_id, now))

        await self._database.write(intent, name="model gone")

    async def set_favorites(self, model_ids: Collection[str]) -> None:
        """Write down which models are the favorites; they were written before."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE models SET is_favorite = 0")
            connection.executemany("UPDATE models SET is_favorite = 1 WHERE id = ?", [(one,) for one in model_ids])

        await self._database.write(intent, name="favorites")


def _model_from_row(row: sqlite3.Row) -> StoredModel:
    return StoredModel(
        id=row["id"],
        object=json.loads(row["object"]),
        read_at=from_millis(row["read_at"]),
        is_gone=row["gone_at"] is not None,
        is_favorite=bool(row["is_favorite"]),
    )


def read_models(database: Path) -> dict[str, StoredModel]:
    """What is written down of models, read by who is not the bot; nothing where there is no database.

    Raises:
        StoreError: it cannot be read.
    """
    if not database.exists():
        return {}
    with reading(database) as connection:
        return {row["id"]: _model_from_row(row) for row in connection.execute("SELECT * FROM models")}
