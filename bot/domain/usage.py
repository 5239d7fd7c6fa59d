"""What was used: a user's own lines, and a server's sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.job import JobState
from bot.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One video as the ledger has it; ``granted`` of ``seconds`` were paid by grants.

    ``state`` is ``None`` where the ledger has outlived its job; then ``resolution`` alone says how it ended.
    ``prompt`` is ``None`` where it was removed. ``was_paid`` says that Oxen was paid, whatever became of the seconds.
    """

    seconds: int
    granted: int
    at: datetime
    prompt: str | None
    state: JobState | None
    is_settled: bool
    is_released: bool
    cause: str | None
    reason: Text | None
    was_paid: bool = False


class Span(StrEnum):
    """What a report is about: the server's day, week (from Monday) or month so far."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What was asked for and made: jobs by their ends, seconds delivered and held, micro-dollars spent and held.

    ``micros_undelivered`` is what was spent for videos that nobody got: their seconds were given back.
    """

    jobs: int = 0
    failed: int = 0
    cancelled: int = 0
    used: int = 0
    held: int = 0
    micros_used: int = 0
    micros_held: int = 0
    micros_undelivered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUsage:
    """One user's sums; user 0 stands for everybody whose name was removed."""

    user_id: int
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage:
    """A server's sums of one model, by its id; ``None`` where that was not written down."""

    model: str | None
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """A server's sums of one day (``2026-08-08``)."""

    day: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A server's usage in a span: in all, by user and by model (most seconds first), by day."""

    span: Span
    first_day: str
    last_day: str
    total: Sums
    users: Sequence[UserUsage]
    days: Sequence[DayUsage]
    models: Sequence[ModelUsage] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Micro-dollars held or spent, and for how many videos.

    ``subject_id`` is a server (0: direct messages) or a user (0: those whose names were removed).
    """

    subject_id: int
    micros: int
    jobs: int
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentInAll:
    """Micro-dollars held or spent by everybody: this UTC day, this month; videos in the making."""

    day: int
    month: int
    running: int
