"""A job's history, read by who is not the bot: at any time, and without writing anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.job import HistoryEntry
from bot.errors import StoreError
from bot.store.sql.jobs import BY_ANY_NAME, HISTORY, history_from_row


def read_history(database: Path, named: str) -> list[HistoryEntry]:
    """What happened to a job, in order; nothing where it is not known.

    It is named by its id, by Oxen's id of it, or by a link to its card or to the message with its outcome.

    Raises:
        StoreError: the database cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(BY_ANY_NAME, (named.rpartition("/")[2],)).fetchone()
            if found is None:
                return []
            return [history_from_row(row) for row in connection.execute(HISTORY, (found["id"],))]
    except sqlite3.Error as error:
        sentence = f"DATABASE_PATH: {database} cannot be read as a database of this bot ({error})."
        raise StoreError(sentence, user_message=sentence) from error


def written(entry: HistoryEntry) -> str:
    """A line of it: when, from which state to which, why."""
    return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.from_state or 'new':<9}  {entry.to_state:<9}  {entry.why}"
