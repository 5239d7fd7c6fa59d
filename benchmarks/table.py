"""One line for each thing that was measured, beside its goal."""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass


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


async def show(lines: AsyncIterator[Line]) -> None:
    """Print them as a Markdown table, each as soon as it is there."""
    print("| measured | result | goal | met |")
    print("|---|---|---|---|", flush=True)
    async for line in lines:
        print(line, flush=True)


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
