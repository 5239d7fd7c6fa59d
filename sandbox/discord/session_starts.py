"""How often sessions of the bot may begin: Discord documentation, "Session Start Limit Object"."""

from collections.abc import Callable
from datetime import datetime

from sandbox.discord.errors import Json
from sandbox.discord.limits import Limits

DAY_SECONDS = 86_400.0


class SessionStarts:
    """How often sessions may begin: so many at a time every few seconds, and so many a day."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._limits = limits
        self._now = now
        self._last: dict[int, float] = {}
        self._begun: list[float] = []

    @property
    def remaining(self) -> int:
        """How many sessions may still begin today."""
        today = self._time() - DAY_SECONDS
        self._begun = [moment for moment in self._begun if moment > today]
        return max(0, self._limits.session_starts - len(self._begun))

    def take(self, shard: int) -> bool:
        """Use a start up for this shard; whether it comes no sooner than it may."""
        now, step = self._time(), shard % self._limits.max_concurrency
        self._begun.append(now)
        too_soon = now < self._last.get(step, 0.0) + self._limits.identify_seconds
        if not too_soon:
            self._last[step] = now
        return not too_soon

    def describe(self) -> Json:
        """The session start limit object."""
        remaining = self.remaining
        reset = self._begun[0] + DAY_SECONDS - self._time() if self._begun else 0.0
        return {
            "total": self._limits.session_starts,
            "remaining": remaining,
            "reset_after": int(reset * 1000),
            "max_concurrency": self._limits.max_concurrency,
        }

    def _time(self) -> float:
        return self._now().timestamp()
