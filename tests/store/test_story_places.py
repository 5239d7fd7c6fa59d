"""Which place a new video gets in its user's story."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.domain.story import Shot
from bot.store.job_store import Store
from bot.store.videos import VideoStore
from sandbox.new_database import place_new_database
from tests.support import ManualClock, job, request

ROOMY = Policy(daily_seconds=10_000, max_active=1_000)
WAY = (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING)


class Studio:
    """A store in which videos are made at once."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.videos = VideoStore(store.database, clock)
        self._count = 0

    async def make(
        self,
        *,
        ends: JobState | None = JobState.DELIVERED,
        followers: int = 0,
        of: dict[str, Any] | None = None,
        **asked: Any,
    ) -> Job:
        """A video that is asked for, and comes to its end; ``asked`` says of the request what it comes from."""
        self._count += 1
        wanted = job(self._count, request=request(**asked), **(of or {}))
        more = [job(100 + n, request=wanted.request, leader_id=wanted.id) for n in range(followers)]
        await self.store.accept(wanted, ROOMY, followers=more)
        current = await self.store.job(wanted.id)
        if ends is None:
            return current
        if ends is JobState.FAILED:
            return await self.store.move(current, JobState.FAILED, "test")
        for state in WAY:
            current = await self.store.move(current, state, "test")
        return await self.store.deliver(current, "sent", message_id=self._count)

    async def story(self, one: Job) -> list[str]:
        shot = (await self.store.job(one.id)).shot
        assert shot is not None
        return [found.id for found in await self.videos.story(shot.story_id, one.user_id)]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    clock = ManualClock()
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), clock)
    yield Studio(store, clock)
    await store.close()


def place(one: Job) -> tuple[int, int, bool] | None:
    return None if one.shot is None else (one.shot.number, one.shot.count, one.shot.is_retake)


async def test_a_video_by_itself_is_no_shot(studio: Studio) -> None:
    one = await studio.make()
    assert place(one) is None
    assert place(await studio.make(take_of=one.id)) is None


async def test_what_goes_on_from_a_video_is_the_next_shot(studio: Studio) -> None:
    one = await studio.make()
    two = await studio.make(continues=one.id)
    three = await studio.make(continues=two.id)
    assert [place(two), place(three)] == [(2, 2, False), (3, 3, False)]
    assert place(await studio.store.job(one.id)) == (1, 1, False)
    assert await studio.story(one) == [one.id, two.id, three.id]


async def test_a_shot_that_failed_leaves_its_place_to_the_next(studio: Studio) -> None:
    one = await studio.make()
    await studio.make(continues=one.id, ends=JobState.FAILED)
    two = await studio.make(continues=one.id)
    assert place(two) == (2, 2, False)
    assert await studio.story(one) == [one.id, two.id]


async def test_a_video_that_is_made_again_is_another_take_of_its_shot(studio: Studio) -> None:
    one = await studio.make()
    two = await studio.make(continues=one.id)
    again = await studio.make(continues=one.id, take_of=two.id)
    assert place(again) == (2, 2, True)
    assert await studio.story(one) == [one.id, two.id]
    await studio.videos.pick(again)
    assert await studio.story(one) == [one.id, again.id]
    await studio.videos.pick(await studio.store.job(two.id))
    assert await studio.story(one) == [one.id, two.id]


async def test_going_on_from_another_take_at_the_end_uses_it(studio: Studio) -> None:
    one = await studio.make()
    two = await studio.make(continues=one.id)
    again = await studio.make(take_of=two.id)
    three = await studio.make(continues=again.id)
    assert await studio.story(one) == [one.id, again.id, three.id]


async def test_going_on_from_the_middle_leaves_the_story_as_it_is(studio: Studio) -> None:
    one = await studio.make()
    two = await studio.make(continues=one.id)
    three = await studio.make(continues=two.id)
    again = await studio.make(take_of=two.id)
    other = await studio.make(continues=again.id)
    assert place(other) == (3, 3, True)
    assert await studio.story(one) == [one.id, two.id, three.id]


async def test_a_story_stays_with_one_person_in_one_server(studio: Studio) -> None:
    one = await studio.make()
    assert place(await studio.make(continues=one.id, of={"user_id": 8})) is None
    assert place(await studio.make(continues=one.id, of={"guild_id": 10})) is None
    assert place(await studio.store.job(one.id)) is None


async def test_several_videos_of_one_request_are_takes_of_the_same_shot(studio: Studio) -> None:
    one = await studio.make()
    two = await studio.make(continues=one.id, followers=1)
    follower = await studio.store.job(job(100).id)
    assert place(two) == (2, 2, False)
    assert follower.shot == Shot(story_id=one.id, number=2, count=2, is_retake=True)
