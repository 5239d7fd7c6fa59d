"""Measure how well, and how fast, a video is made to fit.

``python -m benchmarks.fitting [--quick | --full | --speed] [--alone]``; without an option, a fair sample of it all.

Every video is made here, fitted by the bot's own ``Fitter``, and encoded by two peers in the same run: plain two-pass
libx264 *medium* at the size that the bot's copy reached, and "scale to 480p and hope". All of them run niced.
``--alone`` leaves the peers out, and SSIM with them: sizes and times only, in a tenth of the time.
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
from bot.media.video.fitter import Fitter
from bot.media.video.plan import PIXELS_PER_SECOND, make_plan
from bot.media.video.probe import inspect
from bot.media.video.video_info import FittedVideo
from bot.media.worker.pool import ENCODER_NICENESS, WorkerPool, available_cores

MIB = 1024 * 1024
LIMITS = (8, 10, 20, 50)
_TICK = 0.005
_HEAD = "| clip | made of | limit | frame | preset | size / limit | seconds | × length | CPU s |"
_PEERS_HEAD = (
    " SSIM | two-pass medium: SSIM | seconds | CPU s | ours − two-pass | time ratio | CPU ratio "
    "| 480p: size / limit | SSIM |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """How like the original the bot's copy is (SSIM), and what the others made."""

    ssim: float
    twice: Encoded
    hoped: Encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One clip under one limit (MiB): the bot's copy, beside the peers' if those were asked for."""

    spec: ClipSpec
    source_bytes: int
    limit: int
    preset: str
    ours: FittedVideo
    cpu: float
    peers: Peers | None

    @property
    def reached(self) -> float:
        """Size in parts of the limit."""
        return self.ours.size / (self.limit * MIB)

    @property
    def lengths(self) -> float:
        """Time taken in parts of the clip's length."""
        return self.ours.seconds_taken / self.spec.seconds

    def line(self) -> str:
        """One row of the table."""
        cells = [
            self.spec.title,
            f"{self.source_bytes / 1e6:.0f} MB",
            f"{self.limit} MiB",
            f"{self.ours.width}x{self.ours.height}",
            self.preset,
            f"{self.reached:.3f}",
            f"{self.ours.seconds_taken:.1f}",
            f"{self.lengths:.1f}",
            f"{self.cpu:.1f}",
            *(self._beside(self.peers) if self.peers is not None else ()),
        ]
        return "| " + " | ".join(cells) + " |"

    def _beside(self, peers: Peers) -> Iterable[str]:
        return (
            f"{peers.ssim:.4f}",
            f"{peers.twice.ssim:.4f}",
            f"{peers.twice.seconds:.1f}",
            f"{peers.twice.cpu:.1f}",
            f"{peers.ssim - peers.twice.ssim:+.4f}",
            f"{self.ours.seconds_taken / peers.twice.seconds:.2f}",
            f"{self.cpu / peers.twice.cpu:.2f}",
            f"{peers.hoped.size / (self.limit * MIB):.2f}",
            f"{peers.hoped.ssim:.4f}",
        )


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
        # Few enough bits for 720p.
        (ClipSpec(kind=Kind.PAN, seconds=10, shape="16:9", megabytes=48), 1),
        (ClipSpec(kind=Kind.NOISE, seconds=10, shape="16:9", megabytes=48), 1),
        (ClipSpec(kind=Kind.FLAT, seconds=10, shape="16:9", megabytes=48, sound=True), 1),
        # Hardly enough for 1080p.
        (ClipSpec(kind=Kind.PAN, seconds=10, shape="16:9", megabytes=48), 2),
        # So short that the rate control has no time to make good what it spent, or saved.
        (ClipSpec(kind=Kind.PAN, seconds=1, shape="16:9", megabytes=12), 2),
        (ClipSpec(kind=Kind.NOISE, seconds=1, shape="16:9", megabytes=12), 2),
        (ClipSpec(kind=Kind.FLAT, seconds=2, shape="1:1", megabytes=12, sound=True), 2),
        (ClipSpec(kind=Kind.PAN, seconds=5, shape="16:9", megabytes=4), 8),
        (ClipSpec(kind=Kind.NOISE, seconds=5, shape="16:9", megabytes=48), 50),
    ]


async def measure(
    wanted: Iterable[tuple[ClipSpec, int]], folder: Path, peers: ProcessPoolExecutor, *, alone: bool
) -> tuple[list[Row], list[float]]:
    """Print a row for each; those with a copy, and how late the event loop was while copies were made, in seconds."""
    loop = asyncio.get_running_loop()
    pool = WorkerPool(folder)
    fitter = Fitter(pool)
    rows: list[Row] = []
    late: list[float] = []
    head = _HEAD if alone else _HEAD + _PEERS_HEAD
    print(head, "|" + " --- |" * (head.count("|") - 1), sep="\n", flush=True)
    for spec, limit in wanted:
        source = await loop.run_in_executor(peers, make, spec, folder)
        info = await fitter.inspect(source)
        if info.size <= limit * MIB:
            print(f"| {spec.title} | {info.size / 1e6:.0f} MB | {limit} MiB | the original, untouched |", flush=True)
            continue
        target = folder / "ours.mp4"
        plan = make_plan(info, limit * MIB, cores=available_cores(), seconds=60)
        watching, used = asyncio.create_task(_lateness(late)), _children_cpu()
        try:
            copy = await fitter.fit(source, target, limit * MIB, info)
        except CannotFit as error:
            print(f"| {spec.title} | {info.size / 1e6:.0f} MB | {limit} MiB | {error} |", flush=True)
            continue
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        row = Row(
            spec=spec,
            source_bytes=info.size,
            limit=limit,
            preset=plan.preset,
            ours=copy,
            cpu=_children_cpu() - used,
            peers=None if alone else await loop.run_in_executor(peers, _compare, source, copy),
        )
        rows.append(row)
        print(row.line(), flush=True)
    return rows, late


def _compare(source: Path, copy: FittedVideo) -> Peers:
    folder = copy.path.parent
    return Peers(ssim=ssim(source, copy.path), twice=two_pass(source, folder, copy.size), hoped=hope(source, folder))


def sum_up(rows: Iterable[Row], late: list[float]) -> None:
    """Print the worst of all rows, frame size by frame size, and how late the event loop was."""
    print()
    by_area = sorted(rows, key=lambda row: row.ours.width * row.ours.height)
    for area, group in itertools.groupby(by_area, key=lambda row: row.ours.width * row.ours.height):
        same = list(group)
        reached = [row.reached for row in same]
        print(
            f"- {area / 1e6:.1f} million pixels, {len(same)} copies: {min(reached):.3f} to {max(reached):.3f} ", end=""
        )
        print(f"of the limit, at most {max(row.lengths for row in same):.1f} × the length")
    hundredths = statistics.quantiles(late, n=100)
    print(f"- The event loop came back late by {hundredths[49] * 1e3:.1f} ms (median), ", end="")
    print(f"{hundredths[98] * 1e3:.1f} ms (p99), {max(late) * 1e3:.1f} ms (worst of {len(late)}).")


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
    """Print what ``bot.media.video.plan.PIXELS_PER_SECOND`` holds: the slowest of three runs on the hardest clip."""
    spec = ClipSpec(kind=Kind.NOISE, seconds=5, shape="16:9", megabytes=48)
    source = make(spec, folder)
    info = inspect(source)
    cores = available_cores()
    plan = make_plan(info, 10 * MIB, cores=cores, seconds=600)
    for preset in PIXELS_PER_SECOND:
        tried = replace(plan, preset=preset)
        runs = [pixels_per_second(source, folder / "speed.mp4", info, tried) / 1e6 for _ in range(3)]
        print(f"{preset}: {min(runs):.1f} (to {max(runs):.1f}) million pixels a second of one core, decoding included")


def main() -> None:
    """Measure what the command line asks for, and print it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    for name in ("quick", "full", "speed"):
        mode.add_argument(f"--{name}", dest="mode", action="store_const", const=name, default="sample")
    parser.add_argument("--alone", action="store_true", help="only the bot's copies: sizes and times")
    arguments = parser.parse_args()
    asked = arguments.mode
    with tempfile.TemporaryDirectory(prefix="fitting-") as name:
        folder = Path(name)
        if asked == "speed":
            speeds(folder)
            return
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn, initializer=os.nice, initargs=(ENCODER_NICENESS,)) as peers:
            rows, late = asyncio.run(measure(cells(asked), folder, peers, alone=arguments.alone))
    if late:
        sum_up(rows, late)


if __name__ == "__main__":
    main()
