"""Models come and go: what is known of them survives an outage, and what is gone is refused before anything is paid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import Composition, composed
from bot.domain.actor import Actor
from bot.domain.job import JobState
from bot.errors import OxenError, RequestError
from bot.services.models import KEPT_FOR
from cogs.ui.texts import ENGLISH
from sandbox.oxen import REFERENCE_TO_VIDEO, SimulatedOxen
from sandbox.timing import QUICK
from sandbox.world import sandbox_settings, world
from tests.cogs.admins import rows
from tests.support import ManualClock, png, private, request, text_of

OMNI, HORSE = "kling-video-o3-omni", "happyhorse-1.1-r2v"
ACTOR = Actor(user_id=7, guild_id=9, channel_id=11)


@asynccontextmanager
async def services(
    folder: Path, clock: ManualClock, oxen: SimulatedOxen, **settings: Any
) -> AsyncIterator[Composition]:
    """The bot without its Discord."""
    given = sandbox_settings(
        folder, oxen, **{"oxen_models": f"{OMNI},{HORSE}", "job_timeout_seconds": 86_400, **settings}
    )
    async with composed(given, timing=QUICK, clock=clock) as parts:
        yield parts


@pytest.fixture
async def oxen() -> AsyncIterator[SimulatedOxen]:
    async with SimulatedOxen(seconds=None) as running:
        yield running


def ids(parts: Composition) -> list[str]:
    return [one.id for one in parts.services.models.usable]


def refused(parts: Composition, model: str) -> str:
    with pytest.raises(RequestError) as caught:
        parts.services.models.find(model)
    assert caught.value.user_message is not None
    return ENGLISH.render(caught.value.user_message)


@pytest.mark.slow
async def test_the_models_that_are_named_can_be_used_and_no_others(tmp_path: Path, oxen: SimulatedOxen) -> None:
    async with services(tmp_path, ManualClock(), oxen) as parts:
        assert await parts.services.models.look() == KEPT_FOR
        assert ids(parts) == [REFERENCE_TO_VIDEO, OMNI, HORSE]
        assert "minimax-h3" in refused(parts, "minimax-h3")


@pytest.mark.slow
async def test_what_is_known_survives_an_outage_and_a_restart(tmp_path: Path, oxen: SimulatedOxen) -> None:
    clock = ManualClock()
    async with services(tmp_path, clock, oxen) as parts:
        await parts.services.models.look()
    clock.now += 50 * KEPT_FOR
    oxen.faults.refuse("GET", "/api/ai/models/*", status=503, times=None)
    async with services(tmp_path, clock, oxen) as parts:
        with pytest.raises(OxenError):
            await parts.services.models.look()
        assert ids(parts) == [REFERENCE_TO_VIDEO, OMNI, HORSE]
        assert parts.services.models.find(OMNI).estimate(5) == 840_000


async def test_a_model_that_oxen_never_described_is_refused_with_a_sentence(
    tmp_path: Path, oxen: SimulatedOxen
) -> None:
    async with services(tmp_path, ManualClock(), oxen) as parts:
        assert "Try again in a minute" in refused(parts, OMNI)
        parts.services.submitter.check(request())


@pytest.mark.slow
async def test_a_model_that_vanishes_is_refused_and_comes_back(tmp_path: Path, oxen: SimulatedOxen) -> None:
    clock = ManualClock()
    async with services(tmp_path, clock, oxen) as parts:
        await parts.services.models.look()
        gone = oxen.models.pop(OMNI)
        clock.now += KEPT_FOR
        await parts.services.models.look()
        assert ids(parts) == [REFERENCE_TO_VIDEO, HORSE]
        assert "isn't available" in refused(parts, OMNI)
        oxen.models[OMNI] = gone
        clock.now += KEPT_FOR
        await parts.services.models.look()
        assert OMNI in ids(parts)


@pytest.mark.slow
async def test_a_video_goes_on_whose_model_vanishes(tmp_path: Path) -> None:
    clock = ManualClock()
    async with world(tmp_path, clock=clock, oxen_models=OMNI, job_timeout_seconds=86_400) as here:
        await here.alice.slash(here.channel, "video", prompt="@Image1 runs", image1=png(), model=OMNI)
        generation = await here.oxen.wait_for_generation()
        here.oxen.faults.not_found("GET", f"/api/ai/models/{OMNI}", times=None)
        clock.now += KEPT_FOR
        await here.parts.services.models.look()
        late = await here.alice.slash(here.channel, "video", prompt="@Image1 runs", image1=png(), model=OMNI)
        assert "isn't available" in text_of(private(late))
        here.oxen.succeed(generation.id)
        await here.ended()
        assert rows(tmp_path, "SELECT state FROM jobs") == [("delivered",)]


@pytest.mark.slow
async def test_a_schema_that_changed_while_the_bot_was_away_is_read_at_its_start(
    tmp_path: Path, oxen: SimulatedOxen
) -> None:
    clock = ManualClock()
    async with services(tmp_path, clock, oxen) as parts:
        await parts.services.models.look()
    lengths = oxen.models[OMNI]["request_schema"]["properties"]
    lengths["duration"] = {"type": "integer", "enum": [5, 10], "default": 5}
    async with services(tmp_path, clock, oxen) as parts:
        assert await parts.services.models.look() == KEPT_FOR
        length = parts.services.models.find(OMNI).length
        assert length is not None
        assert list(length.values) == [5, 10]
        asked = len(oxen.requests)
        await parts.services.models.look()
        assert len(oxen.requests) == asked


@pytest.mark.slow
async def test_favorites_are_those_of_the_account_and_change_with_it(tmp_path: Path, oxen: SimulatedOxen) -> None:
    clock = ManualClock()
    oxen.favorites.extend([HORSE, "sandbox-text-model", "sandbox-image-model"])
    async with services(tmp_path, clock, oxen, oxen_models="favorites") as parts:
        await parts.services.models.look()
        assert ids(parts) == [REFERENCE_TO_VIDEO, HORSE]
        oxen.favorites[:] = [OMNI]
        clock.now += KEPT_FOR
        await parts.services.models.look()
        assert ids(parts) == [REFERENCE_TO_VIDEO, OMNI]
    oxen.faults.refuse("GET", "/api/ai/models/*", status=503, times=None)
    async with services(tmp_path, clock, oxen, oxen_models="favorites") as parts:
        assert ids(parts) == [REFERENCE_TO_VIDEO, OMNI]


async def test_a_schema_that_turns_hostile_is_not_taken_up(tmp_path: Path, oxen: SimulatedOxen) -> None:
    clock = ManualClock()
    async with services(tmp_path, clock, oxen) as parts:
        await parts.services.models.look()
        oxen.models[OMNI]["request_schema"]["properties"]["duration"] = {"$ref": "https://elsewhere.example/"}
        oxen.models[HORSE]["request_schema"]["properties"]["prompt"]["description"] = "x" * 300_000
        clock.now += KEPT_FOR
        await parts.services.models.look()
        assert ids(parts) == [REFERENCE_TO_VIDEO, OMNI, HORSE]


async def test_a_job_keeps_its_model_its_shape_and_its_price(tmp_path: Path, oxen: SimulatedOxen) -> None:
    async with services(tmp_path, ManualClock(), oxen) as parts:
        await parts.services.models.look()
        asked = request(model=OMNI, duration=7, resolution="4k", sound=True)
        job = await parts.store.job((await parts.services.submitter.accept(asked, ACTOR)).id)
        assert (job.model, job.request.model, job.seconds) == (OMNI, OMNI, 7)
        assert job.cost_micros == 7 * 420_000


async def test_a_length_that_vanishes_before_the_request_is_sent_refuses_it_and_pays_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    async with world(tmp_path, clock=clock, oxen_models=OMNI, job_timeout_seconds=86_400) as here:
        hold = here.oxen.faults.hold("POST", "/api/ai/queue")
        asked = {"image1": png(), "model": OMNI, "duration": 7}
        await here.alice.slash(here.channel, "video", prompt="@Image1 runs", **asked)
        await hold.reached()
        lengths = here.oxen.models[OMNI]["request_schema"]["properties"]
        lengths["duration"] = {"type": "integer", "enum": [5, 10], "default": 5}
        clock.now += KEPT_FOR
        await here.parts.services.models.look()
        late = await here.alice.slash(here.channel, "video", prompt="@Image1 runs", **asked)
        assert "seconds long" in text_of(private(late))
        hold.release()
        first = await here.oxen.wait_for_generation()
        assert first.body["duration"] == 7
        await here.quiet()
        assert here.oxen.started == 1


@pytest.mark.slow
async def test_a_job_that_waits_when_its_model_changes_is_told_of_it_and_nothing_is_paid(
    tmp_path: Path, oxen: SimulatedOxen
) -> None:
    clock = ManualClock()
    async with services(tmp_path, clock, oxen) as parts:
        await parts.services.models.look()
        asked = request(model=OMNI, duration=7)
        job = await parts.services.submitter.accept(asked, ACTOR)
        job = await parts.store.move(job, JobState.PREPARED, "test", urls={"image1": "https://cdn.example/1"})
        lengths = oxen.models[OMNI]["request_schema"]["properties"]
        lengths["duration"] = {"type": "integer", "enum": [5, 10], "default": 5}
        clock.now += KEPT_FOR
        await parts.services.models.look()
        told = asyncio.Event()
        parts.store.observe(lambda update: told.set() if update.after.state is JobState.FAILED else None)
        async with parts.running(), asyncio.timeout(20):
            parts.bot.logged_in.set()
            parts.services.runner.wake(job.id)
            await told.wait()
        assert oxen.started == 0
        assert "seconds long" in ENGLISH.render((await parts.store.job(job.id)).reason or "")
