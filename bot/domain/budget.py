"""Budgets: a ceiling in dollars for a server, or for everything. Amounts are micro-dollars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from bot.domain.model_spec import Media
from bot.errors import Limit, QuotaError
from bot.text import text

WARN_AT_PERCENT: Final = 80


class Payer(StrEnum):
    """Whose budget it is."""

    SERVER = "server"
    """What a server's admins set for it."""
    SHARE = "share"
    """What the operator lets each server spend."""
    DIRECT = "direct"
    """The same for direct messages, which together are one more server."""
    OPERATOR = "operator"
    """What the operator lets everybody spend together."""


_LIMITS: Final = {
    Payer.SERVER: Limit.SERVER_BUDGET,
    Payer.SHARE: Limit.SHARE,
    Payer.DIRECT: Limit.SHARE,
    Payer.OPERATOR: Limit.BUDGET,
}


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
    """A period with a ceiling: ``day`` or ``month``; its name; spent or held; ceiling; end."""

    kind: str
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
            yield Period("day", self.day_name, self.day, self.budget.day, self.day_ends)
        if self.budget.month is not None:
            yield Period("month", self.month_name, self.month, self.budget.month, self.month_ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning80:
    """A budget of which four fifths are gone: which period of it (``2026-08-08``, ``2026-08``), spent, ceiling."""

    payer: Payer
    kind: str
    period: str
    spent: int
    ceiling: int


def check_budget(spending: Spending, cost: int | None, made: Media = Media.VIDEO) -> list[Warning80]:
    """Check that ``cost`` more fits, and say which ceilings are then nearly reached. ``None``: not known.

    ``made`` is what costs that.

    Raises:
        QuotaError: the sentence says whose budget it is, when there is more (if ever), and who can change it.
    """
    if not spending.budget.is_set:
        return []
    if cost is None:
        raise QuotaError(text("budget.unknown_price"), limit=Limit.PRICE)
    full = [period for period in spending.periods() if period.spent + cost > period.ceiling]
    if full:
        raise _refusal(spending.payer, full, cost, made)
    return [
        Warning80(
            payer=spending.payer,
            kind=period.kind,
            period=period.name,
            spent=period.spent + cost,
            ceiling=period.ceiling,
        )
        for period in spending.periods()
        if (period.spent + cost) * 100 >= period.ceiling * WARN_AT_PERCENT
    ]


def _refusal(payer: Payer, full: Sequence[Period], cost: int, made: Media) -> QuotaError:
    """Which period has no room, and when there is more: when the last of them is over, unless it never suffices."""
    for period in full:
        if cost > period.ceiling:
            return QuotaError(text(f"budget.{payer}.{period.kind}.too_small", made=made), limit=_LIMITS[payer])
    last = full[-1]
    return QuotaError(text(f"budget.{payer}.{last.kind}.full", ends_at=last.ends, made=made), limit=_LIMITS[payer])
