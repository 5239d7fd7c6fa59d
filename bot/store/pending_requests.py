"""The table ``pending_requests``: all of its SQL, one method for each intent."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.clock import Clock
from bot.domain.idempotency import pending_key
from bot.domain.prompt_checks import PENDING_FOR, PendingRequest
from bot.errors import StaleError
from bot.store import idempotency
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import dump_request, from_millis, load_request, to_millis

_KEPT_OF_ONE: Final = 20
_FIND: Final = "SELECT * FROM pending_requests WHERE id = ? AND user_id = ? AND asked_at > ?"
_TAKE: Final = "DELETE FROM pending_requests WHERE id = ? AND user_id = ? AND asked_at > ?"


class PendingRequestStore:
    """Requests that wait for their user, for a day."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, pending: PendingRequest, *, instead_of: str | None = None) -> None:
        """Write one down, in place of another where it is the same one edited. The oldest make room."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM pending_requests WHERE id = ? AND user_id = ?", (instead_of, pending.user_id)
            )
            insert(connection, pending)

        await self._database.write(intent, name="keep request", within=ANSWER_SECONDS)

    async def find(self, pending_id: str, user_id: int) -> PendingRequest | None:
        """A user's own, while it waits."""
        parameters = (pending_id, user_id, _waiting_since(self._clock()))
        rows = await self._database.rows(_FIND, parameters, within=ANSWER_SECONDS)
        if not rows:
            return None
        return PendingRequest(
            id=rows[0]["id"],
            user_id=rows[0]["user_id"],
            request=load_request(rows[0]["request"]),
            use=rows[0]["use"],
            asked=bool(rows[0]["asked"]),
            asked_at=from_millis(rows[0]["asked_at"]),
        )

    async def was_made(self, pending_id: str) -> bool:
        """Whether one became a video, not long ago."""
        return bool(
            await self._database.rows(idempotency.USED, (pending_key(pending_id).value,), within=ANSWER_SECONDS)
        )

    async def prune(self) -> None:
        """Remove those that have waited for long enough, and what is remembered of those that were made."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM pending_requests WHERE asked_at <= ?", (_waiting_since(self._clock()),))
            idempotency.prune(connection, self._clock())

        await self._database.write(intent, name="prune requests")


def insert(connection: sqlite3.Connection, pending: PendingRequest) -> None:
    """Write a request down. The oldest of its user's make room."""
    connection.execute(
        "INSERT INTO pending_requests (id, user_id, request, use, asked, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            pending.id,
            pending.user_id,
            dump_request(pending.request),
            pending.use,
            pending.asked,
            to_millis(pending.asked_at),
        ),
    )
    connection.execute(
        "DELETE FROM pending_requests WHERE user_id = ?1 AND id NOT IN (SELECT id FROM pending_requests"
        " WHERE user_id = ?1 ORDER BY asked_at DESC, id LIMIT ?2)",
        (pending.user_id, _KEPT_OF_ONE),
    )


def take(connection: sqlite3.Connection, pending_id: str, user_id: int, now: datetime) -> None:
    """Take a request off the table, in the transaction that accepts it: pressed twice, it is made once.

    Raises:
        StaleError: it does not wait any more.
    """
    cursor = connection.execute(_TAKE, (pending_id, user_id, _waiting_since(now)))
    if cursor.rowcount != 1:
        raise StaleError


def _waiting_since(now: datetime) -> int:
    return to_millis(now - PENDING_FOR)
