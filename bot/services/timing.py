"""How long the services wait: one record, so that tests can be quick about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.backoff import Backoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Waiting times, in seconds.

    ``oxen_timeout`` is for one attempt at a call to Oxen. ``landing_grace`` is for how long after the end of a
    ``POST /queue`` that nobody answered it may still take effect, ``settled_grace`` the same where Oxen itself answered
    with an error. ``least_searches`` whole searches that find nothing are needed in any case before the request is sent
    again. A negative answer is believed once it was given ``confirm_looks`` times over at least ``confirm_seconds``.
    ``fetch_longest`` is for one download of a finished video, ``fetch_for`` for all tries; ``fetch_told_after`` is when
    its user is told that it does not open yet. ``card_settle`` is how long a phase must last to be shown on a card,
    ``card_window`` the time in which a channel takes a few edits; what cards say is written down after
    ``card_write_every``, an end after ``card_write_final``; that a video is done is said up to ``card_poster``
    later, until its poster is there, and that Oxen has not begun it from ``queue_told_after`` on. Requests that
    wait for their turn are looked at every ``waiting_every``, whatever wakes them. Whoever asks for a video waits
    ``price_within`` at most for the first price. ``alert_every`` is between two looks at what may be wrong; the
    stream and a shard may be away for ``alert_stream`` and ``alert_shard`` before the operator is alerted.

    Raises:
        ValueError: the times do not go together.
    """

    oxen_timeout: float = 10.0
    landing_grace: float = 120.0
    settled_grace: float = 15.0
    least_searches: int = 3
    search_every: float = 3.0
    search_cap: float = 15.0
    retry_first: float = 1.0
    retry_cap: float = 60.0
    confirm_looks: int = 3
    confirm_seconds: float = 60.0
    confirm_every: float = 30.0
    stop_polls: int = 5
    stop_every: float = 2.0
    fetch_longest: float = 900.0
    fetch_for: timedelta = timedelta(minutes=15)
    fetch_told_after: float = 30.0
    finish_within: float = 10.0
    keep_undeliverable: timedelta = timedelta(hours=24)
    card_settle: float = 2.0
    card_window: float = 5.0
    card_write_final: float = 1.0
    card_write_every: float = 30.0
    card_poster: float = 2.0
    queue_told_after: float = 10.0
    waiting_every: float = 30.0
    price_within: float = 1.5
    alert_every: float = 10.0
    alert_stream: float = 300.0
    alert_shard: float = 60.0

    def __post_init__(self) -> None:
        if not 0 < self.settled_grace <= self.landing_grace:
            raise ValueError("a request that nobody answered may land for as long as one that was answered, or longer")
        if self.least_searches < 1 or self.confirm_looks < 1:
            raise ValueError("one search and one look are the least")
        if self.fetch_told_after >= self.fetch_for.total_seconds():
            raise ValueError("who waits for a video is told that it does not open before it is given up")

    @property
    def backoff(self) -> Backoff:
        """How long to wait after failures."""
        return Backoff(self.retry_first, self.retry_cap)

    def delays(self) -> Iterator[float]:
        """Growing, jittered, capped waits, without end."""
        return self.backoff.delays()

    def search_pauses(self) -> Iterator[float]:
        """Growing waits between two searches of the queue, without end."""
        cap = max(self.search_cap, self.search_every)
        return Backoff(self.search_every, cap, factor=1.5, spread=(1.0, 1.0)).delays()
