"""The second message about a result: owed from when its job is settled, and what is decided over it holds for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import Composition
from bot.domain.actor import Actor
from bot.domain.job import Job
from bot.domain.result_place import ResultPlace
from bot.errors import BotError
from sandbox.texts import saying
from tests.cogs.results import hides
from tests.faults.harness import Cell, Fault, FaultPoint, Harness, harness
from tests.faults.meanwhile import Meanwhile


@dataclass(slots=True)
class Unforeseen(FaultPoint):
    """Every second message meets an error that nobody thought of."""

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:
        if name == "discord.send_copy":
            raise ValueError("no such layout")
        return await FaultPoint.passes(self, name, call, uncertain, certain)


async def is_deleted(here: Harness) -> bool:
    """Whether its owner has deleted the result."""
    jobs = await here.jobs()
    return bool(jobs and jobs[0].removed_by)


async def is_given_up(here: Harness) -> bool:
    """Whether the second message is owed no more, though it was not posted."""
    jobs = await here.jobs()
    return bool(jobs and jobs[0].outcome_message_id and jobs[0].copy_message_id is None)


async def the_job(here: Harness) -> Job:
    [job] = await here.jobs()
    return job


async def is_posted(here: Harness) -> bool:
    """Whether the second message was posted, and that is written down."""
    jobs = await here.jobs()
    return bool(jobs and jobs[0].copy_message_id)


def alice_at(here: Harness, job: Job) -> Actor:
    return Actor(user_id=here.alice.id, guild_id=here.guild.id, channel_id=job.outcome_place_id or 0)


@pytest.mark.parametrize("decision", ["delete", "hide"])
async def test_what_is_decided_while_it_is_posted_is_done_to_it_too(tmp_path: Path, decision: str) -> None:
    gate = Meanwhile()

    async def decide(parts: Composition) -> None:
        job = await the_job(here)
        results = parts.services.result_moderator
        await (results.delete if decision == "delete" else results.hide)(job.id, alice_at(here, job))

    async with harness(tmp_path) as here, here.bot(gate) as parts:
        gate.happens = lambda: decide(parts)
        here.post_in(ResultPlace.BOTH)
        await here.ask()
        await gate.until(lambda: is_posted(here))
        await parts.services.runner.idle()
        assert [hides(message) for message in here.copies()] == ([] if decision == "delete" else [[True]])


async def test_one_that_discord_took_too_late_is_posted_at_the_next_start(tmp_path: Path) -> None:
    gate = FaultPoint(tuple(Cell("discord.send_copy", number, Fault.RAISES) for number in range(1, 100)))
    async with harness(tmp_path) as here:
        async with here.bot(gate) as parts:
            here.post_in(ResultPlace.BOTH)
            await here.ask()

            async def was_tried() -> bool:
                return gate.struck >= 2

            await gate.until(was_tried)
            await parts.services.runner.idle()
            assert here.copies() == []
            [outcome] = here.outcomes()
            assert saying("result.ready") in outcome
        whole = FaultPoint()
        async with here.bot(whole):
            await whole.until(lambda: is_posted(here))
            assert len(here.copies()) == 1


async def test_one_that_discord_did_not_take_for_a_while_is_posted_by_the_same_process(tmp_path: Path) -> None:
    gate = FaultPoint(tuple(Cell("discord.send_copy", number, Fault.RAISES) for number in range(1, 6)))
    async with harness(tmp_path) as here, here.bot(gate):
        here.post_in(ResultPlace.BOTH)
        await here.ask()
        await gate.until(lambda: is_posted(here))
        assert len(here.copies()) == 1


async def test_one_whose_video_was_deleted_while_discord_was_away_is_not_posted_any_more(tmp_path: Path) -> None:
    gate = Meanwhile((Cell("discord.send_copy", 1, Fault.RAISES),))

    async def delete(parts: Composition) -> None:
        job = await the_job(here)
        await parts.services.result_moderator.delete(job.id, alice_at(here, job))

    async with harness(tmp_path) as here, here.bot(gate) as parts:
        gate.happens_first = lambda: delete(parts)
        here.post_in(ResultPlace.BOTH)
        await here.ask()
        await gate.until(lambda: is_deleted(here))
        await parts.services.runner.idle()
        assert (gate.calls.count("discord.send_copy"), here.copies()) == (1, [])


async def test_a_video_that_can_never_be_shown_in_its_channel_is_left_at_that(tmp_path: Path) -> None:
    gate = Unforeseen()
    async with harness(tmp_path) as here, here.bot(gate) as parts:
        here.post_in(ResultPlace.BOTH)
        await here.ask()
        await gate.until(lambda: is_given_up(here))
        await parts.services.runner.idle()
        assert (here.ledger(), len(here.outcomes()), here.copies()) == ({"reserve": 5, "settle": 5}, 1, [])
