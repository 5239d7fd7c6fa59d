"""Budgets: a ceiling in dollars for a server, or for everything. Amounts are micro-dollars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.errors import QuotaError

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

    def periods(self) -> Iterator[tuple[str, str, int, int, datetime]]:
        """Each period with a ceiling: what it is called, its name, spent or held, ceiling, end."""
        if self.budget.day is not None:
            yield "today", self.day_name, self.day, self.budget.day, self.day_ends
        if self.budget.month is not None:
            yield "this month", self.month_name, self.month, self.budget.month, self.month_ends


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
        QuotaError: with a sentence that says whose budget it is, when there is more, and who can change it.
    """
    ours = spending.payer is Payer.SERVER
    if not spending.budget.is_set:
        return []
    if cost is None:
        raise QuotaError(
            "I don't know yet what a video costs at the moment, and there is a budget to keep. "
            "Please try again in a minute. Nothing was charged."
        )
    warnings = []
    for called, name, spent, ceiling, ends in spending.periods():
        if spent + cost > ceiling:
            whose = "This server's budget" if ours else "The budget of this bot"
            who = "Someone who manages this server" if ours else "Whoever runs this bot"
            raise QuotaError(
                f"{whose} for {called} has no room for this video. There is more <t:{int(ends.timestamp())}:R>. "
                f"{who} can change it. Nothing was charged."
            )
        if (spent + cost) * 100 >= ceiling * WARN_AT_PERCENT:
            warnings.append(
                Warning80(payer=spending.payer, called=called, period=name, spent=spent + cost, ceiling=ceiling)
            )
    return warnings
