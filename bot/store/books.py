"""Our side of the books, read by who is not the bot: at any time, and without writing anything."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.domain.books import BookedJob
from bot.domain.job import JobState
from bot.store.json_columns import from_millis, to_millis
from bot.store.read_only import reading

_TAKEN: Final = (
    "SELECT jobs.id, generation_id, state, created_at, reserve.micros AS estimated,"
    " coalesce((SELECT micros FROM payments WHERE job_id = jobs.id AND kind = 'actual'),"
    " (SELECT micros FROM payments WHERE job_id = jobs.id AND kind = 'spent'), 0) AS spent"
    " FROM jobs JOIN ledger AS reserve ON reserve.job_id = jobs.id AND reserve.kind = 'reserve'"
    " WHERE generation_id IS NOT NULL AND created_at >= ? AND created_at < ?"
)


def read_booked_jobs(database: Path, since: datetime, until: datetime) -> list[BookedJob]:
    """The jobs that Oxen took and that were asked for in this time.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(database) as connection:
        return [_booked(row) for row in connection.execute(_TAKEN, (to_millis(since), to_millis(until)))]


def _booked(row: sqlite3.Row) -> BookedJob:
    return BookedJob(
        id=row["id"],
        generation_id=row["generation_id"],
        state=JobState(row["state"]),
        asked_at=from_millis(row["created_at"]),
        estimated=row["estimated"] or 0,
        spent=row["spent"],
    )
