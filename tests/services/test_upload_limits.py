"""What a server's upload limit is taken to be, after refusals and successes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.upload_limits import UploadLimits
from bot.store.store import Store

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
async def limits(tmp_path: Path, clock: Clock) -> AsyncIterator[UploadLimits]:
    store = await Store.open(tmp_path / "bot.sqlite3", clock)
    yield UploadLimits(store, clock)
    await store.close()


async def mib(limits: UploadLimits, says: int, server: int = SERVER) -> float:
    return await limits.limit(server, says * MIB) / MIB


async def test_what_a_server_says_holds_until_it_refuses(limits: UploadLimits) -> None:
    assert await mib(limits, 50) == 50
    await limits.refused(SERVER, 50 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 25
    assert await mib(limits, 50, OTHER) == 50


async def test_refusals_step_down_and_the_last_one_is_not_remembered(limits: UploadLimits) -> None:
    seen, size = [], 10 * MIB
    while size:
        seen.append(size // MIB)
        size = await limits.refused(SERVER, size, 10 * MIB)
    assert seen == [10, 8, 5, 3]
    assert await mib(limits, 10) == 3


async def test_a_refusal_that_comes_late_does_not_step_up(limits: UploadLimits) -> None:
    await limits.refused(SERVER, 8 * MIB, 10 * MIB)
    await limits.refused(SERVER, 10 * MIB, 10 * MIB)
    assert await mib(limits, 10) == 5


async def test_a_server_that_says_something_else_is_believed_again(limits: UploadLimits) -> None:
    await limits.refused(SERVER, 9 * MIB, 10 * MIB)
    assert await mib(limits, 10) == 8
    assert await mib(limits, 100) == 100
    await limits.refused(SERVER, 100 * MIB, 100 * MIB)
    assert await mib(limits, 100) == 50


async def test_after_a_day_the_next_larger_one_is_tried_and_a_refusal_holds_for_another_day(
    limits: UploadLimits, clock: Clock
) -> None:
    await limits.refused(SERVER, 10 * MIB, 50 * MIB)
    clock.advance(hours=23)
    assert await mib(limits, 50) == 8
    clock.advance(hours=1)
    assert await mib(limits, 50) == 10
    await limits.refused(SERVER, 10 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 8
    clock.advance(hours=23)
    assert await mib(limits, 50) == 8


async def test_a_try_is_never_above_what_the_server_says(limits: UploadLimits, clock: Clock) -> None:
    await limits.refused(SERVER, 12 * MIB, 12 * MIB)
    clock.advance(days=1)
    assert await mib(limits, 12) == 12


async def test_a_success_above_what_was_learned_is_remembered(limits: UploadLimits, clock: Clock) -> None:
    await limits.refused(SERVER, 10 * MIB, 50 * MIB)
    clock.advance(days=1)
    await limits.accepted(SERVER, 9 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 9
    clock.advance(days=1)
    assert await mib(limits, 50) == 10


async def test_a_success_below_what_was_learned_says_nothing(limits: UploadLimits, clock: Clock) -> None:
    await limits.refused(SERVER, 10 * MIB, 50 * MIB)
    clock.advance(days=1)
    await limits.accepted(SERVER, 2 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 10


async def test_what_was_learned_is_forgotten_after_a_week(limits: UploadLimits, clock: Clock) -> None:
    await limits.refused(SERVER, 5 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 3
    clock.advance(days=7)
    assert await mib(limits, 50) == 50
    await limits.refused(SERVER, 50 * MIB, 50 * MIB)
    assert await mib(limits, 50) == 25
