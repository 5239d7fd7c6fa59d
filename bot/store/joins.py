"""The table ``joins``: all of its SQL, one method for each intent."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.clock import Clock
from bot.domain.job import Remover
from bot.domain.join import JOIN_TRANSITIONS, Join, JoinState
from bot.errors import IllegalTransition, RequestError
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import from_millis, to_millis
from bot.text import Quote, Text, dump_text, load_stored, text

_INSERT: Final = (
    "INSERT INTO joins (id, user_id, guild_id, channel_id, chain_id, job_ids, state, is_spoiler, locale, user_locale,"
    " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UNTOLD: Final = "SELECT * FROM joins WHERE outcome_message_id IS NULL ORDER BY created_at, rowid"
_IS_RUNNING: Final = "SELECT 1 FROM joins WHERE chain_id = ? AND outcome_message_id IS NULL"


class JoinStore:
    """Writes down what was promised about joins, so that each is told once, whatever happens in between."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, join: Join) -> None:
        """Write a new one down. Somebody waits for it.

        Raises:
            RequestError: the same story is being joined already.
            StoreBusy: it could not be written in time, and will not be.
        """

        def intent(connection: sqlite3.Connection) -> bool:
            if connection.execute(_IS_RUNNING, (join.story_id,)).fetchall():
                return False
            connection.execute(
                _INSERT,
                (
                    join.id,
                    join.user_id,
                    join.guild_id,
                    join.channel_id,
                    join.story_id,
                    json.dumps(list(join.job_ids)),
                    join.state,
                    join.is_spoiler,
                    join.locale,
                    join.user_locale,
                    to_millis(join.created_at),
                    to_millis(join.updated_at),
                ),
            )
            return True

        if not await self._database.write(intent, name="add join", within=ANSWER_SECONDS):
            raise RequestError(text("join.running"))

    async def find(self, join_id: str, *, within: float | None = None) -> Join | None:
        """One by its id; ``None`` where it was forgotten.

        Raises:
            StoreBusy: it did not come in time (``within``, in seconds: somebody waits for it).
        """
        rows = await self._database.rows("SELECT * FROM joins WHERE id = ?", (join_id,), within=within)
        return _join_from_row(rows[0]) if rows else None

    async def untold(self) -> list[Join]:
        """Every join whose outcome was not told yet, oldest first."""
        return [_join_from_row(row) for row in await self._database.rows(_UNTOLD)]

    async def claim(self, join: Join, place_id: int) -> Join:
        """Write down where its outcome is about to be sent; the join as it is then.

        Raises:
            IllegalTransition: it was forgotten, or told already.
        """
        return await self._change(join, "outcome_place_id = ?", (place_id,), "claim join")

    async def deliver(self, join: Join, message_id: int) -> Join:
        """Record the message with the joined video; the join as it is then. Raises as ``claim``."""
        return await self._move(join, JoinState.DELIVERED, "outcome_message_id = ?", (message_id,))

    async def fail(self, join: Join, reason: Text) -> Join:
        """Record why nothing comes of it; the join as it is then. Raises as ``claim``."""
        return await self._move(join, JoinState.FAILED, "reason = ?, outcome_place_id = NULL", (dump_text(reason),))

    async def told(self, join: Join, message_id: int) -> Join:
        """Record the message that told its failure (0: no place was left). Raises as ``claim``."""
        return await self._change(join, "outcome_message_id = ?", (message_id,), "tell join")

    async def copied(self, join: Join, place_id: int | None, message_id: int | None) -> Join:
        """Record the second message with the joined video (0: it is being sent); the join as it is then.

        Raises:
            IllegalTransition: it was forgotten.
        """
        sql = "UPDATE joins SET copy_place_id = ?, copy_message_id = ? WHERE id = ? RETURNING *"

        def intent(connection: sqlite3.Connection) -> Join:
            rows = connection.execute(sql, (place_id, message_id, join.id)).fetchall()
            if not rows:
                raise IllegalTransition(f"join {join.id} is forgotten")
            return _join_from_row(rows[0])

        return await self._database.write(intent, name="copy join", within=ANSWER_SECONDS)

    async def _move(self, join: Join, to: JoinState, sets: str, values: tuple[object, ...]) -> Join:
        if to not in JOIN_TRANSITIONS[join.state]:
            raise IllegalTransition(f"join {join.id}: {join.state} does not go to {to}")
        return await self._change(join, f"state = ?, {sets}", (to, *values), f"join {to}")

    async def _change(self, join: Join, sets: str, values: tuple[object, ...], name: str) -> Join:
        sql = (
            f"UPDATE joins SET {sets}, updated_at = ? WHERE id = ? AND state = ?"  # noqa: S608 - texts of ours
            " AND outcome_message_id IS NULL RETURNING *"
        )

        def intent(connection: sqlite3.Connection) -> Join:
            rows = connection.execute(sql, (*values, to_millis(self._clock()), join.id, join.state)).fetchall()
            if not rows:
                raise IllegalTransition(f"join {join.id} is no longer {join.state}, or is told or forgotten")
            return _join_from_row(rows[0])

        return await self._database.write(intent, name=name)


def prune(connection: sqlite3.Connection, before: datetime) -> None:
    """Delete what was told before a moment, inside a transaction."""
    delete(connection, "outcome_message_id IS NOT NULL AND updated_at < ?", to_millis(before))


def delete(connection: sqlite3.Connection, condition: str, value: int) -> None:
    """Delete the joins of which a condition of ours holds, with the reports about them, inside a transaction."""
    connection.execute(
        f"DELETE FROM reports WHERE job_id IN (SELECT id FROM joins WHERE {condition})",  # noqa: S608 - a text of ours
        (value,),
    )
    connection.execute(f"DELETE FROM joins WHERE {condition}", (value,))  # noqa: S608 - the same


def mark_removed(connection: sqlite3.Connection, join: Join, remover: Remover) -> tuple[Join, bool]:
    """Write down that its messages are deleted, inside a transaction; the join as it is then, and whether it is new.

    Raises:
        IllegalTransition: it was forgotten.
    """
    marking = "UPDATE joins SET removed_by = ? WHERE id = ? AND removed_by IS NULL"
    is_new = connection.execute(marking, (remover, join.id)).rowcount == 1
    return _known(connection, join.id), is_new


def mark_hidden(connection: sqlite3.Connection, join: Join) -> tuple[Join, bool]:
    """Write down that it is hidden, inside a transaction; the join as it is then, and whether that is new.

    Raises:
        IllegalTransition: it was forgotten.
    """
    marking = "UPDATE joins SET is_spoiler = 1 WHERE id = ? AND NOT is_spoiler"
    is_new = connection.execute(marking, (join.id,)).rowcount == 1
    return _known(connection, join.id), is_new


def _known(connection: sqlite3.Connection, join_id: str) -> Join:
    rows = connection.execute("SELECT * FROM joins WHERE id = ?", (join_id,)).fetchall()
    if not rows:
        raise IllegalTransition(f"join {join_id} is forgotten")
    return _join_from_row(rows[0])


def _join_from_row(row: sqlite3.Row) -> Join:
    return Join(
        id=row["id"],
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        story_id=row["chain_id"],
        job_ids=json.loads(row["job_ids"]),
        state=JoinState(row["state"]),
        is_spoiler=bool(row["is_spoiler"]),
        locale=row["locale"],
        user_locale=row["user_locale"],
        created_at=from_millis(row["created_at"]),
        updated_at=from_millis(row["updated_at"]),
        reason=None if row["reason"] is None else load_stored(row["reason"], Quote),
        outcome_place_id=row["outcome_place_id"],
        outcome_message_id=row["outcome_message_id"],
        copy_place_id=row["copy_place_id"],
        copy_message_id=row["copy_message_id"],
        removed_by=None if row["removed_by"] is None else Remover(row["removed_by"]),
    )
