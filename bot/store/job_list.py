"""Jobs and their history for an operator, read by who is not the bot: at any time, and without writing anything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from bot.domain.job import HistoryEntry, Job, JobState
from bot.store.json_columns import to_millis
from bot.store.read_only import reading
from bot.store.sql.jobs import BY_ANY_NAME, HISTORY, history_from_row, job_from_row

_LIST: Final = (
    "SELECT * FROM jobs WHERE (state = ?1 OR ?1 IS NULL AND outcome_message_id IS NULL)"
    " AND (?2 IS NULL OR user_id = ?2) AND (?3 IS NULL OR created_at < ?3)"
    " ORDER BY created_at DESC, rowid DESC LIMIT ?4"
)


def list_jobs(
    database: Path, *, state: JobState | None, user_id: int | None, before: datetime | None, limit: int
) -> list[Job]:
    """Jobs, newest first: in a state, or (``None``) those that are not told of yet.

    Raises:
        StoreError: the database cannot be read.
    """
    asked_before = None if before is None else to_millis(before)
    return _read(database, _LIST, (state, user_id, asked_before, limit))


def find_job(database: Path, named: str) -> Job | None:
    """A job by its id, by Oxen's id of it, or by a link to its card or to the message with its outcome.

    Raises:
        StoreError: the database cannot be read.
    """
    return next(iter(_read(database, BY_ANY_NAME, (named.rpartition("/")[2],))), None)


def read_history(database: Path, named: str) -> list[HistoryEntry]:
    """What happened to a job, in order, named as in ``find_job``; nothing where it is not known.

    Raises:
        StoreError: the database cannot be read.
    """
    job = find_job(database, named)
    if job is None:
        return []
    with reading(database) as connection:
        return [history_from_row(row) for row in connection.execute(HISTORY, (job.id,))]


def history_line(entry: HistoryEntry) -> str:
    """A line of a job's history: when, from which state to which, why."""
    return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.from_state or 'new':<9}  {entry.to_state:<9}  {entry.why}"


def _read(database: Path, sql: str, parameters: tuple[object, ...]) -> list[Job]:
    with reading(database) as connection:
        return [job_from_row(row) for row in connection.execute(sql, parameters)]
