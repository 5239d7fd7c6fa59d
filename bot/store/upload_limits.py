"""The table ``upload_limits``: all of its SQL."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.uploads import FORGET_AFTER, LearnedLimit
from bot.store.codec import from_millis, to_millis

OF_GUILD: Final = "SELECT max_bytes, said_bytes, learned_at FROM upload_limits WHERE guild_id = ?"


def learned_from_row(row: sqlite3.Row) -> LearnedLimit:
    """A row of ``upload_limits`` as a record."""
    return LearnedLimit(
        max_bytes=row["max_bytes"], said_bytes=row["said_bytes"], learned_at=from_millis(row["learned_at"])
    )


def lower(connection: sqlite3.Connection, guild_id: int, max_bytes: int, said: int, now: datetime) -> None:
    """Write down that a server takes no more than this (bytes), or what it was known to take if that is less."""
    connection.execute(
        "INSERT INTO upload_limits (guild_id, max_bytes, said_bytes, learned_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (guild_id) DO UPDATE SET"
        " max_bytes = CASE WHEN said_bytes = excluded.said_bytes AND learned_at > ?"
        " THEN min(max_bytes, excluded.max_bytes) ELSE excluded.max_bytes END,"
        " said_bytes = excluded.said_bytes, learned_at = excluded.learned_at",
        (guild_id, max_bytes, said, to_millis(now), to_millis(now - FORGET_AFTER)),
    )


def lift(connection: sqlite3.Connection, guild_id: int, max_bytes: int, said: int, now: datetime) -> None:
    """Write down that a server takes this much (bytes), where it was thought to take less."""
    connection.execute(
        "UPDATE upload_limits SET max_bytes = ?, learned_at = ?"
        " WHERE guild_id = ? AND said_bytes = ? AND max_bytes < ?",
        (max_bytes, to_millis(now), guild_id, said, max_bytes),
    )
