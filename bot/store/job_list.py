"""Jobs for an operator's eyes, read by who is not the bot: at any time, and without writing anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.domain.job import Job, JobState
from bot.errors import StoreError
from bot.store.json_columns import to_millis
from bot.store.sql.jobs import BY_ANY_NAME, job_from_row

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


def _read(database: Path, sql: str, parameters: tuple[object, ...]) -> list[Job]:
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [job_from_row(row) for row in connection.execute(sql, parameters)]
    except (sqlite3.Error, IndexError) as error:  # an older database lacks a column
        sentence = f"DATABASE_PATH: {database} cannot be read as a database of this bot ({error})."
        raise StoreError(sentence, user_message=sentence) from error
