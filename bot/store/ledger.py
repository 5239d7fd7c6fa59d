"""The table ``ledger``: all of its SQL. Append-only; what is used and held is summed from its entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import aiosqlite

from bot.domain.job import Job, LedgerKind
from bot.store.codec import to_millis

SUMS: Final = (
    "SELECT coalesce(sum(seconds) FILTER (WHERE kind = 'reserve'), 0),"
    " coalesce(sum(seconds) FILTER (WHERE kind = 'settle'), 0),"
    " coalesce(sum(seconds) FILTER (WHERE kind = 'release'), 0)"
    " FROM ledger WHERE guild_id = ? AND user_id = ? AND day = ?"
)


async def reserve(connection: aiosqlite.Connection, job: Job, day: date, now: datetime) -> None:
    """Hold a job's seconds on its user's day."""
    await connection.execute(
        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, seconds, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (job.id, LedgerKind.RESERVE, job.user_id, job.guild_id, day.isoformat(), job.seconds, to_millis(now)),
    )


async def resolve(connection: aiosqlite.Connection, job_id: str, kind: LedgerKind, now: datetime) -> None:
    """Settle or release a job's reservation. The table refuses a second resolution."""
    await connection.execute(
        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, seconds, at)"
        " SELECT job_id, ?, user_id, guild_id, day, seconds, ? FROM ledger WHERE job_id = ? AND kind = 'reserve'",
        (kind, to_millis(now), job_id),
    )


async def sums(connection: aiosqlite.Connection, user_id: int, guild_id: int, day: date) -> tuple[int, int]:
    """Seconds used and held by one user in one server on one day."""
    [row] = await connection.execute_fetchall(SUMS, (guild_id, user_id, day.isoformat()))
    reserved, settled, released = row
    return settled, reserved - settled - released
