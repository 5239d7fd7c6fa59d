"""The ledger and the state machine against a small model: any order of events keeps the books right."""

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from bot.domain.job import ENDED, TRANSITIONS, JobState
from bot.domain.quota import Policy
from bot.errors import IllegalTransition, QuotaError
from bot.store.store import Store
from tests.support import job, request

T = TypeVar("T")
LIMIT = Policy(daily_seconds=30, max_active=3)
RUNNING = {JobState.ACCEPTED, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING}


class Books(RuleBasedStateMachine):
    """The model: for each job its seconds, its day and its state. All else follows."""

    jobs = Bundle("jobs")

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.now = datetime(2026, 8, 8, 12, tzinfo=UTC)
        self.model: dict[str, tuple[int, date, JobState]] = {}
        self.store = self.run(Store.open(Path(self.folder.name) / "bot.sqlite3", lambda: self.now))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def of_day(self, *states: JobState) -> int:
        return sum(s for s, day, state in self.model.values() if day == self.now.date() and state in states)

    @rule(target=jobs, seconds=st.sampled_from([5, 10]))
    def reserve(self, seconds: int) -> object:
        held = self.of_day(*(set(JobState) - ENDED))
        active = sum(state in RUNNING for _, _, state in self.model.values())
        fits = self.of_day(JobState.DELIVERED) + held + seconds <= 30 and active < 3
        new = job(len(self.model) + 1, seconds=seconds, request=request(duration=seconds))
        try:
            self.run(self.store.accept(new, LIMIT))
        except QuotaError:
            assert not fits
            return multiple()
        assert fits
        self.model[new.id] = (seconds, self.now.date(), JobState.ACCEPTED)
        return new.id

    @rule(job_id=jobs, to=st.sampled_from(JobState))
    def move(self, job_id: str, to: JobState) -> None:
        seconds, day, state = self.model[job_id]
        try:
            self.run(self.store.move(self.run(self.store.job(job_id)), to, "any"))
        except IllegalTransition:
            assert to not in TRANSITIONS[state]
        else:
            assert to in TRANSITIONS[state]
            self.model[job_id] = (seconds, day, to)

    @rule(job_id=consumes(jobs))
    def see_it_through(self, job_id: str) -> None:
        for to in (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING, JobState.DELIVERED):
            self.move(job_id, to)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def restart(self) -> None:
        self.run(self.store.close())
        self.store = self.run(Store.open(Path(self.folder.name) / "bot.sqlite3", lambda: self.now))

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "store"):
            return
        usage = self.run(self.store.usage(7, 9))
        assert usage.used == self.of_day(JobState.DELIVERED)
        assert usage.held == self.of_day(*(set(JobState) - ENDED))
        assert usage.used + usage.held <= LIMIT.daily_seconds

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
            self.loop.close()
            self.folder.cleanup()


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
