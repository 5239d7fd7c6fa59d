"""How long the services wait: one record, so that tests can be quick about it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Waiting times, in seconds.

    ``post_grace`` must be longer than the timeout of ``POST /queue``: only then is a generation that
    cannot be found certain not to be. ``fetch_longest`` is for one download of a finished video.
    ``card_settle`` is how long a phase must last to be shown on a card, ``card_window`` the time in which a channel
    takes a few edits; what cards say is written down after ``card_write_every``, an end after ``card_write_final``.
    """

    post_grace: float = 15.0
    search_every: float = 3.0
    retry_first: float = 1.0
    retry_cap: float = 60.0
    stop_polls: int = 5
    stop_every: float = 2.0
    fetch_attempts: int = 20
    fetch_longest: float = 900.0
    finish_within: float = 10.0
    keep_undeliverable: timedelta = timedelta(hours=24)
    card_settle: float = 2.0
    card_window: float = 5.0
    card_write_final: float = 1.0
    card_write_every: float = 30.0

    def delays(self) -> Iterator[float]:
        """Growing, jittered, capped waits, without end."""
        delay = self.retry_first
        while True:
            yield random.uniform(delay / 2, delay)  # noqa: S311 - jitter, not a secret
            delay = min(delay * 2, self.retry_cap)
