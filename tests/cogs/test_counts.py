"""``/video count``: several videos of one request, reserved together, told in one thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.videos import ask, card_says, in_thread, made
from tests.support import text_of, usage_of

PLENTY: dict[str, Any] = {"max_active_jobs_per_user": 8, "quota_daily_seconds": 3_600}


def results(here: World) -> list[Any]:
    """The videos in the one thread that there is."""
    [thread] = here.channel.threads
    return [message for message in thread.history() if saying("result.ready") in text_of(message)]


@pytest.mark.slow
async def test_three_of_one_request_come_as_three_videos_in_one_thread(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        await ask(here, count=3)
        await made(here, 3)
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 15
        for generation in list(here.oxen.generations.values()):
            here.oxen.succeed(generation.id)
        await here.until(lambda: len(results(here)) == 3)
        await here.ended()
        usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
        assert (usage.used, usage.held) == (15, 0)
        urls = [tuple(one.body["input_image"]) for one in here.oxen.generations.values()]
        assert len(set(urls)) == 3, "a lost answer could not be told from its siblings"


async def test_a_card_whose_first_video_failed_does_not_say_that_all_did(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        await ask(here, count=2)
        await made(here, 2)
        jobs = await here.parts.store.unfinished()
        while not all(job.generation_id for job in jobs):
            await here.quiet()
            jobs = await here.parts.store.unfinished()
        [first] = (job.generation_id for job in jobs if job.leader_id is None)
        [second] = (job.generation_id for job in jobs if job.leader_id is not None)
        assert first is not None
        assert second is not None
        here.oxen.fail(first, "the scene could not be rendered")
        here.oxen.succeed(second)
        await here.until(lambda: len(results(here)) == 1)
        await card_says(here, here.channel, ENGLISH("card.first_of", count=2))


async def test_four_where_three_fit_are_refused_together(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=8, quota_daily_seconds=15) as here:
        refused = await ask(here, count=4)
        assert "This video takes 20" in text_of(refused.response)
        await here.quiet()
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0
        assert here.oxen.started == 0


async def test_more_at_once_than_may_run_are_refused_together(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=2, quota_daily_seconds=600) as here:
        refused = await ask(here, count=3)
        assert "You asked for 3 videos" in text_of(refused.response)
        assert here.oxen.started == 0


async def test_cancel_on_the_card_cancels_all_of_them(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        asked = await ask(here, count=2)
        await made(here, 2)
        await here.alice.click(asked.response, label="Cancel")
        while await here.parts.store.unfinished():
            await here.quiet()
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0


async def test_a_picture_that_is_none_ends_all_of_them_with_one_message(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        await ask(here, count=3, image1=("fake.png", b"<html>" * 100))
        await in_thread(here, saying("result.failed"))
        while await here.parts.store.unfinished():
            await here.quiet()
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0
        [thread] = here.channel.threads
        assert len([m for m in thread.history() if saying("result.failed") in text_of(m)]) == 1


async def test_again_makes_as_many_and_says_what_they_cost(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        await ask(here, count=2)
        here.oxen.succeed(await made(here, 2))
        ready = await in_thread(here, saying("result.ready"))
        await here.alice.click(ready, label=ENGLISH("button.run_again", seconds=10))
        await made(here, 4)
