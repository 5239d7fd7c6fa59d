"""The running totals of the ledger: reading them. Triggers of the database keep them in step with it."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.domain.quota import Tally

OPERATOR: Final = -1
"""Stands for everything where a server is named."""

_USER: Final = (
    "SELECT period, held, used, held - granted_held AS own_held, used - granted_used AS own_used"
    " FROM user_totals WHERE guild_id = ? AND period IN (?, ?) AND user_id = ?"
)
_SERVER: Final = (
    "SELECT period, micros_held + micros_used AS micros FROM server_totals WHERE guild_id = ? AND period IN (?, ?)"
)
_PERSON: Final = "SELECT seconds FROM person_totals WHERE user_id = ? AND utc_day = ?"
_SHARE: Final = "SELECT micros FROM share_totals WHERE guild_id = ? AND utc_day = ?"
_BOT: Final = "SELECT period, micros_held + micros_used AS micros FROM bot_totals WHERE period IN (?, ?)"


def of_user(
    connection: sqlite3.Connection, guild_id: int, user_id: int, day: str, month: str
) -> dict[str, sqlite3.Row]:
    """A user's rows for a day and a month, by their names; none where nothing was ever asked for."""
    rows = connection.execute(_USER, (guild_id, day, month, user_id))
    return {row["period"]: row for row in rows}


def tally(row: sqlite3.Row | None) -> Tally:
    """What the period's own limit pays for."""
    return Tally() if row is None else Tally(used=row["own_used"], held=row["own_held"])


def spent_by_server(connection: sqlite3.Connection, guild_id: int, day: str, month: str) -> tuple[int, int]:
    """Micro-dollars spent or held in a server: of a day, of a month."""
    return _pair(connection.execute(_SERVER, (guild_id, day, month)), day, month)


def spent_by_all(connection: sqlite3.Connection, day: str, month: str) -> tuple[int, int]:
    """Micro-dollars spent or held everywhere: of a UTC day, of a month."""
    return _pair(connection.execute(_BOT, (day, month)), day, month)


def of_person(connection: sqlite3.Connection, user_id: int, utc_day: str) -> int:
    """Seconds that a person has held or that Oxen was paid for, everywhere, of a UTC day."""
    return sum(row[0] for row in connection.execute(_PERSON, (user_id, utc_day)))


def share_of(connection: sqlite3.Connection, guild_id: int, utc_day: str) -> int:
    """Micro-dollars spent or held in a server, of a UTC day."""
    return sum(row[0] for row in connection.execute(_SHARE, (guild_id, utc_day)))


def _pair(rows: object, day: str, month: str) -> tuple[int, int]:
    found = {row["period"]: row["micros"] for row in rows}  # type: ignore[attr-defined]
    return int(found.get(day, 0)), int(found.get(month, 0))
