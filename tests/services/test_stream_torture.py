"""Everything that a shared event stream without replay can do to the jobs that wait for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.oxen import SimulatedOxen
from sandbox.texts import saying
from sandbox.world import World, world
from tests.services.streams import QUEUE, ask, event, outcomes, told
from tests.support import png

pytestmark = pytest.mark.exhaustive

EVENTS = "/api/events"


def calls(here: World, since: int = 0) -> list[tuple[str, str]]:
    """What was asked of Oxen, in order."""
    return [(request.method, request.path) for request in here.oxen.requests[since:]]


async def test_an_event_before_the_answer_of_its_post_is_not_missed(here: World) -> None:
    hold = here.oxen.faults.hold("POST", QUEUE)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(here.alice.slash(here.channel, "video", prompt="@Image1", image1=png()))
        await hold.reached()
        generation = await here.oxen.wait_for_generation()
        here.oxen.succeed(generation.id)
        hold.release()
        [outcome] = await told(here)
    assert saying("result.ready") in outcome
    assert here.oxen.started == 1


async def test_an_event_that_comes_twice_delivers_once(here: World) -> None:
    first, second = await ask(here), await ask(here, 2)
    here.oxen.succeed(first, times=2)
    await told(here, 1)
    here.oxen.announce(first)
    here.oxen.succeed(second)
    await told(here, 2)
    await here.quiet()
    assert len(outcomes(here)) == 2
    assert [download.generation_id for download in here.oxen.downloads] == [first, second]


async def test_an_end_that_is_never_announced_is_found_by_the_sweep(tmp_path: Path) -> None:
    async with world(tmp_path, reconcile_seconds=0.1) as here:
        here.oxen.faults.mute = True
        here.oxen.succeed(await ask(here))
        [outcome] = await told(here)
        assert saying("result.ready") in outcome


async def test_an_event_cut_in_half_by_a_reconnect_is_made_up_for(here: World) -> None:
    generation = await ask(here)
    here.oxen.succeed(generation, announce=False)
    here.oxen.emit(event(generation)[:-20])
    here.oxen.drop_streams(clean=True)
    [outcome] = await told(here)
    assert saying("result.ready") in outcome


async def test_an_event_for_a_job_of_somebody_else_is_nothing_to_us(here: World) -> None:
    generation = await ask(here)
    before = len(here.oxen.requests)
    here.oxen.emit(event("theirs"))
    here.oxen.emit(event("theirs-too", "failed"))
    here.oxen.succeed(generation)
    await told(here)
    assert len(outcomes(here)) == 1
    assert not [path for _, path in calls(here, before) if "theirs" in path]


@pytest.mark.parametrize(
    "garbage",
    [
        b"event: media_generation_completed\ndata: {not json\n\n",
        b'event: media_generation_completed\ndata: {"generation_id": 7, "status": "succeeded"}\n\n',
        b'event: media_generation_completed\ndata: {"generation_id": "../..", "status": "succeeded"}\n\n',
        b'event: media_generation_completed\ndata: {"generation_id": "x", "status": "exploded"}\n\n',
        b"event: media_generation_completed\ndata: []\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"\xff\xfe\x00 \xf0\x9f\r\r\n\n",
    ],
)
async def test_garbage_on_the_stream_harms_no_event_after_it(here: World, garbage: bytes) -> None:
    generation = await ask(here)
    here.oxen.emit(garbage)
    here.oxen.succeed(generation)
    [outcome] = await told(here)
    assert saying("result.ready") in outcome
    assert calls(here).count(("GET", EVENTS)) == 1


async def test_a_stream_that_is_refused_at_first_is_asked_for_again(tmp_path: Path) -> None:
    oxen = SimulatedOxen(seconds=None)
    oxen.faults.refuse("GET", EVENTS, 503, times=2)
    async with world(tmp_path, oxen=oxen) as here:
        assert calls(here).count(("GET", EVENTS)) == 3
        oxen.succeed(await ask(here))
        [outcome] = await told(here)
        assert saying("result.ready") in outcome


async def test_a_stream_that_comes_byte_by_byte_is_understood(here: World) -> None:
    generation = await ask(here)
    here.oxen.faults.drip = True
    here.oxen.succeed(generation)
    await told(here)
    assert calls(here).count(("GET", QUEUE)) == 0, "it was found by a sweep"


async def test_a_silent_stream_is_given_up_and_what_it_kept_quiet_about_is_found(tmp_path: Path) -> None:
    async with world(tmp_path, stream_silence_seconds=0.2) as here:
        generation = await ask(here)
        here.oxen.succeed(generation, announce=False)
        [outcome] = await told(here)
        assert saying("result.ready") in outcome
        assert calls(here).count(("GET", EVENTS)) >= 2


async def test_5000_events_for_others_between_two_of_ours_cost_no_call(here: World) -> None:
    first, second = await ask(here), await ask(here, 2)
    before = len(here.oxen.requests)
    here.oxen.succeed(first)
    for number in range(5_000):
        here.oxen.emit(event(f"theirs-{number}", "failed" if number % 3 else "succeeded"))
    here.oxen.succeed(second)
    assert len(await told(here, 2)) == 2
    assert calls(here, before) == []


async def test_reconciling_asks_for_one_list_and_for_what_ended_not_for_what_waits(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=86_400, max_active_jobs_per_user=100) as here:
        waiting = [await ask(here, number) for number in range(1, 31)]
        before = len(here.oxen.requests)
        for generation in waiting[4:28:8]:
            here.oxen.succeed(generation, announce=False)
        here.oxen.drop_streams(clean=True)
        await told(here, 3)
        ended = [("GET", f"{QUEUE}/{generation}") for generation in waiting[4:28:8]]
        assert sorted(calls(here, before)) == sorted([("GET", EVENTS), ("GET", QUEUE), *ended])
