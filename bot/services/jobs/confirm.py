"""Confirming: Oxen's no is believed when it was given several times over a while, wherever believing it costs a video.

A row that was there does not go away, and a video that is being made is paid for: a single "not found" can come from a
replica, a deployment, a cache. So every such answer is counted here, and whoever got it waits and looks again until
it is confirmed. Any answer to the contrary takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.clock import Clock
from bot.services.timing import Timing

_FORGOTTEN_AFTER: Final = timedelta(hours=1)
_KEPT: Final = 10_000


class Denial(StrEnum):
    """What Oxen can deny of a job's generation."""

    GONE = "gone"
    """It does not know the generation (its own 404)."""
    CANCELLED = "cancelled"
    """It says that somebody else cancelled it."""
    FAILED = "failed"
    """An event says that it failed, and its row does not."""
    STOPPED = "stopped"
    """It does not confirm a cancel, or cannot be asked, long after the generation's time."""
    NO_RESULT = "no result"
    """It succeeded, and has no link to the result."""


@dataclass(slots=True)
class _Count:
    first: datetime
    last: datetime
    looks: int = 0


class Confirmations:
    """Counts negative answers by job and kind, in memory: after a restart the counting starts anew."""

    def __init__(self, timing: Timing, clock: Clock) -> None:
        self._timing = timing
        self._clock = clock
        self._counts: dict[tuple[str, Denial], _Count] = {}

    @property
    def pause(self) -> float:
        """How long to wait before the next look (seconds)."""
        return self._timing.confirm_every

    def deny(self, job_id: str, denial: Denial) -> bool:
        """Count a negative answer; whether it is to be believed now."""
        now = self._clock()
        count = self._counts.get((job_id, denial))
        if count is None or now - count.last > _FORGOTTEN_AFTER:
            self._make_room(now)
            count = self._counts[job_id, denial] = _Count(first=now, last=now)
        count.looks += 1
        count.last = now
        over = (now - count.first).total_seconds()
        return count.looks >= self._timing.confirm_looks and over >= self._timing.confirm_seconds

    def withdraw(self, job_id: str, *denials: Denial) -> None:
        """Forget what was denied of a job: Oxen said otherwise, or the job is over. Without kinds: all of it."""
        for denial in denials or tuple(Denial):
            self._counts.pop((job_id, denial), None)

    def _make_room(self, now: datetime) -> None:
        if len(self._counts) < _KEPT:
            return
        for key in [key for key, count in self._counts.items() if now - count.last > _FORGOTTEN_AFTER]:
            del self._counts[key]
        while len(self._counts) >= _KEPT:
            del self._counts[next(iter(self._counts))]
