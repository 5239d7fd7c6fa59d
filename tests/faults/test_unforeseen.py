"""Errors that nobody foresaw: each is logged with an id, and none of them goes round for ever."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import JobState
from bot.errors import BotError
from tests.faults.stage import Gate, Stage, stage


@dataclass(slots=True)
class Broken(Gate):
    """One call raises what is no error of ours: every time, or so many times from one on."""

    broken: str = ""
    first: int = 1
    times: int = 1_000_000
    made: int = 0

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:
        self.made += name == self.broken
        if name == self.broken and self.first <= self.made < self.first + self.times:
            self.calls.append(name)
            raise RuntimeError("nobody thought of this")
        return await Gate.passes(self, name, call, uncertain, certain)


async def running(here: Stage) -> bool:
    return any(job.state is JobState.RUNNING for job in await here.jobs())


async def test_a_failure_that_cannot_be_told_is_given_up_and_logged_with_an_id(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Broken(broken="discord.send_outcome")
    async with stage(tmp_path, seconds=None) as here, here.bot(gate):
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


THE_PRICES = Broken(broken="oxen.model")
THE_SWEEP = Broken(broken="database.jobs", first=3, times=1)
"""The start reads jobs twice."""


@pytest.mark.parametrize("gate", [THE_PRICES, THE_SWEEP], ids=["the prices", "the sweep"])
async def test_a_service_that_breaks_takes_no_job_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, gate: Broken
) -> None:
    async with stage(tmp_path) as here, here.bot(gate):
        await here.ask()
        await gate.until(here.is_settled)
        [job] = await here.jobs()
        assert job.state is JobState.DELIVERED
    assert gate.broken in gate.calls
    broken = next(record for record in caplog.records if "Unexpected error" in record.message)
    assert f"error {broken.__dict__['error_id']}" in broken.message
