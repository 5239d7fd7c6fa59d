"""Errors that nobody foresaw: each is logged with an id, and none of them goes round for ever."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import JobState
from bot.errors import BotError
from sandbox.texts import saying
from tests.faults.harness import FaultPoint, Harness, harness


@dataclass(slots=True)
class Broken(FaultPoint):
    """Some calls raise what is no error of ours: every time, or so many times from one on."""

    broken: frozenset[str] = frozenset()
    first: int = 1
    times: int = 1_000_000
    made: int = 0

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:
        self.made += name in self.broken
        if name in self.broken and self.first <= self.made < self.first + self.times:
            self.calls.append(name)
            raise RuntimeError("nobody thought of this")
        return await FaultPoint.passes(self, name, call, uncertain, certain)


async def running(here: Harness) -> bool:
    return any(job.state is JobState.RUNNING for job in await here.jobs())


async def test_a_failure_that_cannot_be_told_is_given_up_and_logged_with_an_id(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Broken(broken=frozenset({"discord.send_outcome"}))
    async with harness(tmp_path, seconds=None) as here, here.bot(gate):
        await here.ask()
        await gate.until(lambda: running(here))
        here.oxen.fail(next(iter(here.oxen.generations)), "too dark")
        await gate.until(here.is_settled)
        [job] = await here.jobs()
    assert (job.state, job.outcome_message_id) == (JobState.FAILED, 0)
    assert gate.calls.count("discord.send_outcome") == 5
    [given_up] = [record for record in caplog.records if "could not be told" in record.message]
    assert given_up.levelno == logging.ERROR
    assert given_up.__dict__["job"] == job.id
    assert f"error {given_up.__dict__['error_id']}" in given_up.message


THE_PRICES = Broken(broken=frozenset({"oxen.model"}))
THE_SWEEP = Broken(broken=frozenset({"database.jobs"}), first=3, times=1)
"""The start reads jobs twice."""


@pytest.mark.parametrize("gate", [THE_PRICES, THE_SWEEP], ids=["the prices", "the sweep"])
async def test_a_service_that_breaks_takes_no_job_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, gate: Broken
) -> None:
    async with harness(tmp_path) as here, here.bot(gate):
        await here.ask()
        await gate.until(here.is_settled)
        [job] = await here.jobs()
        assert job.state is JobState.DELIVERED
    assert gate.broken <= set(gate.calls)
    broken = next(record for record in caplog.records if "Unexpected error" in record.message)
    assert f"error {broken.__dict__['error_id']}" in broken.message


LOOKS = frozenset({"oxen.generation", "oxen.cancel"})
LATE = timedelta(hours=3)
"""Longer than twice the time that a job has."""


async def ends_uncharged(here: Harness, gate: FaultPoint) -> None:
    await gate.until(here.is_settled)
    [job] = await here.jobs()
    assert job.state is JobState.FAILED
    assert here.ledger() == {"reserve": 5, "release": 5}


@pytest.mark.parametrize("also", [set(), {"database.find"}, {"oxen.generations"}], ids=["", "nor read", "nor listed"])
async def test_a_running_job_that_can_never_be_looked_at_ends_when_it_is_overdue(
    tmp_path: Path, also: set[str]
) -> None:
    gate = Broken(broken=LOOKS | also)
    async with harness(tmp_path, seconds=None) as here, here.bot(gate):
        await here.ask()
        await gate.until(lambda: running(here))
        here.ahead = LATE
        await ends_uncharged(here, gate)
        [outcome] = here.outcomes()
        assert saying("reason.unexpected") in outcome


async def test_a_running_job_that_is_not_overdue_is_not_given_up_however_often_a_look_fails(tmp_path: Path) -> None:
    gate = Broken(broken=LOOKS)

    async def was_looked_at_often() -> bool:
        return gate.calls.count("oxen.generation") > 8

    async with harness(tmp_path, seconds=None) as here:
        async with here.bot(gate):
            await here.ask()
            await gate.until(lambda: running(here))
            generation = next(iter(here.oxen.generations))
            here.oxen.succeed(generation, announce=False)
            await gate.until(was_looked_at_often)
        whole = FaultPoint()
        async with here.bot(whole):
            await whole.until(here.is_settled)
            [job] = await here.jobs()
            assert job.state is JobState.DELIVERED


async def test_an_overdue_job_ends_also_where_a_process_that_never_looked_at_it_takes_over(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=None) as here:
        first = FaultPoint()
        async with here.bot(first):
            await here.ask()
            await first.until(lambda: running(here))
        here.ahead = LATE
        second = Broken(broken=LOOKS)
        async with here.bot(second):
            await ends_uncharged(here, second)


@pytest.mark.parametrize(
    "call",
    [
        "discord.open_place",
        "discord.post_references",
        "oxen.enqueue",
        "oxen.download",
        "discord.upload_limit",
        "discord.send_outcome",
    ],
)
async def test_whatever_step_can_never_be_made_the_job_ends_and_gives_its_seconds_back(
    tmp_path: Path, call: str
) -> None:
    gate = Broken(broken=frozenset({call, "oxen.generations"}))
    async with harness(tmp_path) as here, here.bot(gate):
        await here.ask()

        async def was_tried() -> bool:
            return call in gate.calls

        await gate.until(was_tried)
        here.ahead = LATE
        await ends_uncharged(here, gate)
