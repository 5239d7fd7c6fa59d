"""Bursts: how often one person may ask in a short while, so that nobody floods the database or Discord."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.domain.rate_window import RateWindows
from bot.errors import NotAllowedError
from bot.text import text

_SHORT_SECONDS: Final = 10.0
_MINUTE_SECONDS: Final = 60.0


class RequestRateLimit:
    """How often each user may ask for something: half of a minute's within ten seconds. A restart forgets them."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._bursts = (
            RateWindows(max(1, per_minute // 2), _SHORT_SECONDS),
            RateWindows(per_minute, _MINUTE_SECONDS),
        )
        self._words = RateWindows(1, _MINUTE_SECONDS)

    def take(self, user_id: int) -> None:
        """Take one.

        Raises:
            NotAllowedError: there was none left.
        """
        if not _took(self._bursts, user_id, self._now()):
            raise NotAllowedError(text("gate.too_many"), came_instead_of_a_video=True)

    def take_words(self, user_id: int) -> bool:
        """Whether to tell somebody in public that they were refused: once a minute."""
        return _took((self._words,), user_id, self._now())


def _took(windows: tuple[RateWindows, ...], user_id: int, now: float) -> bool:
    """Count one in every window, or in none where one of them is full; whether it was counted."""
    if any(window.wait(user_id, now) for window in windows):
        return False
    for window in windows:
        window.take(user_id, now)
    return True
