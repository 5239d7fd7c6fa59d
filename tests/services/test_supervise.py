"""A service that fails in a way nobody foresaw starts again, and is heard of."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.services.supervise import supervised
from sandbox.timing import QUICK


async def test_it_starts_again_until_it_works_and_each_error_has_an_id(caplog: pytest.LogCaptureFixture) -> None:
    starts = 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts <= 3:
            raise RuntimeError("nobody thought of this")

    await asyncio.create_task(supervised(run, QUICK), name="prices")
    assert starts == 4
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len({record.__dict__["error_id"] for record in errors}) == 3
    assert all("prices" in record.message and record.exc_info for record in errors)
    assert all(f"error {record.__dict__['error_id']}" in record.message for record in errors)


async def test_one_that_is_cancelled_does_not_start_again() -> None:
    begun = asyncio.Event()
    starts = 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervised(run, QUICK))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert starts == 1


async def test_the_death_of_the_process_is_not_held_up() -> None:
    async def run() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        await supervised(run, QUICK)
