"""The table ``operator_requests``: what a command in another process asks the bot to do with a job."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.domain.clock import Clock
from bot.errors import StoreError
from bot.store.database import Database, migrations
from bot.store.json_columns import to_millis

_TAKEN_WITHIN: Final = timedelta(seconds=15)
"""A request that was not taken in time never is: whoever asked was told so, or is gone."""
_LOOK_SECONDS: Final = 0.1
_ANSWERED_WITHIN: Final = timedelta(seconds=60)
_UNTAKEN: Final = "SELECT * FROM operator_requests WHERE is_taken = 0 AND asked_at > ? ORDER BY id"


class Action(StrEnum):
    """What can be done with a job by hand."""

    FAIL = "fail"
    RESEND = "resend"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRequest:
    """What is to be done with a job; ``reason`` is for its user."""

    action: Action
    job_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether it was done, and a sentence for the operator."""

    is_done: bool
    sentence: str


class OperatorRequests:
    """The bot's side: takes requests and answers them."""

    def __init__(self, database: Database, path: Path, clock: Clock) -> None:
        self._database = database
        self._path = path
        self._clock = clock

    def waiting(self) -> list[int]:
        """The ids of what waits. It is looked for on a connection of its own, so that nobody waits for that.

        Raises:
            StoreError: the database cannot be read.
        """
        with _connected(self._path, "ro") as connection:
            return [row["id"] for row in connection.execute(_UNTAKEN, (self._earliest(),))]

    async def take(self, request_id: int) -> OperatorRequest | None:
        """A request, for this caller alone; ``None`` if it was withdrawn."""

        def intent(connection: sqlite3.Connection) -> OperatorRequest | None:
            rows = connection.execute(
                "UPDATE operator_requests SET is_taken = 1 WHERE id = ? AND is_taken = 0 AND asked_at > ? RETURNING *",
                (request_id, self._earliest()),
            ).fetchall()
            return _request(rows[0]) if rows else None

        return await self._database.write(intent, name="take operator request")

    async def answer(self, request_id: int, answer: Answer) -> None:
        """Tell whoever asked, and take away what nobody fetched."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE operator_requests SET is_done = ?, answer = ? WHERE id = ?",
                (answer.is_done, answer.sentence, request_id),
            )
            old = to_millis(self._clock() - timedelta(hours=1))
            connection.execute("DELETE FROM operator_requests WHERE asked_at < ?", (old,))

        await self._database.write(intent, name="answer operator request")

    def _earliest(self) -> int:
        return to_millis(self._clock() - _TAKEN_WITHIN)


def ask_running_bot(path: Path, request: OperatorRequest, now: datetime) -> Answer:
    """Ask the bot that runs with a database, and wait for its answer.

    Raises:
        StoreError: it did not answer; the sentence says whether it may still do it.
    """
    with _connected(path, "rw") as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] != migrations()[-1][0]:
            raise _unanswered("The bot that runs is of another version than this command.")
        [row] = connection.execute(
            "INSERT INTO operator_requests (job_id, action, reason, asked_at) VALUES (?, ?, ?, ?) RETURNING id",
            (request.job_id, request.action, request.reason or None, to_millis(now)),
        ).fetchall()
        try:
            return _wait_for_answer(connection, row["id"])
        finally:
            connection.execute("DELETE FROM operator_requests WHERE id = ? AND is_taken = 0", (row["id"],))


def _wait_for_answer(connection: sqlite3.Connection, request_id: int) -> Answer:
    taken_until = time.monotonic() + _TAKEN_WITHIN.total_seconds()
    answered_until = time.monotonic() + _ANSWERED_WITHIN.total_seconds()
    while True:
        row = connection.execute("SELECT * FROM operator_requests WHERE id = ?", (request_id,)).fetchone()
        if row["is_done"] is not None:
            connection.execute("DELETE FROM operator_requests WHERE id = ?", (request_id,))
            return Answer(is_done=bool(row["is_done"]), sentence=row["answer"])
        if not row["is_taken"] and time.monotonic() > taken_until:
            raise _unanswered("The bot is running, but did not take the request; python -m bot doctor may say why.")
        if time.monotonic() > answered_until:
            sentence = "The bot took the request, and has not said yet what came of it. See python -m bot history JOB."
            raise StoreError(sentence, user_message=sentence)
        time.sleep(_LOOK_SECONDS)


def _request(row: sqlite3.Row) -> OperatorRequest:
    return OperatorRequest(action=Action(row["action"]), job_id=row["job_id"], reason=row["reason"] or "")


@contextmanager
def _connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection
    except sqlite3.Error as error:
        raise _unanswered(f"DATABASE_PATH: {path} cannot be used ({error}).") from error


def _unanswered(sentence: str) -> StoreError:
    return StoreError(sentence, user_message=f"{sentence} Nothing was changed.")
