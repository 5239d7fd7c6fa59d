"""The tables ``alerts`` and ``alert_messages``: what is wrong now, and what is still to be told of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.domain.alert import AlertKind, AlertMessage, AlertPlace
from bot.domain.clock import Clock
from bot.store.database import Database
from bot.store.json_columns import from_millis, to_millis
from bot.text import Text, dump_text, load_text

_KEPT_FOR: Final = timedelta(days=90)
_UNTOLD: Final = (
    "SELECT alert_messages.id, place, kind, text, began_at, ended_at, is_over FROM alert_messages"
    " JOIN alerts ON alerts.id = alert_id WHERE place = ? ORDER BY alert_messages.id LIMIT 50"
)
_OLDEST_JOB: Final = (
    "SELECT id FROM jobs WHERE outcome_message_id IS NULL AND created_at < ? AND state IN"
    " ('accepted', 'prepared', 'submitting', 'running', 'delivering') ORDER BY created_at LIMIT 1"
)


class AlertStore:
    """What the operator is alerted of."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def active(self) -> frozenset[AlertKind]:
        """What is wrong, as far as it was written down."""
        known = set(AlertKind)
        rows = await self._database.rows("SELECT kind FROM alerts WHERE ended_at IS NULL")
        return frozenset(AlertKind(row["kind"]) for row in rows if row["kind"] in known)

    async def begin(self, kind: AlertKind, text: Text, places: Collection[AlertPlace]) -> None:
        """Write down that something is wrong, to be told in these places; nothing where that is known."""

        def intent(connection: sqlite3.Connection) -> None:
            now = to_millis(self._clock())
            row = connection.execute(
                "INSERT INTO alerts (kind, text, began_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                (kind, dump_text(text), now),
            ).fetchone()
            if row is not None:
                _add_messages(connection, row["id"], places, is_over=False)
            old = to_millis(self._clock() - _KEPT_FOR)
            connection.execute("DELETE FROM alerts WHERE ended_at < ?", (old,))

        await self._database.write(intent, name="begin alert")

    async def end(self, kind: AlertKind, places: Collection[AlertPlace]) -> None:
        """Write down that something is over, to be told in these places."""

        def intent(connection: sqlite3.Connection) -> None:
            now = to_millis(self._clock())
            ended = connection.execute(
                "UPDATE alerts SET ended_at = ? WHERE kind = ? AND ended_at IS NULL RETURNING id", (now, kind)
            ).fetchall()
            for row in ended:
                _add_messages(connection, row["id"], places, is_over=True)

        await self._database.write(intent, name="end alert")

    async def untold(self, place: AlertPlace) -> list[AlertMessage]:
        """What is still to be told in a place, in order."""
        known = set(AlertKind)
        rows = await self._database.rows(_UNTOLD, (place,))
        return [_message(row) for row in rows if row["kind"] in known]

    async def told(self, message: AlertMessage) -> None:
        """Take a message off the list."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM alert_messages WHERE id = ?", (message.id,))

        await self._database.write(intent, name="alert told")

    async def overdue_job(self, age: timedelta) -> str | None:
        """The oldest job in the making that was asked for longer ago than that."""
        rows = await self._database.rows(_OLDEST_JOB, (to_millis(self._clock() - age),))
        return rows[0]["id"] if rows else None


def _add_messages(
    connection: sqlite3.Connection, alert_id: int, places: Collection[AlertPlace], *, is_over: bool
) -> None:
    for place in places:
        connection.execute(
            "INSERT INTO alert_messages (alert_id, place, is_over) VALUES (?, ?, ?)", (alert_id, place, is_over)
        )


def _message(row: sqlite3.Row) -> AlertMessage:
    return AlertMessage(
        id=row["id"],
        place=AlertPlace(row["place"]),
        kind=AlertKind(row["kind"]),
        text=load_text(row["text"]),
        began_at=from_millis(row["began_at"]),
        ended_at=None if row["ended_at"] is None else from_millis(row["ended_at"]),
        is_over=bool(row["is_over"]),
    )
