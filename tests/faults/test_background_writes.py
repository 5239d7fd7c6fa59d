"""The fault matrix of what nobody waits for: a request whose turn has come, a join, the rest of an erasure.

Each write is struck by each fault; whatever strikes, what was promised is done once, also by the next process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import JobState, Phase
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from tests.faults.harness import Asked, Cell, Fault, FaultPoint, Harness, harness
from tests.faults.stories import a_video, go_on, story
from tests.faults.strikes import about_to_be_forgotten, be_forgotten, count, have_it_wait, struck, with_one_refused
from tests.support import png, text_of

ONE_AT_A_TIME = Asked({"prompt": "@Image1", "image1": png()}, settings={"max_active_jobs_per_user": 1})
AFTER_SOME_DAYS = timedelta(days=2)
"""When nothing is to be said any more on the cards of what ended."""


def cells(*calls: str) -> list[Cell]:
    return [Cell(f"database.{call}", 1, fault) for call in calls for fault in Fault]


async def next_process(here: Harness, is_over: Callable[[], Awaitable[bool]]) -> None:
    """Another bot, until something is over."""
    gate = FaultPoint()
    async with here.bot(gate):
        await gate.until(is_over)


@pytest.mark.parametrize("cell", cells("accept"), ids=str)
async def test_a_request_whose_turn_has_come_is_made_once(tmp_path: Path, cell: Cell) -> None:
    async with harness(tmp_path, seconds=None, asked=ONE_AT_A_TIME) as here:

        async def is_over() -> bool:
            for generation in list(here.oxen.generations.values()):
                if generation.status.active:
                    here.oxen.succeed(generation.id)
            return len(await here.jobs()) == 2 and await here.is_settled()

        gate = FaultPoint()
        async with here.bot(gate):
            await have_it_wait(here, await with_one_refused(here))
            with struck(gate, cell):
                await gate.until(is_over)
        if gate.is_dead:
            await next_process(here, is_over)
        assert [job.state for job in await here.jobs()] == [JobState.DELIVERED] * 2
        assert here.oxen.started == 2
        assert here.ledger() == {"reserve": 10, "settle": 10}
        assert count(here, "SELECT count(*) FROM waiting_requests") == 0


async def press_join(here: Harness, gate: FaultPoint, shot: Any) -> None:
    """Alice has her story joined, and is told that it is, unless the bot dies meanwhile."""
    try:
        answer = await here.alice.click(shot, label=ENGLISH("button.join", count=2))
    except TimeoutError:
        if not gate.is_dead:
            raise
    else:
        assert text_of(answer.response) == ENGLISH("join.asked", count=2)


@pytest.mark.parametrize("cell", cells("claim join", "join delivered"), ids=str)
async def test_a_join_is_posted_once_and_costs_nothing(tmp_path: Path, cell: Cell) -> None:
    async with harness(tmp_path, seconds=None) as here:

        async def is_over() -> bool:
            return count(here, "SELECT count(*) FROM joins WHERE outcome_message_id IS NOT NULL") == 1

        gate = FaultPoint()
        async with here.bot(gate) as parts:
            shot = await story(here, gate)
            await parts.services.runner.idle()
            with struck(gate, cell):
                await press_join(here, gate, shot)
                await gate.until(is_over)
        if gate.is_dead:
            await next_process(here, is_over)
        assert sum(saying("join.ready") in outcome for outcome in here.outcomes()) == 1
        assert here.ledger() == {"reserve": 10, "settle": 10}


@pytest.mark.parametrize("cell", cells("forget some"), ids=str)
async def test_a_wish_to_be_forgotten_that_was_written_is_carried_out(tmp_path: Path, cell: Cell) -> None:
    async with harness(tmp_path, seconds=None) as here:
        gate = FaultPoint()
        async with here.bot(gate) as parts:
            await here.ask()
            await a_video(here, gate, 1)
            await parts.services.runner.idle()
            here.ahead = AFTER_SOME_DAYS
            card = await about_to_be_forgotten(here)
            with struck(gate, cell), contextlib.suppress(TimeoutError):
                await be_forgotten(here, card)
            gate.check()
            await parts.services.retention.reconcile()
        if gate.is_dead:
            async with here.bot(FaultPoint()) as parts:
                await parts.services.retention.reconcile()
        assert await here.jobs() == []
        assert count(here, "SELECT count(*) FROM saved_elements") == 0
        assert here.ledger() == {"reserve": 5, "settle": 5}


@pytest.mark.parametrize("cell", cells("keep stills"), ids=str)
async def test_a_video_is_done_and_can_be_continued_also_where_its_stills_were_not_kept(
    tmp_path: Path, cell: Cell
) -> None:
    async with harness(tmp_path, seconds=None) as here:

        async def is_shown() -> bool:
            jobs = await here.jobs()
            return bool(jobs) and all(job.card_phase is Phase.DONE for job in jobs)

        gate = FaultPoint()
        async with here.bot(gate):
            await here.ask()
            with struck(gate, cell):
                await a_video(here, gate, 1)
                await gate.until(is_shown)
        after = FaultPoint()
        async with here.bot(after):
            await after.until(is_shown)
            await go_on(here)
            await a_video(here, after, 2)
        assert here.ledger() == {"reserve": 10, "settle": 10}
