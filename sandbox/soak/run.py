"""One soak from its first command to its verdict."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.generation import GenerationStatus
from sandbox.soak.fault_schedule import FaultSchedule
from sandbox.soak.harness import Harness, harness
from sandbox.soak.invariants import Database, Limits, Outcome, Problem, Run, Wrong, audit, moments
from sandbox.soak.outcomes import Outcomes
from sandbox.soak.process_lifecycle import ProcessLifecycle
from sandbox.soak.tally import Tally
from sandbox.soak.users import Users

Say = Callable[[str], None]

_LIMITS = Limits(daily_seconds=60, max_active=2)
_RATE = 0.012
_LIFE_SECONDS = (0.2, 9.0)
_FAULTS_EVERY_SECONDS = 0.25
_LOOK_SECONDS = 0.2
_TELL_SECONDS = 5.0
_PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a soak came to. ``jobs`` counts them by their state at the end; ``seconds`` is how long it took."""

    seed: int
    jobs: Counter[str]
    generations: int
    problems: tuple[Problem, ...]
    complaints: tuple[str, ...]
    samples: int
    seconds: float
    tally: Tally

    @property
    def is_well(self) -> bool:
        """Whether nothing is off."""
        return not self.problems and not self.complaints

    @property
    def restarts(self) -> int:
        """How many processes ended."""
        return self.tally.total("restarts")

    def count(self, kind: Wrong) -> int:
        """How many problems are of a kind."""
        return sum(problem.kind is kind for problem in self.problems)


async def soak(
    jobs: int, seed: int, folder: Path, say: Say, *, at_once: int = 40, settings: Mapping[str, str] | None = None
) -> Report:
    """Have ``jobs`` jobs live through a storm, then let it clear up and check every book.

    ``settings`` are the bot's, beside those of the soak.
    """
    begun = time.monotonic()
    async with harness(folder, seed, _LIMITS, settings or {}) as here:
        outcomes, users = Outcomes(here), Users(here, jobs, at_once)
        processes = ProcessLifecycle(here, _RATE, _LIFE_SECONDS)
        watch = _Watch(here, say)
        async with _beside(watch.run(), outcomes.run()):
            async with _beside(processes.run(), FaultSchedule(here, _FAULTS_EVERY_SECONDS).run(), users.look_after()):
                await users.run()
            say(f"The storm is over with {len(here.unfinished())} jobs unfinished; letting the world settle")
            outcomes.hurry()
            await _settle(here, users, processes)
        await _all_landed(here)
        _count_faults(here)
        _count_mistakes(here)
        _count_refusals(here)
        database = Database.read(here.database)
        problems = audit(
            database,
            _LIMITS,
            [_run_of(generation) for generation in here.oxen.generations.values()],
            [Outcome(job_id=job_id, text=message.text) for job_id, message in here.outcomes()],
            copies=here.copies(),
            promised=users.promised,
            hidden=frozenset(user.id for user in here.discord.world.users.values() if not user.accepts_messages),
        )
        return Report(
            seed=seed,
            jobs=Counter(str(job.state) for job in database.jobs),
            generations=here.oxen.started,
            problems=tuple(dict.fromkeys((*watch.problems, *problems))),
            complaints=tuple(processes.complaints),
            samples=watch.samples,
            seconds=time.monotonic() - begun,
            tally=here.tally,
        )


async def _settle(here: Harness, users: Users, processes: ProcessLifecycle) -> None:
    """An undisturbed bot until every job is over; whatever it does not end is found by the audit."""
    done = asyncio.Event()

    async def look() -> None:
        await here.discord.wait_ready()
        while here.unfinished():
            await asyncio.sleep(_LOOK_SECONDS)
            here.look()
        done.set()

    async with _beside(look(), users.look_after()):
        if not await processes.last(done, _PATIENCE_SECONDS):
            processes.complaints.append(f"{len(here.unfinished())} jobs were not over after {_PATIENCE_SECONDS:.0f} s")


async def _all_landed(here: Harness) -> None:
    """Wait until every late POST has had its effect: one too many would only be seen then."""
    while here.oxen.faults.delayed:  # noqa: ASYNC110 - it has no event, and is over in seconds
        await asyncio.sleep(_LOOK_SECONDS)


class _Watch:
    """Reads the books again and again while all goes on, and says how far it is."""

    def __init__(self, here: Harness, say: Say) -> None:
        self._here = here
        self._say = say
        self.samples = 0
        self.problems: list[Problem] = []

    async def run(self) -> None:
        """Watch until cancelled."""
        begun = told = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._here.database.exists():
                continue
            with contextlib.suppress(Exception):
                self._here.look()
            now = time.monotonic()
            if now - told >= _TELL_SECONDS:
                told = now
                self._sample()
                over = len(self._here.rows) - len(self._here.unfinished())
                self._say(
                    f"{now - begun:5.0f} s: {len(self._here.rows)} jobs, {over} over,"
                    f" {self._here.tally.total('restarts')} restarts, {len(self.problems)} problems"
                )

    def _sample(self) -> None:
        self.samples += 1
        self.problems += moments(Database.read(self._here.database), self._here.limits)


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these while the block runs, and end them with it; an error of theirs ends the block."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(work) for work in works]
        yield
        for task in running:
            task.cancel()


def _run_of(generation: Any) -> Run:  # noqa: ANN401
    return Run(prompt=str(generation.body["prompt"]), status=GenerationStatus(generation.status.value))


def _count_faults(here: Harness) -> None:
    if here.faults_injected.exists():
        for line in here.faults_injected.read_text(encoding="utf-8").splitlines():
            here.tally.count("faults in the bot's own calls", re.sub(r":.*", "", line))


def _count_mistakes(here: Harness) -> None:
    """What Discord refused although nothing was the matter with it: worth a look, and no part of the verdict."""
    for mistake in here.discord.mistakes:
        where = re.sub(r"/\d+(/[\w.-]{60,})?", "/*", mistake.where)
        here.tally.count("refusals that Discord would give on any day", f"{mistake.code} at {where}")


def _count_refusals(here: Harness) -> None:
    """What Discord refused and counts against the bot: 10,000 in ten minutes would have it banned."""
    for request in here.discord.requests:
        if request.status in (401, 403, 429):
            here.tally.count("refused calls that count for a ban", str(request.status))
