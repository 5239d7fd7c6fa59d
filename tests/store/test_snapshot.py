"""Who looks up numbers waits for nobody who writes, and sees numbers of one moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.clock import utc_now
from bot.domain.policy import Policy
from bot.domain.usage import Span
from bot.errors import StoreError
from bot.store.accounts import Accounts
from bot.store.store import Store
from tests.support import job

POLICY = Policy(daily_seconds=60, max_active=9)
WAIT_SECONDS = 20.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "bot.sqlite3")
    yield opened
    await opened.close()


async def test_quota_settings_and_usage_are_there_while_something_is_being_written(store: Store) -> None:
    accounts = Accounts(store.database, utc_now)
    await store.accept(job(1), POLICY)
    async with asyncio.timeout(WAIT_SECONDS), store.database.transaction() as writing:
        await writing.execute("UPDATE user_totals SET held = 50")
        assert (await accounts.quota(7, 9, (), POLICY)).day_left == 55
        assert (await accounts.usage(9, Span.DAY)).total.held == 5
        assert (await accounts.server(9)).guild_id == 9
        assert (await accounts.running(9, 5))[0] == 1


async def test_a_snapshot_shows_one_moment_and_the_next_read_what_came_since(store: Store) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        async with store.database.snapshot() as connection:
            [before] = await connection.execute_fetchall("SELECT count(*) FROM jobs")
            accepting = asyncio.create_task(store.accept(job(1), POLICY))
            await accepting
            finding = asyncio.create_task(store.find(job(1).id))
            [after] = await connection.execute_fetchall("SELECT count(*) FROM jobs")
            assert before[0] == after[0] == 0
        assert await finding is not None


async def test_nothing_can_be_written_in_a_snapshot_and_the_next_one_works(store: Store) -> None:
    async def write() -> None:
        async with store.database.snapshot() as connection:
            await connection.execute("DELETE FROM jobs")

    with pytest.raises(StoreError, match="readonly"):
        await write()
    async with store.database.snapshot() as connection:
        assert list(await connection.execute_fetchall("SELECT 1"))


@pytest.mark.parametrize("steps", range(1, 10))
async def test_a_look_that_is_cancelled_anywhere_leaves_no_old_numbers_to_the_next(store: Store, steps: int) -> None:
    accounts = Accounts(store.database, utc_now)
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
