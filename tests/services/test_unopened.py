"""A finished video whose file does not open: said on the card, tried for a while, kept at the end, sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from bot.domain.job import JobState
from cogs.ui.texts import ENGLISH
from sandbox.oxen import tiny_clip
from sandbox.texts import saying
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.services.looked_up_jobs import ask, job_of
from tests.services.streams import told
from tests.support import buttons_of, private, text_of

LONG = timedelta(hours=2)


def cut_video() -> bytes:
    """An MP4 whose media ends before it should."""
    return tiny_clip("16:9", 5)[:-200]


def spoil(here: World, how: str) -> None:
    """Let no download bring a video from now on."""
    result = here.oxen.faults.result
    match how:
        case "a page":
            result.replace(b"<html>sorry</html>", times=None)
        case "an empty file":
            result.replace(b"", "video/mp4", times=None)
        case "a cut file":
            result.replace(cut_video(), "video/mp4", times=None)
        case _:
            result.refuse(int(how), times=None)


def card(here: World, job: Any) -> str:
    return text_of(next(m for m in here.channel.history() if m.id == job.card_message_id))


def kept(here: World) -> list[Any]:
    """The messages in the thread that tell that a video is kept."""
    thread = here.thread()
    return [] if thread is None else [m for m in thread.history() if saying("button.send_here") in buttons_of(m)]


async def is_kept(here: World) -> Any:
    """Wait until a video is kept, and its card says so; the message that tells it."""
    job = await job_of(here)
    await here.until(lambda: saying("card.kept_unopened") in card(here, job))
    return kept(here)[0]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a page", "an empty file", "a cut file", "403", "404", "500"])
async def test_it_is_said_and_tried_and_kept_and_sent_again_when_it_opens(tmp_path: Path, how: str) -> None:
    later = [timedelta()]
    timing = replace(QUICK, fetch_for=LONG, fetch_told_after=60.0)
    async with world(tmp_path, timing=timing, clock=lambda: utc_now() + later[0]) as here:
        generation = await ask(here)
        spoil(here, how)
        here.oxen.succeed(generation)
        await here.oxen.wait_for_download(3)
        later[0] = timedelta(minutes=2)
        job = await job_of(here)
        await here.until(lambda: saying("card.unopened_until") in card(here, job))
        assert kept(here) == []
        later[0] = timedelta(hours=3)
        message = await is_kept(here)
        assert "Oxen made your video, but its file didn't open" in text_of(message)
        assert (await job_of(here)).state is JobState.UNDELIVERABLE
        here.oxen.faults.clear()
        said = private(await here.alice.click(message, label=saying("button.send_here")))
        assert ENGLISH("answer.sending_again") in text_of(said)
        assert saying("result.ready") in (await told(here))[0]
        await here.until(lambda: saying("card.done") in card(here, job))
        assert here.oxen.started == 1


async def test_a_file_that_opens_after_a_while_is_delivered_as_ever(here: World) -> None:
    generation = await ask(here)
    here.oxen.faults.result.replace(b"<html>not yet</html>", times=4)
    here.oxen.succeed(generation)
    assert saying("result.ready") in (await told(here))[0]
    assert kept(here) == []


async def test_an_oxen_that_cannot_be_asked_for_the_link_ends_the_tries_too(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, timing=replace(QUICK, fetch_for=LONG), clock=lambda: utc_now() + later[0]) as here:
        generation = await ask(here)
        here.oxen.faults.result.refuse(403, times=None)
        here.oxen.faults.refuse("GET", "/api/ai/queue/*", 401, times=None)
        here.oxen.succeed(generation)
        await here.oxen.wait_for_request("GET", "/api/ai/queue/", count=4)
        assert kept(here) == []
        later[0] = timedelta(hours=3)
        assert await here.until(lambda: kept(here))


@pytest.mark.slow
async def test_one_that_does_not_open_the_second_time_either_is_told_again(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(QUICK, fetch_for=timedelta(seconds=0.5))) as here:
        spoil(here, "a page")
        here.oxen.succeed(await ask(here))
        message = await is_kept(here)
        await here.alice.click(message, label=saying("button.send_here"))
        await here.until(lambda: len(kept(here)) == 2)
        assert len(here.oxen.generations) == 1


@pytest.mark.slow
async def test_send_again_pressed_twice_sends_once(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(QUICK, fetch_for=timedelta(seconds=0.5))) as here:
        spoil(here, "a page")
        here.oxen.succeed(await ask(here))
        message = await is_kept(here)
        here.oxen.faults.clear()
        stall = here.oxen.faults.result.stall()
        first = private(await here.alice.click(message, label=saying("button.send_here")))
        await stall.reached()
        second = private(await here.alice.click(message, label=saying("button.send_here")))
        assert ENGLISH("answer.sending_again") in text_of(first)
        assert "Already started" in text_of(second)
        stall.release()
        assert len(await told(here)) == 1


async def test_a_link_that_came_with_the_event_and_leads_nowhere_is_asked_for_anew(here: World) -> None:
    generation = await ask(here)
    here.oxen.succeed(generation, announce=False)
    data = f'{{"generation_id": "{generation}", "status": "succeeded", "url": "ftp://nowhere.test/x"}}'
    here.oxen.emit(f"event: media_generation_completed\ndata: {data}\n\n".encode())
    assert saying("result.ready") in (await told(here))[0]
