"""Measure the bot beside the smallest bot that does the same: ``python -m benchmarks.side_by_side``.

    --before REV        and beside itself as it was in a commit, in alternating runs
    --commit-delay 5    with so many milliseconds added to every commit of the database: a cloud disk
    --runs 5            how often each is run; what is shown are medians

Each run has worlds of its own, without rate limits: some jobs to warm up, then a hundred people ask at the same
instant, then all of their videos are finished at the same instant.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.instrumented import Counts
from benchmarks.simulated_services import BOT, PATIENCE, PEER, Accepted, Delivered, Program, program_of_revision, worlds
from benchmarks.table import Line, run, within
from sandbox.discord.limits import Limits

_WARM_UP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one program."""

    jobs: int
    accepted: Accepted
    delivered: Delivered

    @property
    def answer(self) -> float:
        """The median of the answers, seconds."""
        return statistics.median(self.accepted.answers)

    @property
    def enqueued(self) -> float:
        """When the last was enqueued, seconds."""
        return max(self.accepted.enqueued)

    @property
    def all_delivered(self) -> float:
        """When the last was delivered, seconds."""
        return max(self.delivered.videos)

    @property
    def accept_cpu(self) -> float:
        """Milliseconds of the program a job."""
        return self.accepted.cpu / self.jobs * 1_000

    @property
    def deliver_cpu(self) -> float:
        """Milliseconds of the program a job."""
        return self.delivered.cpu / self.jobs * 1_000

    @property
    def whole_cpu(self) -> float:
        """Milliseconds of the program a job."""
        return self.accept_cpu + self.deliver_cpu

    @property
    def worlds_cpu(self) -> float:
        """Milliseconds of the simulated Discord and Oxen a job."""
        return (self.accepted.worlds_cpu + self.delivered.worlds_cpu) / self.jobs * 1_000


Value = Callable[[Sample], float]


async def measure(
    folder: Path, *, quick: bool, before: str | None, commit_delay: float, runs: int
) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    jobs, runs = (20, 1) if quick else (100, runs)
    with ExitStack() as stack:
        programs = [BOT] if commit_delay else [BOT, PEER]
        if before is not None:
            programs.insert(0, stack.enter_context(program_of_revision(before, folder / "before")))
        samples: dict[str, list[Sample]] = {program.name: [] for program in programs}
        for number in range(runs):
            for program in programs:
                place = folder / f"{program.name}-{number}"
                samples[program.name].append(await _sample(place, program, jobs, commit_delay / 1_000))
        for name, all_of_it in samples.items():
            yield _figures(name, all_of_it)
        for line in _comparisons(samples, before=programs[0].name if before else None, commit_delay=commit_delay):
            yield line
        for program in programs:
            if program is not PEER:
                counted = await _sample(folder / f"{program.name}-counted", program, jobs, 0.0, is_counted=True)
                yield _counts_line(program.name, counted)


def _comparisons(samples: dict[str, list[Sample]], *, before: str | None, commit_delay: float) -> Iterator[Line]:
    """The bot against its goals: on a cloud disk, or beside the peer; and against itself before."""
    ours = samples[BOT.name]
    if commit_delay:
        yield from _cloud_disk(ours, commit_delay)
    else:
        yield from _beside_peer(ours, samples[PEER.name])
    if before is not None:
        yield _ratio(f"CPU of accepting, of {before}", _cpu_accept, ours, samples[before], 0.70)
        yield _ratio(f"CPU of delivering, of {before}", _cpu_deliver, ours, samples[before], 0.60)


async def _sample(
    folder: Path, program: Program, jobs: int, commit_delay: float, *, is_counted: bool = False
) -> Sample:
    limits = Limits(active_threads=100_000, rate_limited=False, first_answer=PATIENCE)
    async with (
        worlds(folder, people=jobs, limits=limits) as here,
        here.running(program, commit_delay=commit_delay, is_counted=is_counted),
    ):
        await here.accept(_WARM_UP)
        await here.deliver()
        accepted = await here.accept(jobs)
        await asyncio.sleep(0.5)
        return Sample(jobs=jobs, accepted=accepted, delivered=await here.deliver())


def _cpu_accept(sample: Sample) -> float:
    return sample.accept_cpu


def _cpu_deliver(sample: Sample) -> float:
    return sample.deliver_cpu


def _median(value: Value, samples: list[Sample]) -> float:
    return statistics.median(value(sample) for sample in samples)


def _figures(name: str, samples: list[Sample]) -> Line:
    values: list[Value] = [
        lambda sample: sample.answer * 1_000,
        lambda sample: sample.enqueued * 1_000,
        lambda sample: sample.all_delivered * 1_000,
        _cpu_accept,
        _cpu_deliver,
        lambda sample: sample.worlds_cpu,
    ]
    answer, enqueued, delivered, accept, deliver, around = (_median(value, samples) for value in values)
    return Line(
        what=f"{name}, {samples[0].jobs} at once, median of {len(samples)}",
        measured=f"answer {answer:.0f} ms, all enqueued {enqueued:.0f} ms, all delivered {delivered:.0f} ms; CPU a job"
        f" {accept:.1f} + {deliver:.1f} ms, of the worlds {around:.1f} ms",
    )


def _counts_line(name: str, sample: Sample) -> Line:
    accept, deliver = sample.accepted.counts, sample.delivered.counts
    if accept is None or deliver is None:
        raise ValueError("the run was not counted")
    commits, hops = (accept.commits + deliver.commits) / sample.jobs, (accept.hops + deliver.hops) / sample.jobs
    return Line(
        what=f"{name}: commits and hops between threads a job, {sample.jobs} at once",
        measured=f"{commits:.1f} ({_each(accept, deliver, 'commits', sample.jobs)}), {hops:.1f}"
        f" ({_each(accept, deliver, 'hops', sample.jobs)})",
        goal="≤ 8, ≤ 16" if name == BOT.name else "",
        is_met=commits <= 8 and hops <= 16 if name == BOT.name else None,
    )


def _each(accept: Counts, deliver: Counts, what: str, jobs: int) -> str:
    return f"{getattr(accept, what) / jobs:.1f} + {getattr(deliver, what) / jobs:.1f}"


def _beside_peer(ours: list[Sample], peers: list[Sample]) -> list[Line]:
    return [
        _ratio("answer, of the peer's", lambda sample: sample.answer, ours, peers, 1.15),
        _ratio("all enqueued, of the peer's", lambda sample: sample.enqueued, ours, peers, 2.0),
        _ratio("all delivered, of the peer's", lambda sample: sample.all_delivered, ours, peers, 2.5),
        _ratio("CPU, of the peer's", lambda sample: sample.whole_cpu, ours, peers, 3.0),
    ]


def _cloud_disk(ours: list[Sample], commit_delay: float) -> list[Line]:
    disk = f"with {commit_delay:g} ms added to each commit"
    return [
        within(f"all enqueued {disk}", _median(lambda sample: sample.enqueued, ours), 1.6, "s"),
        within(f"all delivered {disk}", _median(lambda sample: sample.all_delivered, ours), 0.8, "s"),
    ]


def _ratio(what: str, value: Value, ours: list[Sample], others: list[Sample], limit: float) -> Line:
    return within(what, _median(value, ours) / _median(value, others), limit, "×")


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--before", metavar="REV", help="a commit of the bot to measure beside")
    parser.add_argument("--commit-delay", type=float, default=0.0, metavar="MS", help="added to each commit")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run (3)")


if __name__ == "__main__":
    run(measure, about=__doc__ or "", add_options=_add_options)
