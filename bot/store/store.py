"""The store: what may be written, one method for each intent, one transaction for each method."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from bot.domain.clock import Clock, utc_now
from bot.domain.job import TRANSITIONS, Job, JobState, Phase
from bot.domain.job_update import JobUpdate
from bot.domain.policy import Policy
from bot.domain.uploads import LearnedLimit
from bot.errors import AlreadyStartedError, IllegalTransition
from bot.store import accepting, idempotency, jobs, ledger, upload_limits
from bot.store.accepting import Asking
from bot.store.codec import to_millis
from bot.store.database import Database

_log = logging.getLogger(__name__)


class Store:
    """Jobs and the ledger, always in step: a change of state and its ledger entry are one transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._observers: list[Callable[[JobUpdate], None]] = []
        self._card_phases: dict[str, Phase] = {}

    @classmethod
    async def open(cls, path: Path, clock: Clock = utc_now) -> Self:
        """Open the database at ``path``.

        Raises:
            StoreError: it cannot be used.
        """
        return cls(await Database.open(path), clock)

    async def close(self) -> None:
        """Close the database after what is being written."""
        await self._database.close()

    @property
    def database(self) -> Database:
        """The database, for the stores of what surrounds a job: policies, budgets, usage, saved elements."""
        return self._database

    def observe(self, observer: Callable[[JobUpdate], None]) -> None:
        """Have every write about a job told, after its commit and before its writer goes on."""
        self._observers.append(observer)

    def note_card_phase(self, job_id: str, phase: Phase) -> None:
        """Remember what a job's card says now. The job's next write carries it, or ``write_card_phases`` does."""
        self._card_phases[job_id] = phase

    async def write_card_phases(self) -> None:
        """Write down what every card says that no other write has carried yet, all in one transaction."""
        phases = dict(self._card_phases)
        if not phases:
            return
        async with self._database.transaction() as connection:
            for job_id, phase in phases.items():
                await jobs.change(connection, job_id, {"card_phase": phase})
        self._forget_card_phases(phases)

    async def accept(self, job: Job, policy: Policy, asking: Asking | None = None) -> None:
        """Write a new job and hold its seconds and its cost, if every limit has room.

        ``policy`` is the operator's, for whoever has no other; ``asking`` says who asks and where.

        Raises:
            QuotaError: there is no room; nothing was written.
            NotAllowedError: not in this channel; nothing was written.
            AlreadyStartedError: the same wish was made a moment ago; no job was written.
            StaleError: its pending request was made already; nothing was written.
        """
        asking, now = asking or Asking(), self._clock()
        async with self._database.transaction() as connection:
            is_new = all([await idempotency.use(connection, key, now) for key in asking.keys])
            if is_new:
                await accepting.accept(connection, job, policy, asking, now)
        if not is_new:
            raise AlreadyStartedError
        self._tell(JobUpdate(before=None, after=job, why="asked for"))

    async def rehearse(self, job: Job, policy: Policy, asking: Asking) -> None:
        """Check as ``accept`` does whether there is room for a job; nothing is written.

        Raises:
            QuotaError: there is no room.
            NotAllowedError: not in this channel.
        """
        async with self._database.transaction() as connection:
            await connection.execute("SAVEPOINT rehearsal")
            await accepting.accept(connection, job, policy, asking, self._clock())
            await connection.execute("ROLLBACK TO rehearsal")

    async def move(self, job: Job, to: JobState, why: str, **changes: object) -> Job:
        """Move a job to another state, with its ledger entry and its line of history.

        ``changes`` are columns that belong to the move (``generation_id`` with running, say).

        Raises:
            IllegalTransition: the table has no such move, or the job is no longer in ``job.state``.
        """
        if to not in TRANSITIONS[job.state]:
            raise IllegalTransition(f"job {job.id}: {job.state} does not go to {to} ({why})")
        now, cause = self._clock(), sys.exception()
        changes = self._with_card_phase(job, changes)
        async with self._database.transaction() as connection:
            if not await jobs.move(connection, job, to, now):
                raise IllegalTransition(f"job {job.id} is no longer {job.state}, so it does not go to {to} ({why})")
            await jobs.change(connection, job.id, changes)
            await jobs.append_history(connection, job.id, job.state, to, why, now)
            await ledger.resolve(connection, job.id, to, now)
        return await self._written(job, changes, why, cause)

    async def deliver(self, job: Job, why: str, message_id: int) -> Job:
        """Record that the video is where its user sees it: delivered, told and settled in one."""
        return await self.move(job, JobState.DELIVERED, why, outcome_message_id=message_id)

    async def change(self, job: Job, **changes: object) -> Job:
        """Record more about a job without moving it."""
        changes = self._with_card_phase(job, changes)
        async with self._database.transaction() as connection:
            await jobs.change(connection, job.id, changes)
        return await self._written(job, changes)

    def _with_card_phase(self, job: Job, changes: Mapping[str, object]) -> dict[str, object]:
        phase = self._card_phases.get(job.id)
        return dict(changes) if phase is None else {"card_phase": phase, **changes}

    async def _written(
        self, before: Job, changes: Mapping[str, object], why: str = "", cause: BaseException | None = None
    ) -> Job:
        self._forget_card_phases({before.id: changes.get("card_phase")})
        after = await self.job(before.id)
        self._tell(JobUpdate(before=before, after=after, why=why, cause=cause))
        return after

    def _forget_card_phases(self, written: Mapping[str, object]) -> None:
        for job_id, phase in written.items():
            if self._card_phases.get(job_id) is phase:
                self._card_phases.pop(job_id, None)

    def _tell(self, update: JobUpdate) -> None:
        """Tell the observers. What was committed stays so, whatever they make of it."""
        for observer in self._observers:
            try:
                observer(update)
            except Exception:  # noqa: BLE001 - an observer only informs
                _log.exception("A write about a job could not be followed", extra={"job": update.after.id})

    async def wish_cancel(self, job_id: str, user_id: int) -> Job:
        """Record who first wanted a job cancelled, if it still can be; the job as it is then."""
        async with self._database.transaction() as connection:
            await jobs.wish_cancel(connection, job_id, user_id)
        return await self.job(job_id)

    async def note(self, job: Job, why: str) -> None:
        """Add a line to a job's history without moving it."""
        async with self._database.transaction() as connection:
            await jobs.append_history(connection, job.id, job.state, job.state, why, self._clock())

    async def upload_limit(self, guild_id: int) -> LearnedLimit | None:
        """What was learned of the largest file that a server takes."""
        rows = await self._database.read(upload_limits.OF_GUILD, (guild_id,))
        return upload_limits.learned_from_row(rows[0]) if rows else None

    async def lower_upload_limit(self, guild_id: int, max_bytes: int, said: int) -> None:
        """Remember that a server that said so (bytes) takes no more than this."""
        async with self._database.transaction() as connection:
            await upload_limits.lower(connection, guild_id, max_bytes, said, self._clock())

    async def lift_upload_limit(self, guild_id: int, max_bytes: int, said: int) -> None:
        """Remember that a server takes this much after all."""
        async with self._database.transaction() as connection:
            await upload_limits.lift(connection, guild_id, max_bytes, said, self._clock())

    async def find(self, job_id: str) -> Job | None:
        """A job by its id."""
        rows = await self._database.read(jobs.BY_ID, (job_id,))
        return jobs.job_from_row(rows[0]) if rows else None

    async def job(self, job_id: str) -> Job:
        """A job that is known to exist."""
        rows = await self._database.read(jobs.BY_ID, (job_id,))
        return jobs.job_from_row(rows[0])

    async def job_of_generation(self, generation_id: str) -> Job | None:
        """The job that a generation belongs to."""
        rows = await self._database.read(jobs.BY_GENERATION, (generation_id,))
        return jobs.job_from_row(rows[0]) if rows else None

    async def unfinished(self) -> list[Job]:
        """Every job that still has something to do or to tell, oldest first."""
        return [jobs.job_from_row(row) for row in await self._database.read(jobs.UNFINISHED)]

    async def with_stale_cards(self) -> list[Job]:
        """Jobs that were told in the last day, but whose card does not say so."""
        since = to_millis(self._clock() - timedelta(days=1))
        return [jobs.job_from_row(row) for row in await self._database.read(jobs.STALE_CARDS, (since,))]

    async def in_state(self, state: JobState) -> list[Job]:
        """Every job in a state whose outcome was not told yet, oldest first."""
        return [jobs.job_from_row(row) for row in await self._database.read(jobs.IN_STATE, (state,))]

    async def recent(self, user_id: int, guild_id: int, limit: int) -> list[Job]:
        """A user's latest jobs in a server (0: everywhere): those that no place took, then the newest."""
        rows = await self._database.read(*jobs.recent(user_id, guild_id, limit))
        return [jobs.job_from_row(row) for row in rows]

    async def last_in_place(self, place_id: int) -> Job | None:
        """The latest job that was talked about in a place."""
        rows = await self._database.read(jobs.LAST_IN_PLACE, (place_id,))
        return jobs.job_from_row(rows[0]) if rows else None
