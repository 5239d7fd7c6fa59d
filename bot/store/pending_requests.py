"""The table ``pending_requests``: all of its SQL, one method for each intent."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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
_OWNER: Final = (
    "SELECT user_id FROM pending_requests WHERE id = ?1 UNION SELECT user_id FROM waiting_requests WHERE id = ?1"
)
_TAKE: Final = "DELETE FROM pending_requests WHERE id = ? AND user_id = ? AND asked_at > ?"


class PendingRequestStore:
    """Requests that wait for their user, for a day."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, pending: PendingRequest) -> None:
        """Write one down. The oldest make room."""
        await self._database.write(
            lambda connection: insert(connection, pending), name="keep request", within=ANSWER_SECONDS
        )

    async def collect(
        self, first: PendingRequest, change: Callable[[PendingRequest], PendingRequest]
    ) -> PendingRequest:
        """Change the one with what a user collected, or write the ``first`` of it down; what it is then.

        What ``change`` raises leaves it as it was.
        """

        def intent(connection: sqlite3.Connection) -> PendingRequest:
            since = _waiting_since(self._clock())
            connection.execute(
                "DELETE FROM pending_requests WHERE user_id = ? AND is_collected = 1 AND asked_at <= ?",
                (first.user_id, since),
            )
            rows = connection.execute(
                "SELECT * FROM pending_requests WHERE user_id = ? AND is_collected = 1", (first.user_id,)
            ).fetchall()
            if rows:
                return _update(connection, change(_pending(rows[0])))
            insert(connection, first)
            return first

        return await self._database.write(intent, name="collect request", within=ANSWER_SECONDS)

    async def change(
        self, pending_id: str, user_id: int, change: Callable[[PendingRequest], PendingRequest]
    ) -> PendingRequest | None:
        """Change a user's own while it waits; what it is then, or ``None`` where it does not wait any more.

        What ``change`` raises leaves it as it was. It waits no longer for that.
        """

        def intent(connection: sqlite3.Connection) -> PendingRequest | None:
            rows = connection.execute(_FIND, (pending_id, user_id, _waiting_since(self._clock()))).fetchall()
            return _update(connection, change(_pending(rows[0]))) if rows else None

        return await self._database.write(intent, name="change request", within=ANSWER_SECONDS)

    async def find(self, pending_id: str, user_id: int) -> PendingRequest | None:
        """A user's own, while it waits."""
        parameters = (pending_id, user_id, _waiting_since(self._clock()))
        rows = await self._database.rows(_FIND, parameters, within=ANSWER_SECONDS)
        return _pending(rows[0]) if rows else None

    async def owner_of(self, pending_id: str) -> int | None:
        """Whose a request is that waits for its user or for its turn; ``None`` where there is no such one."""
        rows = await self._database.rows(_OWNER, (pending_id,), within=ANSWER_SECONDS)
        return int(rows[0]["user_id"]) if rows else None

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


def take(connection: sqlite3.Connection, pending_id: str, user_id: int, now: datetime) -> None:
    """Take a request off the table, in the transaction that accepts it: pressed twice, it is made once.

    Raises:
        StaleError: it does not wait any more.
    """
    cursor = connection.execute(_TAKE, (pending_id, user_id, _waiting_since(now)))
    if cursor.rowcount != 1:
        raise StaleError


def insert(connection: sqlite3.Connection, pending: PendingRequest) -> None:
    """Write a request down. The oldest of its user's make room."""
    connection.execute(
        "INSERT INTO pending_requests (id, user_id, request, use, asked, asked_at, is_collected)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            pending.id,
            pending.user_id,
            dump_request(pending.request),
            pending.use,
            pending.asked,
            to_millis(pending.asked_at),
            pending.is_collected,
        ),
    )
    connection.execute(
        "DELETE FROM pending_requests WHERE user_id = ?1 AND id NOT IN (SELECT id FROM pending_requests"
        " WHERE user_id = ?1 ORDER BY asked_at DESC, id LIMIT ?2)",
        (pending.user_id, _KEPT_OF_ONE),
    )


def _update(connection: sqlite3.Connection, changed: PendingRequest) -> PendingRequest:
    connection.execute(
        "UPDATE pending_requests SET request = ?, use = ?, asked = ? WHERE id = ?",
        (dump_request(changed.request), changed.use, changed.asked, changed.id),
    )
    return changed


def _pending(row: sqlite3.Row) -> PendingRequest:
    return PendingRequest(
        id=row["id"],
        user_id=row["user_id"],
        request=load_request(row["request"]),
        use=row["use"],
        asked=bool(row["asked"]),
        asked_at=from_millis(row["asked_at"]),
        is_collected=bool(row["is_collected"]),
    )


def _waiting_since(now: datetime) -> int:
    return to_millis(now - PENDING_FOR)
