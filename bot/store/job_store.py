"""The store: what may be written, one method for each intent, one transaction for each method."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self, Unpack

from bot.domain.actor import Actor
from bot.domain.clock import Clock, utc_now
from bot.domain.job import CANCELLABLE, TRANSITIONS, Job, JobChanges, JobState, Phase, payment_entry
from bot.domain.job_update import JobUpdate
from bot.domain.policy import Policy
from bot.errors import AlreadyStartedError, IllegalTransition
from bot.store import idempotency
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import to_millis
from bot.store.limit_refusals import LimitRefusals
from bot.store.sql import admission, guilds, job_times, jobs, ledger, payments, stories
from bot.store.sql.admission import Accepted, Admission
from bot.store.write_queue import Intent
from bot.text import Text

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS: Final = 0.25
"""How long a write that nobody waits for waits for another one to share its commit with."""


class Store:
    """Jobs and the ledger, always in step: a change of state and its ledger entry are one transaction.

    What somebody waits for who waits at Discord is done soon or not at all; what a job waits for is done.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._observers: list[Callable[[JobUpdate], None]] = []
        self._card_phases: dict[str, Phase] = {}
        self.refusals = LimitRefusals()

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

    async def write_card_phases(self, *, within: float | None = None) -> None:
        """Write down what every card says that no other write has carried yet, all in one.

        Raises:
            StoreBusy: it could not be written in time (``within``, in seconds); it is remembered.
        """
        phases = dict(self._card_phases)
        if phases:
            await self._database.write(
                lambda connection: jobs.set_card_phases(connection, phases), name="card phases", within=within
            )
            self._forget_card_phases(phases)

    async def accept(
        self, job: Job, policy: Policy, asking: Admission | None = None, *, followers: Sequence[Job] = ()
    ) -> Accepted:
        """Write a new job and hold its seconds and its cost, if every limit has room; as it was written.

        ``policy`` is the operator's, for whoever has no other; ``asking`` says who asks and where. ``followers`` are
        further videos of the same request: all are accepted, or none.

        Raises:
            QuotaError: there is no room; nothing was written.
            NotAllowedError: not in this channel; nothing was written.
            AlreadyStartedError: the same wish was made a moment ago; no job was written.
            StaleError: its pending request was made already; nothing was written.
            StoreBusy: it could not be written in time, and will not be.
        """
        asking = asking or Admission(actor=Actor(user_id=job.user_id, guild_id=job.guild_id, channel_id=job.channel_id))

        def intent(connection: sqlite3.Connection) -> Accepted | None:
            now = self._clock()
            are_new = [idempotency.use(connection, key, now) for key in asking.keys]
            if not all(are_new):
                return None
            accepted = admission.accept(connection, (job, *followers), policy, asking, now)
            stories.place(connection, job, followers, now)
            return accepted

        with self.refusals.counting():
            accepted = await self._database.write(intent, name="accept", within=ANSWER_SECONDS)
        if accepted is None:
            raise AlreadyStartedError
        for written in accepted.jobs:
            self._tell(JobUpdate(before=None, after=written, why="asked for"))
        return accepted

    async def rehearse(self, job: Job, policy: Policy, asking: Admission) -> None:
        """Check as ``accept`` does whether there is room for a job; nothing is written.

        Raises:
            QuotaError: there is no room.
            NotAllowedError: not in this channel.
            StoreBusy: it could not be found out in time.
        """

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("SAVEPOINT rehearsal")
            admission.accept(connection, (job,), policy, asking, self._clock())
            connection.execute("ROLLBACK TO rehearsal")

        with self.refusals.counting():
            await self._database.write(intent, name="rehearse", within=ANSWER_SECONDS)

    async def move(
        self, job: Job, to: JobState, why: str, *, nothing_made: bool = False, **changes: Unpack[JobChanges]
    ) -> Job:
        """Move a job to another state, with its ledger entry and its line of history; the job as it is then.

        ``changes`` are fields that belong to the move (``generation_id`` with running, say). ``nothing_made`` says of
        an end that Oxen said that nothing was made: only then are the job's dollars given back.

        Raises:
            IllegalTransition: the table has no such move, or the job is no longer in ``job.state``.
        """
        return await self._move(job, to, why, changes, nothing_made=nothing_made)

    async def deliver(self, job: Job, why: str, message_id: int, **changes: Unpack[JobChanges]) -> Job:
        """Record that the video is where its user sees it: delivered, told and settled in one."""
        return await self._move(job, JobState.DELIVERED, why, {**changes, "outcome_message_id": message_id})

    async def send_again(self, job: Job, place_id: int) -> Job:
        """Have a video that no place took delivered to another place; the job as it is then. Its user waits.

        Raises:
            IllegalTransition: the job is no longer in ``job.state``.
            StoreBusy: it could not be written in time, and will not be.
        """
        changes = {"place_id": place_id, "outcome_place_id": None, "reason": None, "fetch_until": None}
        return await self._move(job, JobState.DELIVERING, "sent again", changes, within=ANSWER_SECONDS)

    async def intervene(
        self, job: Job, action: str, sentence: Text, to: JobState | None = None, **changes: Unpack[JobChanges]
    ) -> Job:
        """Move a job by an operator's hand, or (``None``) only note it, with its line in the audit of its server.

        Raises:
            IllegalTransition: the table has no such move, or the job is no longer in ``job.state``.
        """
        why = f"{action} by the operator"
        carried = self._with_card_phase(job, changes)
        moving = None if to is None else self._moving(job, to, why, carried)

        def intent(connection: sqlite3.Connection) -> Job:
            now = self._clock()
            guilds.audit(
                connection, job.guild_id, by=guilds.OPERATOR, action=f"operator {action}", sentence=sentence, now=now
            )
            if moving is not None:
                return moving(connection)
            jobs.append_history(connection, job.id, job.state, job.state, why, now)
            return jobs.known(connection, job.id)

        after = await self._database.write(intent, name=f"intervene {action}")
        if to is not None:
            self._written(JobUpdate(before=job, after=after, why=why), carried)
        return after

    async def change(self, job: Job, **changes: Unpack[JobChanges]) -> Job:
        """Record more about a job without moving it; the job as it is then."""
        name = " ".join(("change", *changes))
        carried = self._with_card_phase(job, changes)
        after = await self._database.write(lambda connection: jobs.change(connection, job, carried), name=name)
        self._written(JobUpdate(before=job, after=after), carried)
        return after

    async def keep_stills(self, job: Job, stills: Mapping[str, str]) -> Job:
        """Record where stills of a job's video are kept, by their columns; the job as it is then. It can wait a moment.

        Raises:
            StoreError: there is no such job any more.
        """
        carried = self._with_card_phase(job, stills)
        after = await self._database.write(
            lambda connection: jobs.change(connection, job, carried), name="keep stills", patience=_PATIENCE_SECONDS
        )
        self._written(JobUpdate(before=job, after=after), carried)
        return after

    async def wish_cancel(self, job_id: str, user_id: int) -> Job:
        """Record who first wanted a job cancelled, if it still can be; the job as it is then.

        Raises:
            StoreBusy: it could not be written in time, and will not be.
        """
        job = await self.find(job_id, within=ANSWER_SECONDS)
        if job is not None and (job.cancel_requested_by is not None or job.state not in CANCELLABLE):
            return job

        def intent(connection: sqlite3.Connection) -> Job:
            jobs.wish_cancel(connection, job_id, user_id)
            return jobs.known(connection, job_id)

        return await self._database.write(intent, name="wish cancel", within=ANSWER_SECONDS)

    async def note(self, job: Job, why: str) -> None:
        """Add a line to a job's history without moving it."""

        def intent(connection: sqlite3.Connection) -> None:
            jobs.append_history(connection, job.id, job.state, job.state, why, self._clock())

        await self._database.write(intent, name="note")

    async def find(self, job_id: str, *, within: float | None = None) -> Job | None:
        """A job by its id.

        Raises:
            StoreBusy: it did not come in time (``within``, in seconds: somebody waits for it).
        """
        return await self._database.read(lambda connection: jobs.find(connection, job_id), name="find", within=within)

    async def job(self, job_id: str) -> Job:
        """A job that is known to exist.

        Raises:
            StoreError: it does not.
        """
        return await self._database.read(lambda connection: jobs.known(connection, job_id), name="job")

    async def job_of_generation(self, generation_id: str) -> Job | None:
        """The job that a generation belongs to."""
        return next(iter(await self._jobs(jobs.BY_GENERATION, (generation_id,))), None)

    async def followers(self, job: Job) -> list[Job]:
        """The other videos of a job's request, which share its card and its thread."""
        return await self._jobs(jobs.FOLLOWERS, (job.id,))

    async def unfinished(self) -> list[Job]:
        """Every job that still has something to do or to tell, oldest first."""
        return await self._jobs(jobs.UNFINISHED)

    async def with_pending_messages(self) -> list[Job]:
        """Jobs that were told in the last day, but whose card does not say so, or whose second message is owed."""
        return await self._jobs(jobs.PENDING_MESSAGES, (to_millis(self._clock() - timedelta(days=1)),))

    async def in_state(self, state: JobState) -> list[Job]:
        """Every job in a state whose outcome was not told yet, oldest first."""
        return await self._jobs(jobs.IN_STATE, (state,))

    async def recent(self, user_id: int, guild_id: int, limit: int) -> list[Job]:
        """A user's latest jobs in a server (0: everywhere): those that no place took, then the newest."""
        return await self._jobs(*jobs.recent(user_id, guild_id, limit), within=ANSWER_SECONDS)

    async def last_in_place(self, place_id: int) -> Job | None:
        """The latest job that was talked about in a place."""
        return next(iter(await self._jobs(jobs.LAST_IN_PLACE, (place_id,), within=ANSWER_SECONDS)), None)

    async def _jobs(self, sql: str, parameters: tuple[object, ...] = (), *, within: float | None = None) -> list[Job]:
        def query(connection: sqlite3.Connection) -> list[Job]:
            return [jobs.job_from_row(row) for row in connection.execute(sql, parameters)]

        return await self._database.read(query, name="jobs", within=within)

    async def _move(
        self,
        job: Job,
        to: JobState,
        why: str,
        changes: Mapping[str, object],
        *,
        nothing_made: bool = False,
        within: float | None = None,
    ) -> Job:
        cause = sys.exception()  # whoever moves a job while handling an error does so because of it
        carried = self._with_card_phase(job, changes)
        moving = self._moving(job, to, why, carried, nothing_made=nothing_made)
        after = await self._database.write(moving, name=f"move {to}", within=within)
        self._written(JobUpdate(before=job, after=after, why=why, cause=cause), carried)
        return after

    def _with_card_phase(self, job: Job, changes: Mapping[str, object]) -> dict[str, object]:
        phase = self._card_phases.get(job.id)
        return dict(changes) if phase is None else {"card_phase": phase, **changes}

    def _written(self, update: JobUpdate, changes: Mapping[str, object]) -> None:
        self._forget_card_phases({update.after.id: changes.get("card_phase")})
        self._tell(update)

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

    def _moving(
        self, job: Job, to: JobState, why: str, changes: Mapping[str, object], *, nothing_made: bool = False
    ) -> Intent[Job]:
        """The intent to move a job."""
        if to not in TRANSITIONS[job.state]:
            raise IllegalTransition(f"job {job.id}: {job.state} does not go to {to} ({why})")

        def intent(connection: sqlite3.Connection) -> Job:
            now = self._clock()
            expected = _expected(connection, job, now) if to is JobState.RUNNING else {}
            moved = jobs.move(connection, job, to, now, {**expected, **changes})
            if moved is None:
                raise IllegalTransition(f"job {job.id} is no longer {job.state}, so it does not go to {to} ({why})")
            jobs.append_history(connection, job.id, job.state, to, why, now)
            ledger.resolve(connection, job.id, to, now)
            payments.resolve(connection, job.id, payment_entry(job.state, to, nothing_made=nothing_made), now)
            return moved

        return intent


def _expected(connection: sqlite3.Connection, job: Job, now: datetime) -> Mapping[str, object]:
    """When a job that Oxen takes now is done, by how long others took; nothing where too few are known."""
    usual = job_times.usual(connection, job)
    return {} if usual is None else {"done_about": now + usual.median, "slow_after": now + usual.slow}
