"""Whoever asks is let in a few at a time, and jobs begin when nobody waits to be let in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.services.answer_turns import AnswerTurns

PEOPLE = 20


@dataclass
class Crowd:
    """People who take a turn and keep it until they are told to leave."""

    turns: AnswerTurns = field(default_factory=AnswerTurns)
    let_in: list[int] = field(default_factory=list)
    leaving: dict[int, asyncio.Event] = field(default_factory=dict)
    all_are_in: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, number: int) -> None:
        self.leaving[number] = asyncio.Event()
        async with self.turns.turn():
            self.let_in.append(number)
            if len(self.let_in) == PEOPLE:
                self.all_are_in.set()
            await self.leaving[number].wait()

    def leave(self) -> None:
        for leaving in self.leaving.values():
            leaving.set()


async def spin() -> None:
    """Let everything run that waits for nothing else."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_those_who_came_later_are_let_in_as_those_before_them_leave() -> None:
    crowd = Crowd()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for number in range(PEOPLE):
            tasks.create_task(crowd.ask(number))
        await spin()
        first = list(crowd.let_in)
        assert first == list(range(len(first)))
        assert len(first) < PEOPLE
        crowd.leaving[0].set()
        await spin()
        assert crowd.let_in == [*first, len(first)]
        crowd.leave()
    assert crowd.let_in == list(range(PEOPLE))


async def test_nobody_waits_for_long_where_nobody_leaves() -> None:
    crowd = Crowd()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for number in range(PEOPLE):
            tasks.create_task(crowd.ask(number))
        await crowd.all_are_in.wait()
        crowd.leave()


async def test_somebody_who_gives_up_while_they_wait_leaves_no_place_taken() -> None:
    crowd = Crowd()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(crowd.ask(number)) for number in range(PEOPLE)]
        await spin()
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)
        crowd.let_in.clear()
        for number in range(3):
            tasks.create_task(crowd.ask(number))
        await spin()
        assert crowd.let_in == [0, 1, 2]
        crowd.leave()


async def test_jobs_begin_when_the_last_one_was_let_in() -> None:
    crowd = Crowd()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        await crowd.turns.are_over()
        tasks.create_task(crowd.ask(0))
        await spin()
        jobs = tasks.create_task(crowd.turns.are_over())
        await spin()
        assert not jobs.done()
        crowd.leaving[0].set()
        await jobs


async def test_jobs_begin_although_people_keep_asking() -> None:
    crowd = Crowd()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(crowd.ask(0))
        await spin()
        await crowd.turns.are_over()
        assert not asking.done()
        crowd.leaving[0].set()
