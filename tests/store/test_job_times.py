"""When a running job is expected, from how long delivered jobs of its model and length took."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.store.job_store import Store
from sandbox.new_database import place_new_database
from tests.support import NOON, ManualClock, job, request

POLICY = Policy(daily_seconds=100_000, max_active=1_000)
CLOCK = ManualClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    CLOCK.now = NOON
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), CLOCK)
    yield store
    await store.close()


async def running(store: Store, number: int, seconds: int = 5) -> Job:
    here = job(number, seconds=seconds, request=request(duration=seconds), model="kling")
    await store.accept(here, POLICY)
    here = await store.move(here, JobState.PREPARED, "ready")
    here = await store.move(here, JobState.SUBMITTING, "asked")
    return await store.move(here, JobState.RUNNING, "taken", generation_id=f"g{number}", running_at=CLOCK.now)


async def delivered(store: Store, number: int, minutes: float, seconds: int = 5) -> None:
    here = await running(store, number, seconds)
    here = await store.move(here, JobState.DELIVERING, "finished")
    CLOCK.now += timedelta(minutes=minutes)
    await store.deliver(here, "sent", 1_000 + number)


async def test_after_ten_videos_the_next_of_their_length_is_expected_by_their_median(store: Store) -> None:
    for number in range(1, 11):
        await delivered(store, number, number)
    here = await running(store, 11)
    assert here.done_about == CLOCK.now + timedelta(minutes=5)
    assert here.slow_after == CLOCK.now + timedelta(minutes=9)


async def test_nine_videos_say_nothing_and_those_of_another_length_neither(store: Store) -> None:
    for number in range(1, 10):
        await delivered(store, number, 3)
    for number in range(20, 40):
        await delivered(store, number, 7, seconds=10)
    here = await running(store, 50)
    assert (here.done_about, here.slow_after) == (None, None)


@pytest.mark.slow
async def test_only_the_last_fifty_count(store: Store) -> None:
    for number in range(1, 41):
        await delivered(store, number, 60)
    for number in range(41, 91):
        await delivered(store, number, 2)
    here = await running(store, 100)
    assert here.slow_after == CLOCK.now + timedelta(minutes=2)
