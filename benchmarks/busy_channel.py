"""Measure a busy channel within Discord's rate limits: ``python -m benchmarks.busy_channel [--quick]``.

First 40 jobs in one channel, then 200 in twenty. All are asked for as fast as commands come in, and all videos are
finished at the same instant.
"""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks.simulated_services import BOT, PATIENCE, worlds
from benchmarks.table import Line, run, within
from sandbox.discord.limits import Limits

_GOALS = {(40, 1): 3.0, (200, 20): 15.0}
"""Seconds by jobs and channels."""


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    for jobs, channels in [(10, 1)] if quick else list(_GOALS):
        where = "one channel" if channels == 1 else f"{channels} channels"
        goal = _GOALS.get((jobs, channels), 3.0)
        async with (
            worlds(
                folder / f"{channels}", people=jobs, channels=channels, limits=Limits(first_answer=PATIENCE)
            ) as here,
            here.running(BOT),
        ):
            accepted = await here.accept(jobs)
            delivered = await here.deliver()
            refused = sum(request.status == 429 for request in here.discord.requests)
            calls = len(here.discord.requests)
        yield _line(f"{jobs} jobs in {where}: from the last command to enqueued", accepted.enqueued, goal)
        yield _line(f"{jobs} jobs in {where}: from their end to delivered", delivered.videos, goal)
        yield Line(what="the same: calls to Discord, of which answered with 429", measured=f"{calls}, {refused}")


def _line(what: str, seconds: Sequence[float], limit: float) -> Line:
    note = f" at last (median {statistics.median(seconds):.2f} s)"
    return within(what, max(seconds), limit, "s", note=note)


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
