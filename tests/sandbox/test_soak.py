"""The soak: a short one survives, and its judge says what is off when something is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.generation import GenerationStatus
from bot.domain.job import Job, JobState, LedgerKind
from sandbox.soak import soak
from sandbox.soak.invariants import Database, Entry, Limits, Outcome, Run, Step, Wrong, audit
from sandbox.texts import saying
from tests.support import job, request

pytestmark = pytest.mark.exhaustive

LIMITS = Limits(daily_seconds=20, max_active=2)
DONE = job(1, state=JobState.DELIVERED, request=request("Take 1"), outcome_message_id=5)
UNDONE = job(2, state=JobState.FAILED, request=request("Take 2"), outcome_message_id=6)


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Without the server's tracebacks about connections that a killed process left."""
    logger = logging.getLogger("aiohttp.server")
    logger.disabled = True
    yield
    logger.disabled = False


@pytest.mark.usefixtures("_quiet")
async def test_a_short_soak_loses_nothing_doubles_nothing_and_mischarges_nobody(tmp_path: Path) -> None:
    lines: list[str] = []
    report = await soak(20, 11, tmp_path, lines.append, at_once=20)
    assert report.problems == ()
    assert report.complaints == ()
    assert report.jobs.total() >= 20
    assert set(report.jobs) <= {"delivered", "failed", "cancelled", "expired"}
    assert report.restarts >= 1
    assert report.tally.total("generations") > 0


def entry(of: Job, kind: LedgerKind, seconds: int = 5) -> Entry:
    return Entry(job_id=of.id, kind=kind, user_id=of.user_id, guild_id=of.guild_id, day="2026-08-08", seconds=seconds)


def step(of: Job, to: JobState) -> Step:
    return Step(job_id=of.id, user_id=of.user_id, guild_id=of.guild_id, to_state=to)


GOOD = Database(
    jobs=(DONE, UNDONE),
    ledger=(
        entry(DONE, LedgerKind.RESERVE),
        entry(UNDONE, LedgerKind.RESERVE),
        entry(DONE, LedgerKind.SETTLE),
        entry(UNDONE, LedgerKind.RELEASE),
    ),
    history=(
        step(DONE, JobState.ACCEPTED),
        step(UNDONE, JobState.ACCEPTED),
        step(DONE, JobState.DELIVERED),
        step(UNDONE, JobState.FAILED),
    ),
)
RUNS = (Run(prompt="Take 1", status=GenerationStatus.SUCCEEDED), Run(prompt="Take 2", status=GenerationStatus.FAILED))
READY = saying("result.ready")
TOLD = (
    Outcome(job_id=DONE.id, text=READY),
    Outcome(job_id=UNDONE.id, text=f"{saying('result.failed')} 5{saying('result.returned')}"),
)


def test_books_that_add_up_are_passed() -> None:
    assert list(audit(GOOD, LIMITS, RUNS, TOLD, promised=[DONE.id, UNDONE.id])) == []


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (TOLD[:1], Wrong.LOST),
        ((*TOLD, TOLD[0]), Wrong.DOUBLE),
        ((*TOLD, Outcome(job_id="elsewhere", text=READY)), Wrong.LOST),
        ((TOLD[0], replace(TOLD[1], text=READY)), Wrong.MISCHARGED),
    ],
)
def test_an_outcome_too_few_too_many_or_of_the_wrong_kind_is_seen(told: tuple[Outcome, ...], kind: Wrong) -> None:
    assert [problem.kind for problem in audit(GOOD, LIMITS, RUNS, told)] == [kind]


@pytest.mark.parametrize(
    ("runs", "kind"),
    [
        ((*RUNS, RUNS[1]), Wrong.DOUBLE),
        ((*RUNS, Run(prompt="Take 3", status=GenerationStatus.QUEUED)), Wrong.DOUBLE),
        (RUNS[1:], Wrong.MISCHARGED),
    ],
)
def test_a_generation_too_many_or_too_few_is_seen(runs: tuple[Run, ...], kind: Wrong) -> None:
    assert [problem.kind for problem in audit(GOOD, LIMITS, runs, TOLD)] == [kind]


def test_a_job_that_has_not_ended_is_lost() -> None:
    waiting = job(2, state=JobState.RUNNING, request=request("Take 2"))
    books = replace(GOOD, jobs=(DONE, waiting))
    assert [problem.kind for problem in audit(books, LIMITS, RUNS, TOLD)] == [Wrong.LOST]


def test_a_job_that_somebody_saw_accepted_and_that_is_in_no_row_is_lost() -> None:
    [problem] = audit(GOOD, LIMITS, RUNS, TOLD, promised=["unheard-of"])
    assert (problem.kind, problem.job_id) == (Wrong.LOST, "unheard-of")


@pytest.mark.parametrize("copies", [[DONE.id, DONE.id], [UNDONE.id]])
def test_a_result_that_is_shown_twice_more_or_never_came_is_a_double(copies: list[str]) -> None:
    assert list(audit(GOOD, LIMITS, RUNS, TOLD, copies=[DONE.id])) == []
    assert [problem.kind for problem in audit(GOOD, LIMITS, RUNS, TOLD, copies=copies)] == [Wrong.DOUBLE]


@pytest.mark.parametrize(
    "ledger",
    [
        GOOD.ledger[:3],
        (*GOOD.ledger[:3], entry(UNDONE, LedgerKind.SETTLE)),
        (*GOOD.ledger[:3], entry(UNDONE, LedgerKind.RELEASE, 4)),
    ],
)
def test_a_reservation_that_is_not_resolved_as_its_job_ended_is_seen(ledger: tuple[Entry, ...]) -> None:
    problems = list(audit(replace(GOOD, ledger=ledger), LIMITS, RUNS, TOLD))
    assert {(problem.kind, problem.job_id) for problem in problems} == {(Wrong.MISCHARGED, UNDONE.id)}


def test_a_limit_that_was_passed_for_a_moment_is_seen() -> None:
    assert [problem.kind for problem in audit(GOOD, replace(LIMITS, daily_seconds=9), RUNS, TOLD)] == [Wrong.MISCHARGED]
    assert [problem.kind for problem in audit(GOOD, replace(LIMITS, max_active=1), RUNS, TOLD)] == [Wrong.MISCHARGED]


@pytest.mark.parametrize("hidden", [frozenset[int](), frozenset({UNDONE.user_id})])
def test_an_end_may_be_told_nowhere_only_to_whom_takes_no_direct_messages(hidden: frozenset[int]) -> None:
    books = replace(GOOD, jobs=(DONE, replace(UNDONE, outcome_message_id=0)))
    found = [problem.kind for problem in audit(books, LIMITS, RUNS, TOLD[:1], hidden=hidden)]
    assert found == ([] if hidden else [Wrong.LOST])
