"""How large a file may be: what a server says, and what it was seen to take."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MIB: Final = 1024 * 1024
RUNGS: Final = tuple(size * MIB for size in (500, 100, 50, 25, 20, 10, 8, 5, 3))
"""Limits that Discord is known to have had, and a few below them to step down to."""
FORGET_AFTER: Final = timedelta(days=7)
"""A limit that was learned is tried again after a week: servers are boosted, defaults rise."""


def next_rung(refused_bytes: int) -> int:
    """The limit to go by after a file of this size was refused; 0 when there is none left."""
    return next((rung for rung in RUNGS if rung < refused_bytes), 0)
