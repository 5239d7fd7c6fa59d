"""Figures over the whole database, for whoever watches the bot: read at once, as of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.clock import Clock
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import from_millis

_STATES: Final = "SELECT state, count(*) AS jobs FROM jobs WHERE outcome_message_id IS NULL GROUP BY state"
_OLDEST: Final = (
    "SELECT min(created_at) AS at FROM jobs WHERE outcome_message_id IS NULL AND state IN"
    " ('accepted', 'prepared', 'submitting', 'running', 'delivering')"
)
_TOTALS: Final = "SELECT period, micros_held, micros_used FROM bot_totals WHERE period IN (?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSpending:
    """Micro-dollars of one period: paid for videos that were delivered, and held for those in the making."""

    used: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What there is now: jobs not yet told of by state, since when the oldest of them is there, dollars."""

    states: Mapping[str, int]
    oldest: datetime | None
    day: PeriodSpending
    month: PeriodSpending


async def read_figures(database: Database, clock: Clock) -> Figures:
    """The figures as of the last commit.

    Raises:
        StoreError: the database refused, or did not answer in time.
    """
    now = clock()
    return await database.read(
        lambda connection: figures(connection, f"{now:%Y-%m-%d}"), name="figures", within=ANSWER_SECONDS
    )


def figures(connection: sqlite3.Connection, day: str) -> Figures:
    """The figures; ``day`` is the UTC day (``2026-08-08``)."""
    month = day[:7]
    totals = {
        row["period"]: PeriodSpending(used=row["micros_used"], held=row["micros_held"])
        for row in connection.execute(_TOTALS, (day, month))
    }
    [oldest] = connection.execute(_OLDEST).fetchall()
    return Figures(
        states={row["state"]: row["jobs"] for row in connection.execute(_STATES)},
        oldest=None if oldest["at"] is None else from_millis(oldest["at"]),
        day=totals.get(day, PeriodSpending()),
        month=totals.get(month, PeriodSpending()),
    )
