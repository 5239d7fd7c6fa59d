"""How long the bot waits between attempts that fail."""

from __future__ import annotations

import random
from itertools import islice

from bot.backoff import Backoff


def test_each_wait_is_twice_the_one_before_up_to_the_cap() -> None:
    assert list(islice(Backoff(1.0, 5.0, spread=(1.0, 1.0)).delays(), 5)) == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_waits_are_drawn_from_between_the_two_shares() -> None:
    rng = random.Random(7)
    waits = [Backoff(first=1.0, cap=60.0, spread=(0.0, 1.0)).after(100, rng) for _ in range(1_000)]
    assert min(waits) < 3
    assert 57 < max(waits) <= 60


def test_after_a_week_of_failures_the_wait_is_still_the_cap() -> None:
    assert Backoff(first=1.0, cap=60.0, spread=(1.0, 1.0)).after(100_000) == 60.0
