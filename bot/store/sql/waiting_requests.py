"""Taking a request out of the table ``waiting_requests``, inside a transaction of the store."""

from __future__ import annotations

import sqlite3

from bot.errors import StaleError


def take(connection: sqlite3.Connection, waiting_id: str, user_id: int) -> None:
    """Take a request out of the queue, in the transaction that accepts it.

    Raises:
        StaleError: it does not wait any more.
    """
    cursor = connection.execute(
        "DELETE FROM waiting_requests WHERE id = ? AND user_id = ? AND refusal IS NULL", (waiting_id, user_id)
    )
    if cursor.rowcount != 1:
        raise StaleError
