"""A request to Oxen whose answer was lost, late, wrong, or not written down: it is never paid twice."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.clock import utc_now
from bot.domain.job import JobState
from bot.services.timing import Timing
from sandbox.texts import saying
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.services.streams import QUEUE, told
from tests.support import png

IMPATIENT = replace(QUICK, oxen_timeout=0.4)


async def start(here: World) -> None:
    """Alice asks for a video."""
    await here.alice.slash(here.channel, "video", prompt="The ox of @Image1 dances", image1=png())


def posts(here: World) -> int:
    """How often Oxen was asked for a video."""
    return sum(request.method == "POST" for request in here.oxen.requests)


async def test_a_request_that_oxen_holds_for_longer_than_its_timeout_is_made_once(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(IMPATIENT, landing_grace=30.0)) as here:
        hold = here.oxen.faults.hold("POST", QUEUE, after_effect=False)
        await start(here)
        await hold.reached()
        looked = sum(request.method == "GET" for request in here.oxen.requests)
        await here.oxen.wait_for_request("GET", count=looked + 4 * 5)  # a search is four lists
        assert here.oxen.started == 0
        hold.release()
        here.oxen.succeed((await here.oxen.wait_for_generation()).id)
        [outcome] = await told(here)
        assert saying("result.ready") in outcome
        assert (here.oxen.started, posts(here)) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ("reset", "landing"),
        ("504 of Oxen's", "landing"),
        ("502 of a gateway", "landing"),
        ("503 of a gateway", "landing"),
        ("unreadable", "landing"),
        ("500 of a page", "settled"),
        ("502 of Oxen's", "settled"),
    ],
)
async def test_how_long_it_may_land_is_told_by_who_answered(tmp_path: Path, fault: str, waits: str) -> None:
    async with world(tmp_path, timing=replace(QUICK, landing_grace=100.0, settled_grace=0.2)) as here:
        faults = here.oxen.faults
        match fault:
            case "reset":
                faults.lose("POST", QUEUE, after_effect=False)
            case "unreadable":
                faults.refuse("POST", QUEUE, 200, "<html>welcome</html>")
            case _ if fault.endswith("Oxen's"):
                faults.refuse("POST", QUEUE, int(fault[:3]))
            case _:
                faults.refuse("POST", QUEUE, int(fault[:3]), "<html>bad</html>")
        await start(here)
        await here.oxen.wait_for_request("POST", QUEUE)
        looked = sum(request.method == "GET" for request in here.oxen.requests)
        if waits == "settled":
            await here.oxen.wait_for_request("POST", QUEUE, count=2)
            return
        await here.oxen.wait_for_request("GET", count=looked + 4 * 8)
        assert posts(here) == 1
        [job] = await here.parts.store.unfinished()
        assert job.may_land_until is not None
        assert job.may_land_until - job.updated_at > timedelta(seconds=99)


async def test_one_empty_search_is_not_enough_even_long_after(tmp_path: Path) -> None:
    timing = replace(QUICK, landing_grace=0.001, settled_grace=0.001, least_searches=4)
    async with world(tmp_path, timing=timing) as here:
        here.oxen.faults.lose("POST", QUEUE, after_effect=False)
        await start(here)
        await here.oxen.wait_for_request("POST", QUEUE, count=2)
        between = [(request.method, request.query.get("status")) for request in here.oxen.requests]
        first, second = (number for number, (method, _) in enumerate(between) if method == "POST")
        searches = sum(status == "cancelled" for _, status in between[first:second])
        assert searches >= 4


@pytest.mark.slow
async def test_an_id_that_is_another_jobs_is_no_reason_to_ask_again(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0]) as here:
        await start(here)
        taken = (await here.oxen.wait_for_generation()).id
        body = {"generations": [{"generation_id": taken, "status": "queued"}]}
        here.oxen.faults.refuse("POST", QUEUE, 200, body)
        await start(here)
        await here.oxen.wait_for_request("POST", QUEUE, count=2)
        looked = sum(request.method == "GET" for request in here.oxen.requests)
        await here.oxen.wait_for_request("GET", count=looked + 4 * 15)
        assert (here.oxen.started, posts(here)) == (1, 2)
        later[0] = timedelta(hours=1)
        [outcome] = await told(here)
        assert saying("reason.unconfirmed") in outcome
        assert saying("result.returned") in outcome
        assert (here.oxen.started, posts(here)) == (1, 2)


async def execute(folder: Path, sql: str) -> None:
    """Change the database beside the bot."""

    def run() -> None:
        with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
            connection.execute(sql)

    await asyncio.to_thread(run)


@pytest.mark.slow
async def test_what_the_database_could_not_take_after_oxen_took_it_is_written_later(
    tmp_path: Path, here: World
) -> None:
    hold = here.oxen.faults.hold("POST", QUEUE)
    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(start(here))
        await hold.reached()
        await execute(
            tmp_path,
            "CREATE TRIGGER broken BEFORE UPDATE OF generation_id ON jobs WHEN NEW.generation_id IS NOT NULL"
            " BEGIN SELECT RAISE(ABORT, 'out of order'); END",
        )
        hold.release()
        here.oxen.succeed((await here.oxen.wait_for_generation()).id)
        await starting
        await here.quiet()
        assert [job.state for job in await here.parts.store.unfinished()] == [JobState.SUBMITTING]
        await execute(tmp_path, "DROP TRIGGER broken")
        [outcome] = await told(here)
    assert saying("result.ready") in outcome
    assert (here.oxen.started, posts(here)) == (1, 1)


async def test_a_404_of_the_road_to_the_request_is_tried_again(here: World) -> None:
    here.oxen.faults.refuse("POST", QUEUE, 404, "default backend - 404", times=3)
    await start(here)
    here.oxen.succeed((await here.oxen.wait_for_generation()).id)
    assert saying("result.ready") in (await told(here))[0]
    assert here.oxen.started == 1


async def test_an_empty_answer_with_an_error_starts_nothing_and_is_told(here: World) -> None:
    here.oxen.faults.empty_with_error("The model is over capacity")
    await start(here)
    assert "The model is over capacity" in (await told(here))[0]
    assert (here.oxen.started, posts(here)) == (0, 1)


@pytest.mark.parametrize(
    "times",
    [
        {"settled_grace": 200.0},
        {"settled_grace": 0.0},
        {"least_searches": 0},
        {"confirm_looks": 0},
        {"fetch_told_after": 1_000.0},
    ],
)
def test_times_that_do_not_go_together_are_no_pace(times: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Timing(**times)  # type: ignore[arg-type]
