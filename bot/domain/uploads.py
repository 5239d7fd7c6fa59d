"""How large a file may be: what a server says, and what it was seen to take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MIB: Final = 1024 * 1024
RUNGS: Final = tuple(size * MIB for size in (500, 100, 50, 25, 20, 10, 8, 5, 3))
"""Limits that Discord is known to have had, and a few below them to step down to."""
FORGET_AFTER: Final = timedelta(days=7)
"""After a week without another refusal, a server is believed again: defaults rise."""
TRY_HIGHER_AFTER: Final = timedelta(days=1)
"""After a day, the next larger rung is tried; its refusal holds for another day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedLimit:
    """The largest file (bytes) that a server was seen to take when it said that it takes ``said_bytes``."""

    max_bytes: int
    said_bytes: int
    learned_at: datetime


def next_rung(refused_bytes: int) -> int:
    """The limit to go by after a file of this size was refused; 0 when there is none left."""
    return next((rung for rung in RUNGS if rung < refused_bytes), 0)


def limit_now(says: int, learned: LearnedLimit | None, now: datetime) -> int:
    """How many bytes a file may have in a server that says so many.

    What was learned counts for nothing once the server says something else: it was boosted, or lost its boosts.
    """
    if learned is None or learned.said_bytes != says:
        return says
    age = now - learned.learned_at
    if age >= FORGET_AFTER:
        return says
    limit = learned.max_bytes
    if age >= TRY_HIGHER_AFTER:
        limit = next((rung for rung in reversed(RUNGS) if rung > limit), says)
    return min(says, limit)
