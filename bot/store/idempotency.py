"""The table ``idempotency_keys``: all of its SQL. Called inside a transaction of the store."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.idempotency import KEPT_FOR, IdempotencyKey
from bot.store.json_columns import to_millis

USED: Final = "SELECT 1 FROM idempotency_keys WHERE key = ?"


def use(connection: sqlite3.Connection, key: IdempotencyKey, now: datetime) -> bool:
    """Use a key now; whether that is a new wish, rather than the one of its last use."""
    rows = list(connection.execute("SELECT at FROM idempotency_keys WHERE key = ?", (key.value,)))
    connection.execute("INSERT OR REPLACE INTO idempotency_keys (key, at) VALUES (?, ?)", (key.value, to_millis(now)))
    return not rows or rows[0]["at"] <= to_millis(now - key.holds_for)


def prune(connection: sqlite3.Connection, now: datetime) -> None:
    """Remove keys that nobody can use again."""
    connection.execute("DELETE FROM idempotency_keys WHERE at <= ?", (to_millis(now - KEPT_FOR),))
