"""Measure how soon people are answered and videos are on their way: ``python -m benchmarks.latency [--quick]``.

The bot is a process of its own (`python -m bot`) between the loopback Discord and the simulated Oxen, which share this
one: what is measured is the bot, HTTP on loopback, and the two simulated services on the same cores.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.harness import Harness, harness, memory
from benchmarks.table import Line, below, run, spread


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    times, at_once, videos = (10, 20, 5) if quick else (100, 100, 30)
    async with harness(folder / "services", times + at_once + videos) as here:
        here.folder.mkdir()
        async with here.bot() as bot:
            await here.ready()
            own, children = memory(bot)
            note = f" (and {children:.0f} MB in its children)" if children else ""
            yield below("idle process, resident", own, 90, "MB", note=note)
            yield await _one_at_a_time(here, times)
            yield await _at_the_same_instant(here, at_once, times)
            yield await _event_to_upload(here, videos, times + at_once)


async def _one_at_a_time(here: Harness, times: int) -> Line:
    taken = []
    for number in range(times):
        taken.append(await here.answer_time(number))
        await here.wait_running(number + 1)
    median = statistics.median(taken)
    return Line(what="command to answer, one at a time", measured=spread(taken), goal="< 50 ms", is_met=median < 50)


async def _at_the_same_instant(here: Harness, count: int, already: int) -> Line:
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(here.answer_time(already + number)) for number in range(count)]
    taken = [task.result() for task in asked]
    await here.wait_running(already + count)
    return Line(
        what=f"command to answer, {count} at the same instant",
        measured=spread(taken),
        goal="< 1 s",
        is_met=statistics.median(taken) < 1_000,
    )


async def _event_to_upload(here: Harness, times: int, already: int) -> Line:
    """From the moment that Oxen ends a generation until the upload of the video has arrived at Discord."""
    taken = []
    for number in range(already, already + times):
        card = (await (await here.ask(number)).answered()).message
        generation = await here.oxen.wait_for_generation(number + 1)
        await here.wait_running(already + 1)
        thread = here.discord.thread_of(card) if card is not None else None
        place = here.channel if thread is None else thread  # a channel takes few threads in five minutes
        upload = here.discord.faults.hold("POST", f"/channels/{place.id}/messages")
        begun = time.perf_counter()
        here.oxen.succeed(generation.id)
        await upload.reached()
        taken.append((time.perf_counter() - begun) * 1_000)
        upload.release()
    return Line(
        what="completion event to the upload, with the download of 3 kB",
        measured=spread(taken),
        goal="< 50 ms",
        is_met=statistics.median(taken) < 50,
    )


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
