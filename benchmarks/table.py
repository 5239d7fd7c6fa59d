"""One line for each thing that was measured, beside its goal."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was measured, what came out, and what it should be; no ``goal`` where it only explains another line."""

    what: str
    measured: str
    goal: str = ""
    is_met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "yes", False: "**no**", None: ""}[self.is_met]
        return f"| {self.what} | {self.measured} | {self.goal} | {verdict} |"


def below(what: str, value: float, limit: float, unit: str, *, note: str = "") -> Line:
    """A value that should be below a limit of the same unit."""
    return Line(what=what, measured=f"{_short(value)} {unit}{note}", goal=f"< {limit:g} {unit}", is_met=value < limit)


def spread(milliseconds: Sequence[float]) -> str:
    """The median of some milliseconds, with how many there are and the longest."""
    longest = _short(max(milliseconds))
    return f"{_short(statistics.median(milliseconds))} ms (of {len(milliseconds)}; longest {longest} ms)"


def within(what: str, value: float, limit: float, unit: str, *, note: str = "") -> Line:
    """A value that should be no more than a limit of the same unit."""
    return Line(
        what=what, measured=f"{value:.2f} {unit}{note}", goal=f"≤ {limit:g} {unit}", is_met=round(value, 2) <= limit
    )


def run(
    measure: Callable[..., AsyncIterator[Line]],
    *,
    about: str,
    add_options: Callable[[argparse.ArgumentParser], None] = lambda _: None,
) -> None:
    """Measure in a folder of its own and print, as the command line says: ``measure(folder, quick=…, …)``."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller, to see that it works")
    add_options(parser)
    options = vars(parser.parse_args())
    with tempfile.TemporaryDirectory(prefix="oxen-video-bench-") as folder:
        asyncio.run(_show(measure(Path(folder), **options)))


async def _show(lines: AsyncIterator[Line]) -> None:
    """Print them as a Markdown table, each as soon as it is there."""
    print("| measured | result | goal | met |")
    print("|---|---|---|---|", flush=True)
    async for line in lines:
        print(line, flush=True)


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
