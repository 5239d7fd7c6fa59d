"""The tables ``operator_state`` and ``bans``: all of their SQL. What stops everybody, or one of them everywhere."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from bot.domain.ceilings import Ceilings
from bot.errors import BannedError, Limit, QuotaError
from bot.store.json_columns import from_millis, to_millis
from bot.store.sql import guilds
from bot.text import Command, Usd, text

PAUSED, NO_CREDIT, _ALARM = "paused", "no_credit", "alarm"
USER, SERVER = "user", "server"
_ALARM_WINDOW: Final = timedelta(minutes=10)
_ALARM_EVERY: Final = timedelta(hours=1)
_ALARM_PART: Final = 5
"""A fifth of the day's budget within ten minutes is told, once an hour."""
_RETRY_FIRST, _RETRY_LAST = timedelta(minutes=1), timedelta(minutes=10)
_RESERVED_SINCE: Final = "SELECT coalesce(sum(micros), 0) FROM ledger WHERE kind = 'reserve' AND at > ?"


def find(connection: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """A state of that name, if it is set."""
    rows: list[sqlite3.Row] = connection.execute("SELECT * FROM operator_state WHERE name = ?", (name,)).fetchall()
    return rows[0] if rows else None


def put(
    connection: sqlite3.Connection,
    name: str,
    now: datetime,
    *,
    by: int | None = None,
    retry_at: datetime | None = None,
    detail: str | None = None,
) -> bool:
    """Set a state; whether it was not set before. One that was keeps since when."""
    is_new = find(connection, name) is None
    connection.execute(
        "INSERT INTO operator_state VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " retry_at = excluded.retry_at, detail = excluded.detail",
        (name, to_millis(now), by, None if retry_at is None else to_millis(retry_at), detail),
    )
    return is_new


def clear(connection: sqlite3.Connection, name: str) -> bool:
    """Take a state away; whether it was set."""
    return connection.execute("DELETE FROM operator_state WHERE name = ?", (name,)).rowcount == 1


def check(connection: sqlite3.Connection, user_id: int, guild_id: int, now: datetime) -> None:
    """Check that nothing stops everybody, and no ban this user or this server.

    Where Oxen's account is out of credit, one request is let through once in a while, to see whether it is mended.

    Raises:
        BannedError: the user or the server is banned.
        QuotaError: nobody can make anything now.
    """
    banned = {row[0] for row in connection.execute(
        "SELECT kind FROM bans WHERE (kind = 'user' AND subject_id = ?) OR (kind = 'server' AND subject_id = ?)",
        (user_id, guild_id),
    )}  # fmt: skip
    if banned:
        raise BannedError(text("access.banned" if USER in banned else "access.server_banned"))
    if find(connection, PAUSED) is not None:
        raise QuotaError(text("access.paused"), limit=Limit.PAUSED)
    out = find(connection, NO_CREDIT)
    if out is None:
        return
    if now < from_millis(out["retry_at"]):
        raise QuotaError(text("access.no_credit"), limit=Limit.PAUSED)
    wait_for_credit(connection, from_millis(out["since"]), now, out["detail"])


def wait_for_credit(connection: sqlite3.Connection, since: datetime, now: datetime, detail: str) -> bool:
    """Have requests wait for Oxen's account, the longer the longer that lasts; whether it is out of credit only now."""
    wait = min(max(_RETRY_FIRST, (now - since) / 2), _RETRY_LAST)
    return put(connection, NO_CREDIT, now, retry_at=now + wait, detail=detail)


def warn_of_rate(connection: sqlite3.Connection, ceilings: Ceilings, operator_channel_id: int, now: datetime) -> bool:
    """Tell the operator that money goes fast, once an hour; whether that was now."""
    day = ceilings.budget.day
    if not day:
        return False
    [(micros,)] = connection.execute(_RESERVED_SINCE, (to_millis(now - _ALARM_WINDOW),))
    if micros * _ALARM_PART < day:
        return False
    last = find(connection, _ALARM)
    if last is not None and now - from_millis(last["since"]) < _ALARM_EVERY:
        return False
    clear(connection, _ALARM)
    put(connection, _ALARM, now)
    notice = text("operator.alarm", spent=Usd(micros), minutes=10, ceiling=Usd(day), pause=Command("operator pause"))
    guilds.notify(connection, operator_channel_id, notice, now)
    return True


def ban(connection: sqlite3.Connection, kind: str, subject_id: int, *, by: int, now: datetime) -> bool:
    """Ban a user or a server everywhere; whether it was not banned before."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO bans VALUES (?, ?, ?, ?)", (kind, subject_id, by, to_millis(now))
    )
    return cursor.rowcount == 1


def unban(connection: sqlite3.Connection, kind: str, subject_id: int) -> bool:
    """Undo that; whether there was such a ban."""
    cursor = connection.execute("DELETE FROM bans WHERE kind = ? AND subject_id = ?", (kind, subject_id))
    return cursor.rowcount == 1
