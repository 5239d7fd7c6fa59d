"""The judge: what must hold of every job when all is over, and of the ledger at every moment."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.generation import GenerationStatus
from bot.domain.job import ACTIVE, Job, JobState, LedgerKind
from bot.store.sql.jobs import job_from_row
from sandbox.texts import saying


class Wrong(StrEnum):
    """The kinds of things that must not be."""

    LOST = "lost"
    DOUBLE = "double"
    MISCHARGED = "mischarged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one user may have in one server: seconds of video a day, and jobs at once."""

    daily_seconds: int
    max_active: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is off."""

    kind: Wrong
    job_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: job {self.job_id}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger."""

    job_id: str
    kind: LedgerKind
    user_id: int
    guild_id: int
    day: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a job's history, with whose job it is."""

    job_id: str
    user_id: int
    guild_id: int
    to_state: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One generation at Oxen, and the prompt that says which job it belongs to."""

    prompt: str
    status: GenerationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One message that tells how a job ended."""

    job_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What the bot wrote down, each table in the order of its writing."""

    jobs: Sequence[Job]
    ledger: Sequence[Entry]
    history: Sequence[Step]

    @classmethod
    def read(cls, path: Path) -> Database:
        """Read it past the bot, which may be running."""
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            jobs = [job_from_row(row) for row in connection.execute("SELECT * FROM jobs ORDER BY rowid")]
            owners = {job.id: job for job in jobs}
            return cls(
                jobs=jobs,
                ledger=[_entry(row) for row in connection.execute("SELECT * FROM ledger ORDER BY id")],
                history=[
                    Step(
                        job_id=row["job_id"],
                        user_id=owners[row["job_id"]].user_id,
                        guild_id=owners[row["job_id"]].guild_id,
                        to_state=JobState(row["to_state"]),
                    )
                    for row in connection.execute("SELECT * FROM job_history ORDER BY id")
                ],
            )


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        job_id=row["job_id"],
        kind=LedgerKind(row["kind"]),
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        day=row["day"],
        seconds=row["seconds"],
    )


def moments(database: Database, limits: Limits) -> Iterator[Problem]:
    """What was off at any moment so far: the ledger and the history are append-only, so they are replayed."""
    taken: Counter[tuple[int, int, str]] = Counter()
    for entry in database.ledger:
        account = (entry.guild_id, entry.user_id, entry.day)
        taken[account] += {LedgerKind.RESERVE: 1, LedgerKind.SETTLE: 0, LedgerKind.RELEASE: -1}[entry.kind] * (
            entry.seconds
        )
        if entry.kind is LedgerKind.RESERVE and taken[account] > limits.daily_seconds:
            what = f"used and held come to {taken[account]} s of {limits.daily_seconds} s"
            yield Problem(kind=Wrong.MISCHARGED, job_id=entry.job_id, what=what)
    running: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for step in database.history:
        mine = running[step.guild_id, step.user_id]
        (mine.add if step.to_state in ACTIVE else mine.discard)(step.job_id)
        if step.to_state is JobState.ACCEPTED and len(mine) > limits.max_active:
            what = f"its user has {len(mine)} running, {limits.max_active} at most"
            yield Problem(kind=Wrong.MISCHARGED, job_id=step.job_id, what=what)


def audit(
    database: Database,
    limits: Limits,
    runs: Iterable[Run],
    outcomes: Iterable[Outcome],
    *,
    copies: Iterable[str] = (),
    promised: Iterable[str] = (),
    hidden: frozenset[int] = frozenset(),
) -> Iterator[Problem]:
    """What is off now that nothing happens any more.

    ``copies`` are the jobs of all messages that show a result a second time; a channel may have refused one.
    ``promised`` are the jobs whose cards somebody saw. ``hidden`` are the users who take no direct messages: an end
    without a video may have had no place left to be told to them.
    """
    yield from moments(database, limits)
    told: defaultdict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        told[outcome.job_id].append(outcome.text)
    runs_of: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        runs_of[run.prompt].append(run)
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in database.ledger:
        entries[entry.job_id].append(entry)
    for job in database.jobs:
        yield from _of_job(job, told.pop(job.id, []), runs_of.pop(job.request.prompt, []), entries[job.id], hidden)
    for job_id in (*told, *(set(promised) - {job.id for job in database.jobs})):
        yield Problem(kind=Wrong.LOST, job_id=job_id, what="somebody was told of it, and it is in no row")
    delivered = {job.id for job in database.jobs if job.state is JobState.DELIVERED}
    for job_id, number in Counter(copies).items():
        if number > 1 or job_id not in delivered:
            yield Problem(kind=Wrong.DOUBLE, job_id=job_id, what=f"its result is to be seen {number} times more")
    for prompt in runs_of:
        yield Problem(kind=Wrong.DOUBLE, job_id="-", what=f"Oxen was asked for {prompt!r}, which is no job")


def _of_job(
    job: Job, told: list[str], runs: list[Run], entries: list[Entry], hidden: frozenset[int]
) -> Iterator[Problem]:
    def wrong(kind: Wrong, what: str) -> Problem:
        return Problem(kind=kind, job_id=job.id, what=f"{what} ({job.state}, {job.request.prompt!r})")

    if not job.has_ended:
        yield wrong(Wrong.LOST, "it has not ended")
        return
    nowhere = job.outcome_message_id == 0 and not told
    if len(told) != 1 and not (nowhere and job.user_id in hidden):
        yield wrong(Wrong.DOUBLE if told else Wrong.LOST, f"{len(told)} outcomes are to be seen")
    if len(runs) > 1:
        yield wrong(Wrong.DOUBLE, f"{len(runs)} generations were started")
    delivered = job.state is JobState.DELIVERED
    if told and (saying("result.ready") in told[0], saying("result.returned") in told[0]) != (delivered, not delivered):
        yield wrong(Wrong.MISCHARGED, f"it was told as {told[0]!r}")
    if delivered and not any(run.status is GenerationStatus.SUCCEEDED for run in runs):
        yield wrong(Wrong.MISCHARGED, "it was delivered, and Oxen never made it")
    resolved = LedgerKind.SETTLE if delivered else LedgerKind.RELEASE
    expected = [(LedgerKind.RESERVE, job.seconds), (resolved, job.seconds)]
    if [(entry.kind, entry.seconds) for entry in entries] != expected:
        yield wrong(Wrong.MISCHARGED, f"its ledger says {[(str(e.kind), e.seconds) for e in entries]}")
    if len({(e.user_id, e.guild_id, e.day) for e in entries}) > 1 or any(e.user_id != job.user_id for e in entries):
        yield wrong(Wrong.MISCHARGED, "its entries are not all on its user's one day")
