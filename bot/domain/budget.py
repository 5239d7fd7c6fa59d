"""Budgets: a ceiling in dollars for a server, or for everything. Amounts are micro-dollars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from bot.errors import Limit, QuotaError

WARN_AT_PERCENT: Final = 80


class Payer(StrEnum):
    """Whose budget it is."""

    SERVER = "server"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent in a day and in a month; ``None`` is without a ceiling."""

    day: int | None = None
    month: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is a ceiling at all."""
        return self.day is not None or self.month is not None


class Period(NamedTuple):
    """A period with a ceiling: what it is called, in general and by its name; spent or held; ceiling; end."""

    called: str
    each: str
    name: str
    spent: int
    ceiling: int
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A budget beside what is spent or held of it. ``day_name`` and ``month_name`` name the periods."""

    payer: Payer
    budget: Budget
    day: int
    month: int
    day_name: str
    month_name: str
    day_ends: datetime
    month_ends: datetime

    def periods(self) -> Iterator[Period]:
        """Each period with a ceiling, the one that ends first at first."""
        if self.budget.day is not None:
            yield Period("today", "a day", self.day_name, self.day, self.budget.day, self.day_ends)
        if self.budget.month is not None:
            yield Period("this month", "a month", self.month_name, self.month, self.budget.month, self.month_ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning80:
    """A budget of which four fifths are gone: which period of it (``2026-08-08``, ``2026-08``), spent, ceiling."""

    payer: Payer
    called: str
    period: str
    spent: int
    ceiling: int


def check_budget(spending: Spending, cost: int | None) -> list[Warning80]:
    """Check that ``cost`` more fits, and say which ceilings are then nearly reached. ``None``: not known.

    Raises:
        QuotaError: with a sentence that says whose budget it is, when there is more (if ever), and who can change it.
    """
    ours = spending.payer is Payer.SERVER
    if not spending.budget.is_set:
        return []
    if cost is None:
        raise QuotaError(
            "I don't know yet what a video costs at the moment, and there is a budget to keep. "
            "Please try again in a minute. Nothing was charged.",
            limit=Limit.PRICE,
        )
    full = [period for period in spending.periods() if period.spent + cost > period.ceiling]
    if full:
        whose = "This server's budget" if ours else "The budget of this bot"
        who = "Someone who manages this server" if ours else "Whoever runs this bot"
        limit = Limit.SERVER_BUDGET if ours else Limit.BUDGET
        raise QuotaError(f"{whose} {_no_room(full, cost)} {who} can change it. Nothing was charged.", limit=limit)
    return [
        Warning80(
            payer=spending.payer,
            called=period.called,
            period=period.name,
            spent=period.spent + cost,
            ceiling=period.ceiling,
        )
        for period in spending.periods()
        if (period.spent + cost) * 100 >= period.ceiling * WARN_AT_PERCENT
    ]


def _no_room(full: Sequence[Period], cost: int) -> str:
    """Which period has no room, and when there is more: when the last of them is over, unless it never suffices."""
    for period in full:
        if cost > period.ceiling:
            return f"for {period.each} is less than this video costs."
    last = full[-1]
    return f"for {last.called} has no room for this video. There is more <t:{int(last.ends.timestamp())}:R>."
