"""What a server's upload limit is taken to be, before and after refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.jobs.upload_limits import UploadLimits

MIB = 1024 * 1024
SERVER, OTHER = 9, 10


@dataclass(slots=True)
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=lambda: datetime(2026, 8, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> UploadLimits:
    return UploadLimits(clock)


def mib(limits: UploadLimits, says: int, server: int = SERVER) -> float:
    return limits.limit(server, says * MIB) / MIB


@pytest.mark.parametrize(("says", "starts"), [(8, 20), (10, 20), (20, 20), (25, 25), (50, 50), (100, 100)])
def test_the_first_limit_is_what_a_server_says_and_at_least_20_mib(
    limits: UploadLimits, says: int, starts: int
) -> None:
    assert mib(limits, says) == starts


@pytest.mark.parametrize("size", [10 * MIB + 1, 15 * MIB, 20 * MIB])
def test_a_refusal_above_what_a_server_says_steps_down_to_that_in_this_server_alone(
    limits: UploadLimits, size: int
) -> None:
    assert limits.refuse(SERVER, size, 10 * MIB) == 10 * MIB
    assert mib(limits, 10) == 10
    assert mib(limits, 10, OTHER) == 20


def test_refusals_of_what_a_server_says_step_down_and_the_last_one_is_not_remembered(limits: UploadLimits) -> None:
    seen, size = [], 100 * MIB
    while size:
        seen.append(size // MIB)
        size = limits.refuse(SERVER, size, 100 * MIB)
    assert seen == [100, 50, 25, 20, 10, 8, 5, 3]
    assert mib(limits, 100) == 3


def test_a_refusal_that_comes_late_does_not_step_up(limits: UploadLimits) -> None:
    limits.refuse(SERVER, 8 * MIB, 10 * MIB)
    limits.refuse(SERVER, 15 * MIB, 10 * MIB)
    assert mib(limits, 10) == 5


def test_a_server_that_says_something_else_is_believed_again(limits: UploadLimits) -> None:
    limits.refuse(SERVER, 15 * MIB, 10 * MIB)
    assert mib(limits, 100) == 100
    limits.refuse(SERVER, 100 * MIB, 100 * MIB)
    assert mib(limits, 100) == 50


def test_a_refusal_is_forgotten_after_a_day_and_another_one_holds_for_another_day(
    limits: UploadLimits, clock: Clock
) -> None:
    limits.refuse(SERVER, 15 * MIB, 10 * MIB)
    clock.advance(hours=23)
    assert mib(limits, 10) == 10
    clock.advance(hours=1)
    assert mib(limits, 10) == 20
    limits.refuse(SERVER, 15 * MIB, 10 * MIB)
    clock.advance(hours=23)
    assert mib(limits, 10) == 10


def test_only_so_many_servers_are_remembered_and_the_oldest_is_forgotten(limits: UploadLimits) -> None:
    for server in range(10_001):
        limits.refuse(server, 15 * MIB, 10 * MIB)
    assert mib(limits, 10, 0) == 20
    assert mib(limits, 10, 1) == mib(limits, 10, 10_000) == 10
