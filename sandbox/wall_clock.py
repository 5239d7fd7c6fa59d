"""Real time for the simulated Discord, whose own clock stands still at the first of January 2026."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import simcord

from bot.domain.clock import utc_now


class WallClock:
    """A clock for SimCord's backend that begins now and runs by itself.

    Messages, ids and "5 seconds ago" then agree with the moments that the bot writes, and nobody has to wind
    it: moving SimCord's own clock is an operation, and a click on the page that meets one is refused.
    """

    def __init__(self) -> None:
        self._epoch = utc_now()
        # perf_counter: SimCord puts its own time behind time.monotonic.
        self._begun = time.perf_counter()
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._begun + self._ahead

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return self._epoch + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Jump ahead, as ``Env.advance_time`` asks."""
        self._ahead += seconds


def follow_wall_clock(env: simcord.Env) -> None:
    """Let SimCord's time be the real one from now on."""
    env.backend.clock = WallClock()  # type: ignore[assignment]
