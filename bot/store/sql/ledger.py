"""The table ``ledger``: writing it. Append-only; totals follow it by themselves."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.domain.job import Job, JobState, LedgerKind, ledger_entry
from bot.store.json_columns import to_millis

LINES: Final = (
    "SELECT reserve.job_id, reserve.seconds, reserve.granted, reserve.at, resolution.kind AS resolution,"
    " resolution.cause, jobs.state, jobs.reason, jobs.request,"
    " coalesce((SELECT micros FROM payments WHERE job_id = reserve.job_id AND kind = 'actual'),"
    " (SELECT micros FROM payments WHERE job_id = reserve.job_id AND kind = 'spent'), 0) > 0 AS was_paid"
    " FROM ledger AS reserve"
    " LEFT JOIN ledger AS resolution"
    " ON resolution.job_id = reserve.job_id AND resolution.kind IN ('settle', 'release')"
    " LEFT JOIN jobs ON jobs.id = reserve.job_id"
    " WHERE reserve.user_id = ? AND reserve.guild_id = ? AND reserve.kind = 'reserve'"
    " ORDER BY reserve.id DESC LIMIT ?"
)

BY_MODEL: Final = (
    "SELECT coalesce(reserve.model, jobs.model) AS model, count(*) AS jobs,"
    " total(resolution.cause <> 'cancelled') AS failed, total(resolution.cause = 'cancelled') AS cancelled,"
    " total(iif(resolution.kind = 'settle', reserve.seconds, 0)) AS used,"
    " total(iif(resolution.kind IS NULL, reserve.seconds, 0)) AS held,"
    " total(coalesce(actual.micros, iif(booked.kind = 'spent', booked.micros, 0))) AS micros_used,"
    " total(iif(booked.kind IS NULL, reserve.micros, 0)) AS micros_held,"
    " total(iif(resolution.kind = 'release', coalesce(actual.micros, iif(booked.kind = 'spent', booked.micros, 0)), 0))"
    " AS micros_undelivered"
    " FROM ledger AS reserve"
    " LEFT JOIN ledger AS resolution"
    " ON resolution.job_id = reserve.job_id AND resolution.kind IN ('settle', 'release')"
    " LEFT JOIN payments AS booked ON booked.job_id = reserve.job_id AND booked.kind IN ('spent', 'free')"
    " LEFT JOIN payments AS actual ON actual.job_id = reserve.job_id AND actual.kind = 'actual'"
    " LEFT JOIN jobs ON jobs.id = reserve.job_id"
    " WHERE reserve.kind = 'reserve' AND reserve.guild_id = ? AND reserve.day BETWEEN ? AND ?"
    " GROUP BY 1 ORDER BY used + held DESC, 1"
)
"""What was asked for of each model in a server, from one of its days to another."""


def reserve(connection: sqlite3.Connection, job: Job, *, granted: int, day: str, utc_day: str, now: datetime) -> None:
    """Hold a job's seconds and what they cost, on its server's day and on the operator's."""
    connection.execute(
        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, utc_day, seconds, granted, micros, at,"
        " video_seconds, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job.id,
            LedgerKind.RESERVE,
            job.user_id,
            job.guild_id,
            day,
            utc_day,
            job.counted_seconds,
            granted,
            job.cost_micros or 0,
            to_millis(now),
            job.seconds,
            job.model,
        ),
    )


def resolve(connection: sqlite3.Connection, job_id: str, state: JobState, now: datetime) -> None:
    """Settle or release a job's reservation, if its state asks for it. The table refuses a second resolution."""
    kind = ledger_entry(state)
    if kind is None:
        return
    cause = state if kind is LedgerKind.RELEASE else None
    connection.execute(
        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, utc_day, seconds, granted, micros, cause, at,"
        " video_seconds, model)"
        " SELECT job_id, ?, user_id, guild_id, day, utc_day, seconds, granted, micros, ?, ?, video_seconds, model"
        " FROM ledger WHERE job_id = ? AND kind = 'reserve'",
        (kind, cause, to_millis(now), job_id),
    )
