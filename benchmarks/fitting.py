"""Measure how well, and how fast, a video is made to fit.

``python -m benchmarks.fitting [--quick | --full | --speed]``; without an option, a fair sample of it all.

Every video is made here, fitted by the bot's own ``Fitter``, and encoded by two peers in the same run: plain two-pass
libx264 *medium* at the size that the bot's copy reached, and "scale to 480p and hope". All of them run niced.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.fitting_clips import ClipSpec, Kind, make
from benchmarks.fitting_peers import Encoded, hope, pixels_per_second, ssim, two_pass
from bot.media.errors import CannotFit
from bot.media.fitter import Fitter, available_cores
from bot.media.plan import PIXELS_PER_SECOND, make_plan
from bot.media.probe import inspect
from bot.media.worker import NICENESS

MIB = 1024 * 1024
LIMITS = (8, 10, 20, 50)
_TICK = 0.005
_HEAD = (
    "| clip | made of | limit | frame | preset | size / limit | seconds | × length | CPU s | SSIM "
    "| two-pass medium: SSIM | seconds | CPU s | ours − two-pass | time ratio | CPU ratio | 480p: size / limit | SSIM |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One clip under one limit (MiB): the bot's copy beside the peers'. No ``ours`` where the original fits."""

    spec: ClipSpec
    source_bytes: int
    limit: int
    frame: str
    preset: str
    ours: Encoded
    twice: Encoded
    hoped: Encoded

    def line(self) -> str:
        """One row of the table."""
        limit = self.limit * MIB
        cells = (
            self.spec.title,
            f"{self.source_bytes / 1e6:.0f} MB",
            f"{self.limit} MiB",
            self.frame,
            self.preset,
            f"{self.ours.size / limit:.3f}",
            f"{self.ours.seconds:.1f}",
            f"{self.ours.seconds / self.spec.seconds:.1f}",
            f"{self.ours.cpu:.1f}",
            f"{self.ours.ssim:.4f}",
            f"{self.twice.ssim:.4f}",
            f"{self.twice.seconds:.1f}",
            f"{self.twice.cpu:.1f}",
            f"{self.ours.ssim - self.twice.ssim:+.4f}",
            f"{self.ours.seconds / self.twice.seconds:.2f}",
            f"{self.ours.cpu / self.twice.cpu:.2f}",
            f"{self.hoped.size / limit:.2f}",
            f"{self.hoped.ssim:.4f}",
        )
        return "| " + " | ".join(cells) + " |"


def cells(mode: str) -> list[tuple[ClipSpec, int]]:
    """Which clips under which limits (MiB): a few, a fair sample, or all of them."""
    if mode == "full":
        clips = itertools.product(Kind, (5, 10), ("16:9", "9:16", "1:1"), (4, 24, 48), LIMITS)
        return [
            (ClipSpec(kind=kind, seconds=seconds, shape=shape, megabytes=megabytes, sound=shape == "1:1"), limit)
            for kind, seconds, shape, megabytes, limit in clips
        ]
    quick = [
        (ClipSpec(kind=Kind.PAN, seconds=5, shape="16:9", megabytes=48), 10),
        (ClipSpec(kind=Kind.NOISE, seconds=5, shape="9:16", megabytes=48), 10),
        (ClipSpec(kind=Kind.FLAT, seconds=5, shape="1:1", megabytes=24, sound=True), 8),
    ]
    if mode == "quick":
        return quick
    return [
        *quick,
        (ClipSpec(kind=Kind.PAN, seconds=5, shape="9:16", megabytes=48), 8),
        (ClipSpec(kind=Kind.PAN, seconds=5, shape="1:1", megabytes=24, sound=True), 20),
        (ClipSpec(kind=Kind.PAN, seconds=10, shape="16:9", megabytes=48), 8),
        (ClipSpec(kind=Kind.PAN, seconds=10, shape="16:9", megabytes=48), 20),
        (ClipSpec(kind=Kind.NOISE, seconds=5, shape="16:9", megabytes=24), 20),
        (ClipSpec(kind=Kind.NOISE, seconds=10, shape="16:9", megabytes=48), 10),
        (ClipSpec(kind=Kind.FLAT, seconds=10, shape="16:9", megabytes=48, sound=True), 10),
        (ClipSpec(kind=Kind.PAN, seconds=5, shape="16:9", megabytes=4), 8),
        (ClipSpec(kind=Kind.NOISE, seconds=5, shape="16:9", megabytes=48), 50),
    ]


async def measure(wanted: Iterable[tuple[ClipSpec, int]], folder: Path, peers: ProcessPoolExecutor) -> list[float]:
    """Print a row for each; how late the event loop was while the bot's copies were made, in seconds."""
    loop = asyncio.get_running_loop()
    fitter = Fitter()
    late: list[float] = []
    print(_HEAD, "|" + " --- |" * (_HEAD.count("|") - 1), sep="\n", flush=True)
    for spec, limit in wanted:
        source = await loop.run_in_executor(peers, make, spec, folder)
        facts = await fitter.inspect(source)
        if facts.size <= limit * MIB:
            print(f"| {spec.title} | {facts.size / 1e6:.0f} MB | {limit} MiB | the original, untouched |", flush=True)
            continue
        target = folder / "ours.mp4"
        plan = make_plan(facts, limit * MIB, cores=available_cores(), seconds=60)
        watching, used = asyncio.create_task(_lateness(late)), _children_cpu()
        try:
            copy = await fitter.fit(source, target, limit * MIB, facts)
        except CannotFit as error:
            print(f"| {spec.title} | {facts.size / 1e6:.0f} MB | {limit} MiB | {error} |", flush=True)
            continue
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        cpu = _children_cpu() - used
        likeness = await loop.run_in_executor(peers, ssim, source, target)
        row = Row(
            spec=spec,
            source_bytes=facts.size,
            limit=limit,
            frame=f"{copy.width}x{copy.height}",
            preset=plan.preset,
            ours=Encoded(size=copy.size, seconds=copy.seconds_taken, cpu=cpu, ssim=likeness),
            twice=await loop.run_in_executor(peers, two_pass, source, folder, copy.size),
            hoped=await loop.run_in_executor(peers, hope, source, folder),
        )
        print(row.line(), flush=True)
    return late


def _children_cpu() -> float:
    """CPU seconds of the children that have ended: the peers' process has not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _lateness(late: list[float]) -> None:
    """How much later than asked the loop comes back, again and again."""
    while True:
        asked = time.monotonic() + _TICK
        await asyncio.sleep(_TICK)
        late.append(time.monotonic() - asked)


def speeds(folder: Path) -> None:
    """Print what ``bot.media.plan.PIXELS_PER_SECOND`` holds: the slowest of three runs on the hardest clip."""
    spec = ClipSpec(kind=Kind.NOISE, seconds=5, shape="16:9", megabytes=48)
    source = make(spec, folder)
    facts = inspect(source)
    cores = available_cores()
    plan = make_plan(facts, 10 * MIB, cores=cores, seconds=600)
    for preset in PIXELS_PER_SECOND:
        tried = replace(plan, preset=preset)
        runs = [pixels_per_second(source, folder / "speed.mp4", facts, tried) / 1e6 for _ in range(3)]
        print(f"{preset}: {min(runs):.1f} (to {max(runs):.1f}) million pixels a second of one core, decoding included")


def main() -> None:
    """Measure what the command line asks for, and print it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    for name in ("quick", "full", "speed"):
        mode.add_argument(f"--{name}", dest="mode", action="store_const", const=name, default="sample")
    asked = parser.parse_args().mode
    with tempfile.TemporaryDirectory(prefix="fitting-") as name:
        folder = Path(name)
        if asked == "speed":
            speeds(folder)
            return
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn, initializer=os.nice, initargs=(NICENESS,)) as peers:
            late = asyncio.run(measure(cells(asked), folder, peers))
    if late:
        hundredths = statistics.quantiles(late, n=100)
        print(f"\nThe event loop came back late by {hundredths[49] * 1e3:.1f} ms (median), ", end="")
        print(f"{hundredths[98] * 1e3:.1f} ms (p99), {max(late) * 1e3:.1f} ms (worst of {len(late)}).")


if __name__ == "__main__":
    main()
