"""The table ``waiting_requests``: all of its SQL, one method for each intent."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bot.domain.ceilings import Ceilings
from bot.domain.clock import Clock
from bot.domain.model_spec import ModelSpec
from bot.domain.policy import Policy
from bot.domain.prompt_checks import PendingRequest
from bot.domain.quota import check_quota
from bot.domain.waiting_request import MAX_WAITING, WAITS_FOR, WaitingRequest
from bot.errors import RequestError
from bot.store import pending_requests
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import dump_request, from_millis, load_request, to_millis
from bot.store.library import check_bytes
from bot.store.sql import guilds, jobs, operator_state
from bot.store.sql.admission import quota_view
from bot.text import Text, dump_text, load_stored, text

_WAITING: Final = "SELECT * FROM waiting_requests WHERE refusal IS NULL"
_BY_ID: Final = f"{_WAITING} AND id = ?1 AND user_id = ?2"
_OF_USER: Final = f"{_WAITING} AND user_id = ? ORDER BY number"
_NEXT: Final = f"{_WAITING} AND user_id = ? AND guild_id = ? ORDER BY number LIMIT 1"
_LATE: Final = f"{_WAITING} AND queued_at <= ? ORDER BY number"
_REFUSED: Final = "SELECT * FROM waiting_requests WHERE refusal IS NOT NULL ORDER BY number"
_AHEAD: Final = (
    "SELECT count(*) FROM waiting_requests o JOIN waiting_requests w ON w.id = ?1 AND o.user_id = w.user_id"
    " AND o.guild_id = w.guild_id AND o.number < w.number WHERE o.refusal IS NULL"
)
_COUNT: Final = "SELECT count(*) FROM waiting_requests WHERE user_id = ? AND refusal IS NULL"
_WHO_WAITS: Final = "SELECT DISTINCT user_id, guild_id FROM waiting_requests WHERE refusal IS NULL"

WaitingUser = tuple[int, int]
"""A user and a server (0: direct messages), whose requests wait for one another."""


class WaitingRequestStore:
    """Requests that wait for their turn, in the order in which they came."""

    def __init__(self, database: Database, clock: Clock, *, max_bytes_of_user: int = sys.maxsize) -> None:
        self._database = database
        self._clock = clock
        self._max_bytes_of_user = max_bytes_of_user

    async def add(
        self,
        waiting: WaitingRequest,
        *,
        model: ModelSpec,
        role_ids: Collection[int],
        policy: Policy,
        ceilings: Ceilings,
    ) -> int:
        """Have a pending request wait for its turn; how many of its user's there go first.

        Raises:
            StaleError: it is no pending request any more; nothing was written.
            RequestError: too many of its user's wait already.
            QuotaError: there would be no room for it either if nothing of its user's ran.
            StoreBusy: it could not be written in time.
        """

        def intent(connection: sqlite3.Connection) -> int:
            now = self._clock()
            pending_requests.take(connection, waiting.id, waiting.user_id, now)
            [(count,)] = connection.execute(_COUNT, (waiting.user_id,))
            if count >= MAX_WAITING:
                raise RequestError(text("waiting.too_many", limit=MAX_WAITING))
            server = guilds.find(connection, waiting.guild_id)
            view = quota_view(connection, server, waiting.user_id, role_ids, policy, now, ceilings)
            idle = replace(view, standing=replace(view.standing, active=0))
            rule = view.rule_of(model.id)
            rule.check(model.name)
            seconds = waiting.request.duration or model.default_seconds
            check_quota(idle, seconds, waiting.request.count, counted=rule.counted(seconds))
            connection.execute(
                "INSERT INTO waiting_requests (id, user_id, guild_id, channel_id, request, use, locale, user_locale,"
                " queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    waiting.id,
                    waiting.user_id,
                    waiting.guild_id,
                    waiting.channel_id,
                    dump_request(waiting.request),
                    waiting.use,
                    waiting.locale,
                    waiting.user_locale,
                    to_millis(now),
                ),
            )
            return _ahead(connection, waiting.id)

        return await self._database.write(intent, name="wait", within=ANSWER_SECONDS)

    async def find(self, waiting_id: str, user_id: int) -> tuple[WaitingRequest, int] | None:
        """A user's own, while it waits, and how many of theirs go first."""

        def query(connection: sqlite3.Connection) -> tuple[WaitingRequest, int] | None:
            rows = connection.execute(_BY_ID, (waiting_id, user_id)).fetchall()
            return (_from_row(rows[0]), _ahead(connection, waiting_id)) if rows else None

        return await self._database.read(query, name="find waiting", within=ANSWER_SECONDS)

    async def of_user(self, user_id: int) -> list[WaitingRequest]:
        """What waits of a user, everywhere, in order."""
        return [_from_row(row) for row in await self._database.rows(_OF_USER, (user_id,), within=ANSWER_SECONDS)]

    async def cancel(self, waiting_id: str, user_id: int) -> bool:
        """Take a user's own out of the queue; whether it waited."""

        def intent(connection: sqlite3.Connection) -> bool:
            cursor = connection.execute(
                "DELETE FROM waiting_requests WHERE id = ? AND user_id = ? AND refusal IS NULL", (waiting_id, user_id)
            )
            return cursor.rowcount == 1

        return await self._database.write(intent, name="cancel waiting", within=ANSWER_SECONDS)

    async def who_waits(self) -> list[WaitingUser]:
        """Whose requests wait, and in which servers."""
        return [(row["user_id"], row["guild_id"]) for row in await self._database.rows(_WHO_WAITS)]

    async def who_waits_for_nothing(self) -> list[WaitingUser]:
        """Those of them of whom nothing runs: the end of no video will wake them."""

        def query(connection: sqlite3.Connection) -> list[WaitingUser]:
            found = [(row["user_id"], row["guild_id"]) for row in connection.execute(_WHO_WAITS)]
            return [user for user in found if not jobs.count_active(connection, *user)]

        return await self._database.read(query, name="who waits")

    async def is_paused(self) -> bool:
        """Whether the operator lets nobody make anything now."""
        return await self._database.read(
            lambda connection: operator_state.find(connection, operator_state.PAUSED) is not None, name="paused"
        )

    async def next_of(self, user: WaitingUser) -> WaitingRequest | None:
        """Whose turn it is."""
        return next((_from_row(row) for row in await self._database.rows(_NEXT, user)), None)

    async def all(self) -> list[WaitingRequest]:
        """Everything that waits, in order."""
        return [_from_row(row) for row in await self._database.rows(f"{_WAITING} ORDER BY number")]

    async def late(self) -> list[WaitingRequest]:
        """What has waited for long enough."""
        since = to_millis(self._clock() - WAITS_FOR)
        return [_from_row(row) for row in await self._database.rows(_LATE, (since,))]

    async def keep_pictures(self, waiting: WaitingRequest) -> bool:
        """Write down where the pictures of a request are from now on; whether it still waits.

        Raises:
            RequestError: its user would keep too much; nothing was written.
        """

        def intent(connection: sqlite3.Connection) -> bool:
            cursor = connection.execute(
                "UPDATE waiting_requests SET request = ? WHERE id = ? AND refusal IS NULL",
                (dump_request(waiting.request), waiting.id),
            )
            check_bytes(connection, waiting.user_id, self._max_bytes_of_user)
            return cursor.rowcount == 1

        return await self._database.write(intent, name="keep waiting pictures")

    async def refuse(self, waiting: WaitingRequest, why: Text) -> None:
        """Write down that a request is not made, for its user to be told; it is pending again, for them to change."""

        def intent(connection: sqlite3.Connection) -> None:
            rows = connection.execute(
                "UPDATE waiting_requests SET refusal = ? WHERE id = ? AND refusal IS NULL RETURNING *",
                (dump_text(why), waiting.id),
            ).fetchall()
            for row in rows:
                pending = PendingRequest(
                    id=row["id"],
                    user_id=row["user_id"],
                    request=load_request(row["request"]),
                    use=row["use"],
                    asked=False,
                    asked_at=self._clock(),
                )
                pending_requests.insert(connection, pending)

        await self._database.write(intent, name="refuse waiting")

    async def refused(self) -> list[WaitingRequest]:
        """Those that were not made and whose users are yet to be told."""
        return [_from_row(row) for row in await self._database.rows(_REFUSED)]

    async def drop(self, waiting: WaitingRequest) -> None:
        """Remove a request for good: its user was told, or is not to be."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM waiting_requests WHERE id = ?", (waiting.id,))

        await self._database.write(intent, name="drop waiting")

    async def has_any(self) -> bool:
        """Whether there is any request here, of whatever state."""
        return bool(await self._database.rows("SELECT 1 FROM waiting_requests LIMIT 1"))


def _ahead(connection: sqlite3.Connection, waiting_id: str) -> int:
    [(count,)] = connection.execute(_AHEAD, (waiting_id,))
    return int(count)


def _from_row(row: sqlite3.Row) -> WaitingRequest:
    return WaitingRequest(
        id=row["id"],
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        request=load_request(row["request"]),
        queued_at=from_millis(row["queued_at"]),
        use=row["use"],
        locale=row["locale"],
        user_locale=row["user_locale"],
        refusal=None if row["refusal"] is None else load_stored(row["refusal"]),
    )
