"""What a restored database cannot know: what was done after its backup was made. It is marked as open, inside a
transaction of the store.

The bot that made the backup went on: it may have sent to Oxen what waits to be sent here, and delivered what is in the
making here. So nothing is asked of Oxen, and no video sent, before it was looked for.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.store.json_columns import to_millis
from bot.text import dump_text, text

_MAY_HAVE_GONE_OUT: Final = "UPDATE jobs SET may_land_until = ? WHERE state IN ('accepted', 'prepared')"
_MAY_BE_DELIVERED: Final = "UPDATE jobs SET running_at = NULL WHERE state = 'running'"
_PENDING_AGAIN: Final = (
    "INSERT OR IGNORE INTO pending_requests (id, user_id, request, use, asked, asked_at)"
    " SELECT id, user_id, request, use, 0, ? FROM waiting_requests WHERE refusal IS NULL"
)
_REFUSED: Final = "UPDATE waiting_requests SET refusal = ? WHERE refusal IS NULL"


def mark(connection: sqlite3.Connection, now: datetime) -> None:
    """Mark what is open in a database of whatever version that was just restored."""
    if _has_column(connection, "jobs", "may_land_until"):
        connection.execute(_MAY_HAVE_GONE_OUT, (to_millis(now),))
    if _has_column(connection, "jobs", "running_at"):
        connection.execute(_MAY_BE_DELIVERED)
    if _has_column(connection, "waiting_requests", "refusal"):
        connection.execute(_PENDING_AGAIN, (to_millis(now),))
        connection.execute(_REFUSED, (dump_text(text("waiting.restored")),))


def _has_column(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return (
        connection.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column)).fetchone() is not None
    )
