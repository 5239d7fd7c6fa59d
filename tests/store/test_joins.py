"""Joins as they are written down: one of a story at a time, told once, gone with their user."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import Remover
from bot.domain.join import Join, JoinState
from bot.errors import IllegalTransition, RequestError
from bot.store.erasure import ErasureStore
from bot.store.job_store import Store
from bot.store.joins import JoinStore
from bot.store.moderation import ModerationStore
from bot.store.personal_data import PersonalDataStore
from bot.text import text
from sandbox.new_database import place_new_database
from tests.cogs.admins import rows
from tests.support import ManualClock

ALICE, BOB, CAROL, SERVER, PLACE = 7, 8, 10, 9, 11


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    opened = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), clock)
    yield opened
    await opened.close()


def join(number: int, clock: ManualClock, **changes: Any) -> Join:
    values: dict[str, Any] = {
        "id": f"{number:016x}",
        "user_id": ALICE,
        "guild_id": SERVER,
        "channel_id": PLACE,
        "story_id": "c" * 16,
        "job_ids": ["a" * 16, "b" * 16],
        "created_at": clock.now,
        "updated_at": clock.now,
    }
    return Join(**values | changes)


async def test_a_story_is_joined_once_at_a_time(store: Store, clock: ManualClock) -> None:
    joins = JoinStore(store.database, clock)
    first = join(1, clock)
    await joins.add(first)
    with pytest.raises(RequestError):
        await joins.add(join(2, clock))
    await joins.add(join(3, clock, story_id="d" * 16))
    await joins.deliver(await joins.claim(first, PLACE), 5)
    await joins.add(join(2, clock))
    assert [one.id for one in await joins.untold()] == [join(3, clock).id, join(2, clock).id]


async def test_what_was_told_is_not_told_again(store: Store, clock: ManualClock) -> None:
    joins = JoinStore(store.database, clock)
    await joins.add(join(1, clock))
    claimed = await joins.claim(join(1, clock), PLACE)
    assert claimed.outcome_place_id == PLACE
    told = await joins.deliver(claimed, 5)
    assert (told.state, told.outcome_message_id) == (JoinState.DELIVERED, 5)
    for again in (joins.deliver(claimed, 6), joins.fail(claimed, text("join.unexpected")), joins.claim(claimed, PLACE)):
        with pytest.raises(IllegalTransition):
            await again
    assert await joins.find(told.id) == told
    assert await joins.untold() == []


async def test_a_failure_is_told_anywhere_anew(store: Store, clock: ManualClock) -> None:
    joins = JoinStore(store.database, clock)
    await joins.add(join(1, clock))
    failed = await joins.fail(await joins.claim(join(1, clock), PLACE), text("join.original_gone", number=2))
    assert (failed.reason, failed.outcome_place_id) == (text("join.original_gone", number=2), None)
    assert await joins.untold() == [failed]
    await joins.told(failed, 0)
    assert await joins.untold() == []


async def test_joins_are_exported_and_go_with_their_user(store: Store, clock: ManualClock) -> None:
    joins = JoinStore(store.database, clock)
    await joins.add(join(1, clock))
    await joins.add(join(2, clock, user_id=BOB, story_id="d" * 16))
    [exported] = (await PersonalDataStore(store.database, clock).export(ALICE))["joined_videos"]
    assert exported["job_ids"] == ["a" * 16, "b" * 16]
    await ErasureStore(store.database, clock).forget(ALICE)
    assert [one.user_id for one in await joins.untold()] == [BOB]
    with pytest.raises(IllegalTransition):
        await joins.claim(join(1, clock), PLACE)


async def test_joins_that_were_told_go_when_videos_of_their_age_do(store: Store, clock: ManualClock) -> None:
    joins = JoinStore(store.database, clock)
    await joins.add(join(1, clock))
    await joins.deliver(join(1, clock), 5)
    await joins.add(join(2, clock))
    clock.now += timedelta(days=31)
    await ErasureStore(store.database, clock).prune(clock.now - timedelta(days=30))
    assert await joins.find(join(1, clock).id) is None
    assert await joins.find(join(2, clock).id) is not None


async def test_a_deletion_and_its_line_in_the_audit_are_written_together_and_once(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    joins, moderation = JoinStore(store.database, clock), ModerationStore(store.database, clock)
    await joins.add(join(1, clock))
    told = await joins.deliver(await joins.claim(join(1, clock), PLACE), 5)
    removed = await moderation.remove_join(told, Remover.MODERATOR, BOB)
    assert (removed.removed_by, removed.outcome_message_id) == (Remover.MODERATOR, 5)
    assert await moderation.remove_join(told, Remover.OWNER, ALICE) == removed
    assert await joins.find(told.id) == removed
    assert rows(tmp_path, "SELECT guild_id, by_user, action FROM audit") == [(SERVER, BOB, "delete")]
    assert (await joins.copied(told, PLACE, 6)).removed_by is Remover.MODERATOR
    with pytest.raises(IllegalTransition):
        await moderation.remove_join(join(2, clock), Remover.MODERATOR, BOB)
    assert len(rows(tmp_path, "SELECT 1 FROM audit")) == 1


@pytest.mark.parametrize("by", [ALICE, 0], ids=["their own", "in direct messages"])
async def test_what_stands_in_no_audit_is_deleted_all_the_same(
    store: Store, clock: ManualClock, tmp_path: Path, by: int
) -> None:
    joins, moderation = JoinStore(store.database, clock), ModerationStore(store.database, clock)
    await joins.add(join(1, clock, guild_id=SERVER if by else 0))
    remover = Remover.OWNER if by else Remover.MODERATOR
    assert (await moderation.remove_join(join(1, clock), remover, ALICE)).removed_by is remover
    assert rows(tmp_path, "SELECT 1 FROM audit") == []


async def forget_whose_it_is(erasure: ErasureStore, _clock: ManualClock) -> None:
    await erasure.forget(ALICE)


async def forget_the_server(erasure: ErasureStore, clock: ManualClock) -> None:
    await erasure.note_presence([SERVER + 1])
    await erasure.forget_departed(clock.now + timedelta(days=1))


async def forget_what_is_old(erasure: ErasureStore, clock: ManualClock) -> None:
    await erasure.prune(clock.now + timedelta(days=1))


@pytest.mark.parametrize("forgetting", [forget_whose_it_is, forget_the_server, forget_what_is_old])
async def test_reports_about_a_joined_video_go_with_it_and_no_others(
    store: Store, clock: ManualClock, tmp_path: Path, forgetting: Callable[[ErasureStore, ManualClock], Awaitable[None]]
) -> None:
    joins, moderation = JoinStore(store.database, clock), ModerationStore(store.database, clock)
    await joins.add(join(1, clock))
    await joins.add(join(2, clock, user_id=BOB, guild_id=SERVER + 1, story_id="d" * 16))
    told = await joins.deliver(await joins.claim(join(1, clock), PLACE), 5)
    for one in (told, join(2, clock)):
        assert await moderation.report(one.as_job(), CAROL, 0)
    await forgetting(ErasureStore(store.database, clock), clock)
    assert rows(tmp_path, "SELECT id FROM joins") == rows(tmp_path, "SELECT job_id FROM reports") == [(f"{2:016x}",)]
