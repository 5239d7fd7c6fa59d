"""The table ``payments``: what Oxen was paid for each job. Append-only; totals follow it by themselves."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.job import PaymentKind
from bot.store.json_columns import to_millis

UNCORRECTED: Final = (
    "SELECT payments.job_id, jobs.generation_id FROM payments JOIN jobs ON jobs.id = payments.job_id"
    " WHERE payments.kind IN ('spent', 'free') AND payments.at >= ? AND jobs.generation_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM payments AS other WHERE other.job_id = payments.job_id AND other.kind = 'actual')"
    " ORDER BY payments.at DESC LIMIT ?"
)
"""Jobs that Oxen had, resolved since a moment, of which Oxen has not said yet what it charged."""


def resolve(connection: sqlite3.Connection, job_id: str, kind: PaymentKind | None, now: datetime) -> None:
    """Book what was held for a job as spent or as free, if it is to be. The table refuses a second time."""
    if kind is not None:
        connection.execute(
            "INSERT INTO payments (job_id, kind, micros, at)"
            " SELECT job_id, ?, micros, ? FROM ledger WHERE job_id = ? AND kind = 'reserve'",
            (kind, to_millis(now), job_id),
        )


def correct(connection: sqlite3.Connection, job_id: str, micros: int, now: datetime) -> bool:
    """Put what Oxen charged for a job in the place of the estimate, once; whether this was the time."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO payments (job_id, kind, micros, at) VALUES (?, ?, ?, ?)",
        (job_id, PaymentKind.ACTUAL, micros, to_millis(now)),
    )
    return cursor.rowcount == 1
