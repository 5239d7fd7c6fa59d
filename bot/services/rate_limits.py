"""Bursts: how often one person may ask in a short while, so that nobody floods the database or Discord."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import NotAllowedError
from bot.text import text

_WINDOW_SECONDS: Final = 10


class RequestRateLimit:
    """How often each user may ask for something: half of a minute's within ten seconds. A restart forgets them."""

    def __init__(self, per_minute: int) -> None:
        self._bursts: tuple[RateLimitItem, ...] = (
            RateLimitItemPerSecond(max(1, per_minute // 2), _WINDOW_SECONDS),
            RateLimitItemPerMinute(per_minute),
        )
        self._words = RateLimitItemPerMinute(1, namespace="words")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, user_id: int) -> None:
        """Take one.

        Raises:
            NotAllowedError: there was none left.
        """
        if not all(self._limiter.hit(burst, str(user_id)) for burst in self._bursts):
            raise NotAllowedError(text("gate.too_many"), came_instead_of_a_video=True)

    def take_words(self, user_id: int) -> bool:
        """Whether to tell somebody in public that they were refused: once a minute."""
        return self._limiter.hit(self._words, str(user_id))
