"""A no of Oxen's is believed when it was given several times over a while; a yes at any time wins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from bot.domain.job import Job, JobState
from bot.services.jobs.confirm import Confirmations, Denial
from bot.services.timing import Timing
from sandbox.oxen import pad_mp4, tiny_clip
from sandbox.texts import saying
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.services.looked_up_jobs import ask, job_of
from tests.services.streams import QUEUE, event, outcomes, told
from tests.support import choose, is_outcome, private, text_of

ROW = f"{QUEUE}/*"
OXENS_OWN = {
    "error": {"type": "resource_not_found", "title": "Generation not found"},
    "status": "error",
    "status_message": "resource_not_found",
}
OF_THE_ROAD: dict[str, object] = {
    "an ingress": "default backend - 404",
    "a page": "<html><h1>404 Not Found</h1></html>",
    "nothing": "",
    "another's JSON": {"timestamp": 1, "status": 404, "error": "Not Found", "path": "/api/ai/queue"},
}


@asynccontextmanager
async def doubted(folder: Path, **settings: Any) -> AsyncIterator[tuple[World, list[timedelta]]]:
    """A world in which a no is believed after half an hour, and how far its clock was moved on."""
    later = [timedelta()]
    timing = replace(QUICK, confirm_seconds=1_800.0, confirm_every=0.05)
    async with world(folder, timing=timing, clock=lambda: utc_now() + later[0], **settings) as here:
        yield here, later


async def looked(here: World, count: int, method: str = "GET") -> None:
    """Wait for so many more calls for one generation."""
    before = sum(request.method == method for request in here.oxen.requests)
    await here.oxen.wait_for_request(method, count=before + count)


def look(here: World, job: Job) -> None:
    """Have a job looked at, as a sweep does."""
    here.parts.services.runner.wake(job.id)


def clocked(timing: Timing) -> tuple[Confirmations, list[datetime]]:
    now = [datetime(2026, 8, 8, 12, tzinfo=UTC)]
    return Confirmations(timing, lambda: now[0]), now


def test_a_no_is_believed_after_three_looks_over_a_minute() -> None:
    confirmations, now = clocked(Timing())
    answers = []
    for _ in range(4):
        answers.append(confirmations.deny("job", Denial.GONE))
        now[0] += timedelta(seconds=25)
    assert answers == [False, False, False, True]


def test_many_looks_at_once_are_not_enough() -> None:
    confirmations, _ = clocked(Timing())
    assert not any(confirmations.deny("job", Denial.GONE) for _ in range(50))


def test_two_looks_are_not_enough_however_far_apart() -> None:
    confirmations, now = clocked(Timing())
    assert not confirmations.deny("job", Denial.GONE)
    now[0] += timedelta(minutes=30)
    assert not confirmations.deny("job", Denial.GONE)


def test_an_answer_to_the_contrary_and_another_job_and_another_no_begin_anew() -> None:
    confirmations, now = clocked(Timing(confirm_looks=2, confirm_seconds=10.0))
    assert not confirmations.deny("job", Denial.GONE)
    now[0] += timedelta(seconds=20)
    assert not confirmations.deny("other", Denial.GONE)
    assert not confirmations.deny("job", Denial.CANCELLED)
    confirmations.withdraw("job", Denial.GONE)
    assert not confirmations.deny("job", Denial.GONE)
    assert not confirmations.deny("job", Denial.CANCELLED)


@pytest.mark.parametrize("body", [OXENS_OWN, *OF_THE_ROAD.values()], ids=["Oxen's own", *OF_THE_ROAD])
async def test_a_running_job_survives_a_few_404s(tmp_path: Path, body: object) -> None:
    async with world(tmp_path, timing=replace(QUICK, confirm_seconds=3_600.0)) as here:
        generation = await ask(here)
        here.oxen.faults.refuse("GET", ROW, 404, body, times=4)
        look(here, await job_of(here))
        await looked(here, 2)
        assert outcomes(here) == []
        here.oxen.faults.clear()
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


async def test_a_row_that_stays_away_fails_the_job_after_a_while(tmp_path: Path) -> None:
    async with doubted(tmp_path) as (here, later):
        here.oxen.vanish(await ask(here))
        look(here, await job_of(here))
        await looked(here, 5)
        assert (await job_of(here)).state is JobState.RUNNING
        later[0] = timedelta(minutes=40)
        assert saying("reason.oxen_lost_it") in (await told(here))[0]


@pytest.mark.slow
async def test_404s_of_the_road_never_fail_a_job(tmp_path: Path) -> None:
    async with world(tmp_path, reconcile_seconds=0.05) as here:
        generation = await ask(here)
        here.oxen.faults.refuse("GET", f"{QUEUE}*", 404, "default backend - 404", times=None)
        await looked(here, 12)
        assert outcomes(here) == []
        here.oxen.faults.clear()
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


@pytest.mark.slow
@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_for_a_while_fails_no_running_job(tmp_path: Path, status: int) -> None:
    async with world(tmp_path, reconcile_seconds=0.05) as here:
        generation = await ask(here)
        here.oxen.faults.refuse("GET", f"{QUEUE}*", status, times=None)
        await looked(here, 12)
        assert outcomes(here) == []
        here.oxen.faults.clear()
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


async def test_a_cancel_that_nobody_asked_for_is_believed_after_a_while(tmp_path: Path) -> None:
    async with doubted(tmp_path) as (here, later):
        here.oxen.cancel_elsewhere(await ask(here))
        look(here, await job_of(here))
        await looked(here, 5)
        assert (await job_of(here)).state is JobState.RUNNING
        later[0] = timedelta(minutes=40)
        [outcome] = await told(here)
        assert saying("reason.canceled_at_oxen") in outcome


async def test_an_event_that_says_failed_is_not_believed_against_its_row(tmp_path: Path) -> None:
    async with doubted(tmp_path) as (here, _):
        generation = await ask(here)
        here.oxen.emit(event(generation, "failed"))
        await looked(here, 5)
        assert (await job_of(here)).state is JobState.RUNNING
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


async def test_an_event_that_says_failed_is_overruled_by_a_row_that_succeeded(here: World) -> None:
    generation = await ask(here)
    here.oxen.succeed(generation, announce=False)
    here.oxen.emit(event(generation, "failed"))
    assert saying("result.ready") in (await told(here))[0]


async def test_an_event_that_says_failed_is_believed_after_a_while(here: World) -> None:
    here.oxen.emit(event(await ask(here), "failed"))
    assert saying("result.failed") in (await told(here))[0]


async def cancel(here: World) -> None:
    """Alice presses Cancel on her card."""
    job = await job_of(here)
    card = next(message for message in here.channel.history() if message.id == job.card_message_id)
    await here.alice.click(card, label="Cancel")


@pytest.mark.slow
@pytest.mark.parametrize("body", [OXENS_OWN, "default backend - 404"], ids=["Oxen's own", "of the road"])
async def test_a_cancel_that_is_answered_404_is_not_done(tmp_path: Path, body: object) -> None:
    async with doubted(tmp_path) as (here, _):
        generation = await ask(here)
        here.oxen.faults.refuse("DELETE", ROW, 404, body, times=None)
        await cancel(here)
        await looked(here, 4, "DELETE")
        assert outcomes(here) == []
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


async def test_a_cancel_that_oxen_takes_but_does_not_carry_out_is_not_called_done(here: World) -> None:
    generation = await ask(here)
    taken = {"status": "success", "generation_id": generation}
    here.oxen.faults.refuse("DELETE", ROW, 200, taken, times=None)
    await cancel(here)
    job = await job_of(here)

    def card() -> str:
        return text_of(next(m for m in here.channel.history() if m.id == job.card_message_id))

    await here.until(lambda: saying("card.canceling") in card())
    assert outcomes(here) == []
    here.oxen.succeed(generation)
    assert saying("result.ready") in (await told(here))[0]


async def test_a_job_that_was_stopped_in_vain_ends_after_twice_its_time(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0]) as here:
        generation = await ask(here)
        taken = {"status": "success", "generation_id": generation}
        here.oxen.faults.refuse("DELETE", ROW, 200, taken, times=None)
        later[0] = timedelta(minutes=61)
        look(here, await job_of(here))
        await looked(here, 3, "DELETE")
        assert outcomes(here) == []
        later[0] = timedelta(minutes=121)
        assert saying("reason.cancel_unconfirmed") in (await told(here))[0]


@pytest.mark.parametrize("body", [OXENS_OWN, "default backend - 404"], ids=["Oxen's own", "of the road"])
async def test_a_fresh_link_that_is_answered_404_withholds_no_video(tmp_path: Path, body: object) -> None:
    async with doubted(tmp_path) as (here, _):
        generation = await ask(here)
        here.oxen.faults.result.refuse(403)
        here.oxen.faults.refuse("GET", ROW, 404, body, times=4)
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]
        assert here.oxen.faults.pending == 0


@pytest.mark.slow
async def test_an_original_is_gone_only_when_oxen_said_so_more_than_once(tmp_path: Path) -> None:
    async with doubted(tmp_path) as (here, later):
        generation = await ask(here)
        here.oxen.succeed(generation, pad_mp4(tiny_clip("16:9", 5), 21 * 1024 * 1024))
        await told(here)
        thread = here.thread()
        assert thread is not None
        message = next(m for m in thread.history() if is_outcome(m))
        here.oxen.vanish(generation)
        for number in range(3):
            later[0] = timedelta(minutes=40 * number)
            said = text_of(private(await choose(here.alice, message, "original")))
            assert (saying("note.original_gone") in said) == (number == 2)
            assert (saying("note.oxen_unreachable") in said) == (number < 2)


@pytest.mark.slow
async def test_a_status_that_nobody_knows_ends_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, reconcile_seconds=0.05) as here:
        generation = await ask(here)
        row = {"generation_id": generation, "status": "dreaming"}
        here.oxen.faults.refuse("GET", ROW, 200, row, times=None)
        look(here, await job_of(here))
        await looked(here, 5)
        assert outcomes(here) == []
        here.oxen.faults.clear()
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


async def test_an_empty_list_ends_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, reconcile_seconds=0.05) as here:
        generation = await ask(here)
        here.oxen.faults.refuse("GET", QUEUE, 200, {"count": 0, "generations": []}, times=None)
        await looked(here, 10)
        assert outcomes(here) == []
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await told(here))[0]


@pytest.mark.slow
async def test_while_a_no_is_not_believed_other_jobs_go_on(tmp_path: Path) -> None:
    async with doubted(tmp_path, max_active_jobs_per_user=50, quota_daily_seconds=86_400) as (here, _):
        gone = [await ask(here, number) for number in range(1, 19)]
        for generation in gone:
            here.oxen.vanish(generation)
        await here.parts.services.reconciler.reconcile()
        other = await asyncio.wait_for(ask(here, 19), 20)
        here.oxen.succeed(other)
        assert saying("result.ready") in (await told(here))[0]
