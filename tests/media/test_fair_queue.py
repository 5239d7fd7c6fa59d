"""Turns go round robin between those who wait, and nobody lets too many wait."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from bot.media.worker.fair_queue import FairQueue, TooManyWaiting


async def served(queue: FairQueue, keys: str) -> str:
    """In which order turns were had that were asked for in this order."""
    order: list[str] = []

    async def ask(key: str) -> None:
        async with queue.turn(key):
            await asyncio.sleep(0)
            order.append(key)

    async with asyncio.TaskGroup() as group:
        for key in keys:
            group.create_task(ask(key))
    return "".join(order)


async def test_turns_go_round() -> None:
    assert await served(FairQueue(1), "aaaabbc") == "aabcaba"


async def test_one_alone_has_every_turn() -> None:
    assert await served(FairQueue(2), "aaaaa") == "aaaaa"


async def test_who_can_wait_has_a_turn_when_nobody_else_waits() -> None:
    queue, order = FairQueue(1), list[str]()

    async def ask(key: str, *, is_patient: bool) -> None:
        async with queue.turn(key, is_patient=is_patient):
            await asyncio.sleep(0)
            order.append(key)

    async with asyncio.TaskGroup() as group:
        for key in "PaPbc":
            group.create_task(ask(key, is_patient=key == "P"))
    assert "".join(order) == "PabcP"


async def test_who_has_too_many_waiting_is_told_and_others_are_served() -> None:
    queue = FairQueue(1, most_waiting=2)
    async with queue.turn("a"):
        waiting = [asyncio.create_task(served(queue, key)) for key in "aab"]
        while queue.waiting < 3:  # noqa: ASYNC110 - a few steps of the loop
            await asyncio.sleep(0)
        with pytest.raises(TooManyWaiting, match=r"error\.reading_pictures"):
            async with queue.turn("a"):
                pass
    assert await asyncio.gather(*waiting) == ["a", "a", "b"]
    assert await served(queue, "aa") == "aa"


async def test_no_turn_is_lost_whoever_gives_up_whenever() -> None:
    chance = random.Random(23)
    queue = FairQueue(3)
    in_turn = Counter[str]()

    async def ask(key: str) -> None:
        async with queue.turn(key, is_patient=chance.random() < 0.3):
            in_turn["now"] += 1
            assert in_turn["now"] <= 3
            try:
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
            finally:
                in_turn["now"] -= 1

    for _ in range(200):
        tasks = [asyncio.create_task(ask(chance.choice("abc"))) for _ in range(8)]
        for _ in range(chance.randrange(6)):
            await asyncio.sleep(0)
        in_turn["cancelled"] += sum(task.cancel() for task in chance.sample(tasks, 3))
        await asyncio.wait(tasks)
    assert in_turn["cancelled"] > 50
    assert await served(queue, "abcabc") == "abcabc"
    assert queue.free == 3
