"""What many downloads at once do to each other, and to everything else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import RequestError
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.services.streams import ask, told

AT_ONCE = 16


async def delivered(here: World, count: int) -> list[str]:
    """The ids of so many jobs of alice's that were delivered."""
    for number in range(1, count + 1):
        here.oxen.succeed(await ask(here, number))
    await told(here, count)
    await here.ended()
    jobs = await here.parts.services.job_history.recent(here.alice.id, here.guild.id)
    for job in jobs:  # the frame that was kept at the delivery is deleted after some days
        await here.parts.store.change(job, last_frame=None)
    return [job.id for job in jobs]


@pytest.mark.slow
async def test_downloads_that_drip_hold_up_no_other_request(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=100, quota_daily_seconds=86_400) as here:
        stalls = [here.oxen.faults.result.stall() for _ in range(AT_ONCE)]
        for number in range(1, AT_ONCE + 1):
            here.oxen.succeed(await ask(here, number))
        for stall in stalls:
            await stall.reached()
        one_more = await ask(here, AT_ONCE + 1)
        for stall in stalls:
            stall.release()
        here.oxen.succeed(one_more)
        await told(here, AT_ONCE + 1)


async def test_many_who_want_the_last_frame_of_one_video_share_one_download(here: World) -> None:
    [job_id] = await delivered(here, 1)
    before = len(here.oxen.downloads)
    stall = here.oxen.faults.result.stall()
    wanted = [asyncio.create_task(here.parts.services.original_videos.last_frame(job_id)) for _ in range(30)]
    await stall.reached()
    await here.parts.store.find(job_id)  # whoever came before this one has read the job by now
    stall.release()
    frames = await asyncio.gather(*wanted)
    assert len(here.oxen.downloads) == before + 1
    assert len(set(frames)) == 1
    assert await here.parts.services.original_videos.last_frame(job_id) == frames[0]
    assert len(here.oxen.downloads) == before + 2


async def test_a_last_frame_that_cannot_be_had_is_asked_for_once_for_everybody(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(QUICK, fetch_longest=1.0)) as here:
        [job_id] = await delivered(here, 1)
        before = len(here.oxen.downloads)
        stall = here.oxen.faults.result.stall()
        wanted = (here.parts.services.original_videos.last_frame(job_id) for _ in range(5))
        answers = await asyncio.gather(*wanted, return_exceptions=True)
        assert [type(answer) for answer in answers] == [RequestError] * 5
        assert len(here.oxen.downloads) == before + 1
        stall.release()
        assert await here.parts.services.original_videos.last_frame(job_id)


async def test_one_who_gives_up_waiting_for_a_last_frame_spoils_it_for_nobody(here: World) -> None:
    [job_id] = await delivered(here, 1)
    stall = here.oxen.faults.result.stall()
    first, second = (asyncio.create_task(here.parts.services.original_videos.last_frame(job_id)) for _ in range(2))
    await stall.reached()
    first.cancel()
    assert await second
    stall.release()


@pytest.mark.slow
async def test_last_frames_of_different_videos_are_fetched_two_at_once(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=3) as here:
        job_ids = await delivered(here, 3)
        stalls = [here.oxen.faults.result.stall() for _ in range(2)]
        before = len(here.oxen.requests)
        wanted = [asyncio.create_task(here.parts.services.original_videos.last_frame(job_id)) for job_id in job_ids]
        for stall in stalls:
            await stall.reached()
        await here.quiet()
        assert sum(request.path.startswith("/api/ai/queue/") for request in here.oxen.requests[before:]) == 2
        stalls[0].release()
        stalls[1].release()
        assert all(await asyncio.gather(*wanted))


async def test_a_last_frame_that_drips_is_given_up(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(QUICK, fetch_longest=1.0)) as here:
        [job_id] = await delivered(here, 1)
        stall = here.oxen.faults.result.stall()
        with pytest.raises(RequestError):
            await here.parts.services.original_videos.last_frame(job_id)
        stall.release()
