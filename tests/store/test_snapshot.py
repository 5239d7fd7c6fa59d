"""Who looks up numbers waits for nobody who writes, and sees numbers of one moment."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.clock import utc_now
from bot.domain.policy import Policy
from bot.domain.usage import Span
from bot.errors import StoreBusy, StoreError
from bot.store.job_store import Store
from bot.store.quota import QuotaStore
from sandbox.new_database import place_new_database
from tests.support import job

POLICY = Policy(daily_seconds=60, max_active=9)
WAIT_SECONDS = 20.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(place_new_database(tmp_path / "bot.sqlite3"))
    yield opened
    await opened.close()


@contextmanager
def released(event: threading.Event) -> Iterator[None]:
    """Whatever happens, nobody waits for it afterwards."""
    try:
        yield
    finally:
        event.set()


def count_jobs(connection: sqlite3.Connection) -> int:
    """How many jobs there are."""
    [row] = connection.execute("SELECT count(*) FROM jobs")
    return int(row[0])


async def test_quota_settings_and_usage_are_there_while_something_is_being_written(store: Store) -> None:
    accounts, may_end = QuotaStore(store.database, utc_now), threading.Event()

    def write(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE user_totals SET held = 50")
        may_end.wait(WAIT_SECONDS)

    await store.accept(job(1), POLICY)
    with released(may_end):
        writing = asyncio.create_task(store.database.write(write, name="slow"))
        async with asyncio.timeout(WAIT_SECONDS):
            assert (await accounts.quota(7, 9, (), POLICY)).day_left == 55
            assert (await accounts.usage(9, Span.DAY)).total.held == 5
            assert (await accounts.server(9)).guild_id == 9
            assert (await accounts.running(9, 5))[0] == 1
        assert not writing.done()
    await writing


async def test_a_read_shows_one_moment_and_the_next_one_what_came_since(store: Store) -> None:
    began, may_go_on = threading.Event(), threading.Event()

    def look_twice(connection: sqlite3.Connection) -> tuple[int, int]:
        before = count_jobs(connection)
        began.set()
        may_go_on.wait(WAIT_SECONDS)
        return before, count_jobs(connection)

    with released(may_go_on):
        async with asyncio.timeout(WAIT_SECONDS):
            looking = asyncio.create_task(store.database.read(look_twice, name="twice"))
            await asyncio.to_thread(began.wait, WAIT_SECONDS)
            await store.accept(job(1), POLICY)
            may_go_on.set()
            assert await looking == (0, 0)
            assert await store.database.read(count_jobs, name="count") == 1


async def test_nothing_can_be_written_by_a_read_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(StoreError, match="readonly"):
        await store.database.read(lambda connection: connection.execute("DELETE FROM jobs"), name="write")
    assert await store.database.rows("SELECT 1")


async def test_a_read_that_does_not_come_in_time_is_given_up_by_who_waits_and_by_nobody_else(store: Store) -> None:
    began, may_end = threading.Event(), threading.Event()

    def read_for_long(_connection: sqlite3.Connection) -> str:
        began.set()
        may_end.wait(WAIT_SECONDS)
        return "read"

    await store.accept(job(1), POLICY)
    with released(may_end):
        reading = asyncio.create_task(store.database.read(read_for_long, name="slow"))
        await asyncio.to_thread(began.wait, WAIT_SECONDS)
        finding = asyncio.create_task(store.find(job(1).id))
        with pytest.raises(StoreBusy):
            await store.find(job(1).id, within=0.01)
        may_end.set()
        assert await reading == "read"
        assert await finding is not None
    assert await store.find(job(1).id, within=WAIT_SECONDS) is not None


@pytest.mark.parametrize("steps", range(1, 10))
async def test_a_look_that_is_cancelled_anywhere_leaves_no_old_numbers_to_the_next(store: Store, steps: int) -> None:
    accounts = QuotaStore(store.database, utc_now)
    looking = asyncio.create_task(accounts.quota(7, 9, (), POLICY))
    for _ in range(steps):
        await asyncio.sleep(0)
        if looking.done():
            break
        await asyncio.wait({looking}, timeout=0.0005)
    looking.cancel()
    await asyncio.wait({looking})
    async with asyncio.timeout(WAIT_SECONDS):
        await store.accept(job(1), POLICY)
        assert await store.find(job(1).id) is not None
        assert (await accounts.quota(7, 9, (), POLICY)).standing.active == 1
