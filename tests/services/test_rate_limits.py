"""How often one person may ask in a short while."""

from __future__ import annotations

from bot.errors import NotAllowedError
from bot.services.rate_limits import RequestRateLimit

ADA, BOB = 1, 2


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def asked(limit: RequestRateLimit, user_id: int) -> bool:
    """Whether one more request of somebody's is taken."""
    try:
        limit.take(user_id)
    except NotAllowedError:
        return False
    return True


def test_half_of_a_minutes_requests_may_come_within_ten_seconds() -> None:
    clock = Clock()
    limit = RequestRateLimit(6, clock)
    assert [asked(limit, ADA) for _ in range(4)] == [True, True, True, False]
    clock.now += 10.0
    assert asked(limit, ADA)


def test_no_more_than_a_minutes_requests_come_within_a_minute() -> None:
    clock = Clock()
    limit = RequestRateLimit(4, clock)
    taken = []
    for _ in range(5):
        taken.append(asked(limit, ADA))
        clock.now += 10.0
    assert taken == [True, True, True, True, False]
    clock.now += 10.0
    assert asked(limit, ADA)


def test_a_refused_request_counts_for_nothing() -> None:
    clock = Clock()
    limit = RequestRateLimit(2, clock)
    assert [asked(limit, ADA) for _ in range(50)] == [True] + [False] * 49
    clock.now += 10.0
    assert asked(limit, ADA)


def test_where_one_request_a_minute_is_allowed_the_first_is_taken() -> None:
    clock = Clock()
    limit = RequestRateLimit(1, clock)
    assert [asked(limit, ADA), asked(limit, ADA)] == [True, False]
    clock.now += 60.0
    assert asked(limit, ADA)


def test_each_user_has_requests_of_their_own() -> None:
    limit = RequestRateLimit(2, Clock())
    assert [asked(limit, ADA), asked(limit, ADA), asked(limit, BOB)] == [True, False, True]


def test_somebody_is_told_in_public_once_a_minute() -> None:
    clock = Clock()
    limit = RequestRateLimit(2, clock)
    assert [limit.take_words(ADA), limit.take_words(ADA), limit.take_words(BOB)] == [True, False, True]
    clock.now += 60.0
    assert limit.take_words(ADA)


def test_being_told_takes_no_request_away() -> None:
    limit = RequestRateLimit(4, Clock())
    limit.take_words(ADA)
    assert [asked(limit, ADA) for _ in range(3)] == [True, True, False]
