"""The tables ``filtered_words`` and ``reports``: all of their SQL. Called inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from bot.domain.moderation import MAX_WORDS, word_key
from bot.errors import RequestError
from bot.store.json_columns import to_millis
from bot.text import text


def words(connection: sqlite3.Connection, guild_id: int) -> tuple[str, ...]:
    """The words that prompts may not hold in a server, in the order of their keys."""
    rows = connection.execute("SELECT word FROM filtered_words WHERE guild_id = ? ORDER BY key", (guild_id,))
    return tuple(row["word"] for row in rows)


def add_words(connection: sqlite3.Connection, guild_id: int, added: Iterable[str]) -> tuple[str, ...]:
    """Add words to a server's list; those that were not on it in any spelling.

    Raises:
        RequestError: there would be too many.
    """
    new = tuple(
        word
        for word in added
        if connection.execute(
            "INSERT OR IGNORE INTO filtered_words VALUES (?, ?, ?)", (guild_id, word_key(word), word)
        ).rowcount
        == 1
    )
    [(count,)] = connection.execute("SELECT count(*) FROM filtered_words WHERE guild_id = ?", (guild_id,))
    if count > MAX_WORDS:
        raise RequestError(text("admin.words.full", limit=MAX_WORDS))
    return new


def remove_word(connection: sqlite3.Connection, guild_id: int, word: str) -> str | None:
    """Take a word off a server's list, in whatever spelling; as it stood there, if it did."""
    rows = connection.execute(
        "DELETE FROM filtered_words WHERE guild_id = ? AND key = ? RETURNING word", (guild_id, word_key(word))
    ).fetchall()
    return rows[0]["word"] if rows else None


def report(connection: sqlite3.Connection, job_id: str, user_id: int, now: datetime) -> bool:
    """Write down that somebody reported a job's result; whether they had not before."""
    cursor = connection.execute("INSERT OR IGNORE INTO reports VALUES (?, ?, ?)", (job_id, user_id, to_millis(now)))
    return cursor.rowcount == 1


def was_refused(connection: sqlite3.Connection, digest: str) -> bool:
    """Whether a request with this digest was refused for its content."""
    rows = connection.execute(
        "SELECT 1 FROM jobs WHERE request_digest = ? AND verdict IN ('refused', 'refused by provider') LIMIT 1",
        (digest,),
    )
    return rows.fetchone() is not None
