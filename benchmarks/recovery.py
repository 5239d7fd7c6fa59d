"""Measure what waiting jobs cost, and a start with many of them: ``python -m benchmarks.recovery [--quick]``.

Every job is a real one: asked for with a command, with a thread, a card and a generation at the simulated Oxen.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.harness import PATIENCE_SECONDS, QUEUE, Harness, harness, memory
from benchmarks.table import Line, below, run, spread
from sandbox.discord import NotAnsweredError

_WARM_UP = 30
_ENDED = 10
_BATCH = 50
_BESIDE = 20


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    jobs = 130 if quick else 1_000
    async with harness(folder, 100) as here:
        empty = await _start(here)
        yield Line(what="start with no job: Discord lets it in, to the first answer", measured=f"{empty:.0f} ms")
        async with here.bot() as bot:
            await here.ready()
            await _fill(here, 0, _WARM_UP)
            before, _ = memory(bot)
            await _fill(here, _WARM_UP, jobs)
            after, _ = memory(bot)
            each = (after - before) * 1_000 / (jobs - _WARM_UP)
            note = f" ({before:.0f} MB with {_WARM_UP}, {after:.0f} MB with {jobs})"
            yield below("a job that waits, resident", each, 20, "kB", note=note)
            async for line in _reconcile(here, jobs):
                yield line
        waiting = jobs - _ENDED
        started = await _start(here)
        what = f"start with {waiting} waiting jobs: Discord lets it in, to the first answer"
        yield below(what, started, 2_000, "ms")
        here.oxen.faults.mute = True
        for generation in list(here.oxen.generations.values()):
            if generation.status.active:
                here.oxen.succeed(generation.id)
        here.oxen.faults.mute = False
        async for line in _start_with_ended(here, waiting):
            yield line


async def _fill(here: Harness, already: int, count: int) -> None:
    """Have jobs asked for until so many wait."""
    for first in range(already, count, _BATCH):
        async with asyncio.TaskGroup() as tasks:
            for number in range(first, min(first + _BATCH, count)):
                tasks.create_task(here.answer_time(number))
        await here.wait_running(min(first + _BATCH, count))


async def _start(here: Harness) -> float:
    """Start the bot; milliseconds from when Discord has let it in to the answer of a first command."""
    async with here.bot():
        await here.discord.wait_ready()
        return await here.quota_time()


async def _reconcile(here: Harness, jobs: int) -> AsyncIterator[Line]:
    """Some jobs end while the stream is down; it comes back."""
    already, before = len(here.outcomes()), len(here.oxen.requests)
    for generation in list(here.oxen.generations.values())[:: jobs // _ENDED][:_ENDED]:
        here.oxen.succeed(generation.id, announce=False)
    here.oxen.drop_streams(clean=True)
    await here.oxen.wait_for_request("GET", "/api/events", count=_streams(here) + 1, timeout=PATIENCE_SECONDS)
    begun = time.perf_counter()
    await here.oxen.wait_for_request("GET", QUEUE, count=_gets(here, before) + 1 + _ENDED, timeout=PATIENCE_SECONDS)
    seen = time.perf_counter() - begun
    await here.discord.wait_for(lambda: len(here.outcomes()) >= already + _ENDED, PATIENCE_SECONDS)
    told = time.perf_counter() - begun
    calls = Counter(
        "list" if call.path == QUEUE else "get" for call in here.oxen.requests[before:] if _reads(call.path)
    )
    yield Line(
        what=f"reconciling {jobs:,} jobs of which {_ENDED} ended: calls",
        measured=f"{calls['list']} list, {calls['get']} get",
        goal=f"≤ 1 list, {_ENDED} get",
        is_met=calls["list"] <= 1 and calls["get"] <= _ENDED,
    )
    yield Line(
        what="the same: from the connection to the last of them seen, and told",
        measured=f"{seen * 1_000:.0f} ms, {told * 1_000:.0f} ms",
    )


def _reads(path: str) -> bool:
    return path.startswith(QUEUE)


def _streams(here: Harness) -> int:
    return sum(call.path == "/api/events" for call in here.oxen.requests)


def _gets(here: Harness, before: int) -> int:
    return sum(call.method == "GET" and _reads(call.path) for call in here.oxen.requests[:before])


async def _start_with_ended(here: Harness, waiting: int) -> AsyncIterator[Line]:
    """A start when every job ended meanwhile: people ask while all of them are fetched and sent."""
    taken = []
    async with here.bot():
        await here.discord.wait_ready()
        begun = time.perf_counter()
        for _ in range(_BESIDE):
            try:
                taken.append(await here.quota_time())
            except NotAnsweredError:
                taken.append(math.inf)
            await asyncio.sleep(0.25)
        seconds = time.perf_counter() - begun
        told = len(here.outcomes()) - _ENDED
    what = f"start with {waiting} jobs that all ended meanwhile: to the first answer"
    yield below(what, taken[0], 2_000, "ms")
    late = sum(math.isinf(milliseconds) for milliseconds in taken)
    answered = [milliseconds for milliseconds in taken if not math.isinf(milliseconds)]
    yield Line(what="the same: commands beside the recovery", measured=f"{spread(answered)}; {late} of {_BESIDE} late")
    yield Line(what="the same: videos delivered meanwhile", measured=f"{told} in {seconds:.0f} s")


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
