"""Whose turn it is when many jobs are due."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from bot.services.turns import Turns


async def in_order(turns: Turns, *waiting: tuple[str, bool]) -> AsyncIterator[str]:
    """Who gets a turn, one after the other, of those who ask in this order (a name; whether again)."""
    got: list[str] = []

    async def wait(name: str, again: bool) -> None:
        await turns.take(again=again)
        got.append(name)

    tasks = []
    for name, again in waiting:
        tasks.append(asyncio.create_task(wait(name, again)))
        await asyncio.sleep(0)
    for _ in waiting:
        turns.give()
        await asyncio.sleep(0)
        yield got[-1]
    await asyncio.gather(*tasks)


async def test_what_was_begun_goes_before_what_was_not() -> None:
    turns = Turns(1)
    await turns.take()
    asked = (("new 1", False), ("new 2", False), ("back 1", True), ("back 2", True))
    assert [name async for name in in_order(turns, *asked)] == ["back 1", "back 2", "new 1", "new 2"]


async def test_a_turn_that_was_handed_to_somebody_who_gave_up_goes_to_the_next() -> None:
    turns = Turns(1)
    await turns.take()
    first, second = (asyncio.create_task(turns.take()) for _ in range(2))
    await asyncio.sleep(0)
    turns.give()
    first.cancel()
    await asyncio.wait({first})
    await second


@pytest.mark.parametrize("seed", range(20))
async def test_no_turn_is_lost_or_made_whoever_gives_up_when(seed: int) -> None:
    rng = random.Random(seed)
    turns, working, most = Turns(3), 0, 0

    async def work() -> None:
        nonlocal working, most
        await turns.take()
        for _ in range(rng.randrange(4)):
            working, most = working + 1, max(most, working + 1)
            try:
                await asyncio.sleep(0)
            finally:
                working -= 1
                turns.give()
            await asyncio.sleep(0)
            await turns.take(again=True)
        turns.give()

    tasks = [asyncio.create_task(work()) for _ in range(40)]
    for task in rng.sample(tasks, 15):
        for _ in range(rng.randrange(5)):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait(tasks)
    assert most <= 3, f"seed {seed}"
    for _ in range(3):
        await turns.take()
    fourth = asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    assert not fourth.done(), f"seed {seed}"
    fourth.cancel()
    await asyncio.wait({fourth})
