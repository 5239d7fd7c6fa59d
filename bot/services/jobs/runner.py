"""The job runner: drives every job from where it is to where it must wait, one task a job at most.

A job that waits at Oxen has no task at all. It is driven when it is woken: it was accepted, an
event came, a sweep saw it end, somebody pressed Cancel, the process started.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from bot.domain.clock import Clock
from bot.domain.generation import Completion
from bot.domain.job import TOLD_NOWHERE, Job, JobState
from bot.errors import IllegalTransition, StoppingError
from bot.services.answer_turns import AnswerTurns
from bot.services.jobs.completion_inbox import CompletionInbox
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.enqueue import JobEnqueuer
from bot.services.jobs.poll import GenerationPoller
from bot.services.jobs.prepare import JobPreparer
from bot.services.jobs.status_cards import StatusCards
from bot.services.jobs.wakeup import WakeUp
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import text

_log = logging.getLogger(__name__)
_GIVE_UP_AFTER: Final = 5
"""So many unforeseen errors in a row end a job that Oxen does not have."""
_GIVE_UP_LATE_AFTER: Final = 2
"""So many end any job that is overdue: one may be a passing one, at the first start after a long time."""
_SHOWN_TRIES: Final = 10
"""For what a delivered job still owes: over some minutes."""
_NOT_AT_OXEN: Final = frozenset({JobState.ACCEPTED, JobState.PREPARED, JobState.DELIVERING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What can be done for a job, one service for each stretch of its way."""

    preparer: JobPreparer
    enqueuer: JobEnqueuer
    poller: GenerationPoller
    deliverer: JobDeliverer


@dataclass(slots=True)
class _ActiveJob:
    """What is known of a job that is driven.

    ``task`` is what drives it, once it has begun; ``is_taken`` says that somebody else owns it for now.
    ``job`` is its row where it was just written or read, so that it need not be read again; ``last`` is the last row
    that was seen of it, for a job that can no longer be read.
    """

    wakeup: WakeUp = field(default_factory=WakeUp)
    job: Job | None = None
    last: Job | None = None
    faults: int = 0
    task: asyncio.Task[None] | None = None
    is_taken: bool = False


class JobRunner:
    """Owns the tasks of all jobs that have something to do now. Every one of them ends, whatever its steps raise."""

    def __init__(
        self,
        store: Store,
        steps: Steps,
        cards: StatusCards,
        inbox: CompletionInbox,
        answer_turns: AnswerTurns,
        shutdown_guard: ShutdownGuard,
        timing: Timing,
        clock: Clock,
        *,
        job_timeout: int,
    ) -> None:
        self._store = store
        self._steps = steps
        self._cards = cards
        self._inbox = inbox
        self._answer_turns = answer_turns
        self._shutdown_guard = shutdown_guard
        self._timing = timing
        self._clock = clock
        self._overdue_after = timedelta(seconds=2 * job_timeout)
        self._active: dict[str, _ActiveJob] = {}
        self._new: asyncio.Queue[str] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._idle.set()

    def wake(
        self, job_id: str, completion: Completion | None = None, *, job: Job | None = None, is_fresh: bool = True
    ) -> None:
        """Have a job looked at soon.

        ``completion`` is what Oxen said of it, if it did; ``job`` is its row, where that is known, and ``is_fresh``
        says whether it was read or written just now.
        """
        active = self._active.get(job_id)
        if active is None:
            active = self._active[job_id] = _ActiveJob(job=job if is_fresh else None)
            self._idle.clear()
            self._new.put_nowait(job_id)
        active.last = job or active.last
        active.wakeup.wake(completion)

    def is_active(self, job_id: str) -> bool:
        """Whether a job is being driven now."""
        return job_id in self._active

    async def idle(self) -> None:
        """Wait until no job is driven, not even one that was delivered and is shown in more places."""
        await self._idle.wait()

    async def run(self) -> None:
        """Drive jobs until cancelled; those that are new begin when nobody waits to be let in."""
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    job_ids = [await self._new.get()]
                    await self._answer_turns.are_over()
                    while not self._new.empty():
                        job_ids.append(self._new.get_nowait())
                    for job_id in job_ids:
                        active = self._active.get(job_id)
                        if active is not None and active.task is None and not active.is_taken:
                            active.task = tasks.create_task(self._run_job(job_id, active), name=f"job-{job_id}")
        finally:  # nothing is driven any more: the next run, if there is one, hears of it from the sweep
            self._active.clear()
            self._idle.set()
            self._new = asyncio.Queue()

    @asynccontextmanager
    async def taken(self, job_id: str) -> AsyncIterator[None]:
        """Own a job: whatever drives it is stopped as a kill would, and after the block it is driven from where it is.

        What wakes it meanwhile is heard then.
        """
        before = self._active.get(job_id)
        mine = self._active[job_id] = _ActiveJob(is_taken=True)
        self._idle.clear()
        try:
            if before is not None and before.task is not None:
                before.task.cancel()
                await asyncio.wait({before.task})
            yield
        finally:
            if self._active.get(job_id) is mine:
                mine.is_taken = False
                mine.wakeup.wake()
                self._new.put_nowait(job_id)

    async def recover(self) -> int:
        """Take up every unfinished job where it was, and whatever does not show it yet; how many jobs there are.

        Jobs that merely wait at Oxen are left to the first sweep: one list call serves them all.
        """
        jobs = await self._store.unfinished()
        pending = await self._store.with_pending_messages()
        for job in (*jobs, *pending):
            if not job.has_ended or job.is_told:
                self._cards.show(job)
        for job in pending:
            if job.state is JobState.DELIVERED:
                self.wake(job.id, job=job)
        for job in jobs:
            if job.state is not JobState.RUNNING or job.cancel_requested_by is not None:
                self.wake(job.id, job=job)
        return len(jobs)

    async def _run_job(self, job_id: str, active: _ActiveJob) -> None:
        try:
            while active.wakeup.is_set:
                try:
                    await self._follow_through(job_id, active)
                except StoppingError:
                    break
                except Exception as fault:  # noqa: BLE001 - one job's fault must not end the others
                    await self._recover_from_fault(job_id, active, fault)
        finally:
            if self._active.get(job_id) is active:
                del self._active[job_id]
            if not self._active:
                self._idle.set()

    async def _follow_through(self, job_id: str, active: _ActiveJob) -> None:
        completion = active.wakeup.take()
        job, active.job = active.job or await self._store.find(job_id), None
        is_new = False
        while job is not None and not self._shutdown_guard.is_closed:
            active.last = job
            connections = self._inbox.connections
            after = await self._step(job, completion, active.wakeup, is_new=is_new)
            is_new = after is not None and after.state is not job.state
            if is_new and job.state is JobState.ACCEPTED and job.leader_id is None and job.request.count > 1:
                for follower in await self._store.followers(job):
                    self.wake(follower.id)
            if is_new:
                active.faults = 0
            if after is not None and after.generation_id is not None and after.state is JobState.RUNNING:
                completion = completion or self._inbox.take(after.generation_id)
                if completion is None and self._will_be_heard(job, after, connections):
                    return
            job = after
        if job is None:
            active.faults = 0

    def _will_be_heard(self, before: Job, after: Job, connections: int) -> bool:
        """Whether the end of a generation that was just started cannot be missed, so that it need not be looked at."""
        return (
            before.state is JobState.PREPARED
            and after.cancel_requested_by is None
            and connections == self._inbox.connections
        )

    async def _step(self, job: Job, completion: Completion | None, wakeup: WakeUp, *, is_new: bool) -> Job | None:
        """One step of a job, or ``None`` where there is nothing to do but wait.

        ``is_new`` says that it came to its state just now, in this run: nothing of that state was begun before.
        """
        steps = self._steps
        match job.state:
            case JobState.ACCEPTED:
                return await steps.preparer.prepare(job, wakeup)
            case JobState.PREPARED:
                return await steps.enqueuer.send(job, wakeup)
            case JobState.SUBMITTING:
                return await steps.enqueuer.resolve(job, wakeup)
            case JobState.RUNNING:
                return await steps.poller.look(job, completion, wakeup)
            case JobState.DELIVERING:
                return await steps.deliverer.deliver(job, wakeup, is_new=is_new)
            case JobState.DELIVERED:
                await self._show_more(job, wakeup)
                return None
            case JobState.FAILED | JobState.CANCELLED | JobState.EXPIRED if not job.is_told:
                return await steps.deliverer.announce_end(job, wakeup, is_new=is_new)
            case _:
                return None

    async def _show_more(self, job: Job, wakeup: WakeUp) -> None:
        """Show a job that was delivered where it still has to be shown; if Discord is away for long, the next start."""
        deliverer = self._steps.deliverer
        for delay in islice(self._timing.delays(), _SHOWN_TRIES):
            job = await deliverer.show_in_channel(job, is_new=False)
            if not deliverer.owes_more(job):
                return
            await wakeup.pause(delay)

    async def _recover_from_fault(self, job_id: str, active: _ActiveJob, fault: Exception) -> None:
        """An error that nobody foresaw: log it with an id, wait, try again; at last end the job."""
        error_id = secrets.token_hex(4)
        fields = {"job": job_id, "error_id": error_id}
        active.faults += 1
        if isinstance(fault, IllegalTransition) and active.faults == 1:  # it was moved meanwhile: look what it is now
            _log.info("A job was moved by somebody else (%s)", fault, extra=fields)
        else:
            _log.error("Unexpected error %s in a job", error_id, exc_info=fault, extra=fields)
        try:
            await self._give_up_if_due(job_id, active, error_id)
        except Exception:  # noqa: BLE001 - the database itself may be what fails (a full disk)
            _log.exception("The job could not even be failed; it is tried again", extra={"job": job_id})
        await active.wakeup.pause(self._timing.backoff.after(active.faults))
        active.wakeup.wake()

    async def _give_up_if_due(self, job_id: str, active: _ActiveJob, error_id: str) -> None:
        """End a job that failed so often, or is so late, that it will not end by itself."""
        if active.faults < _GIVE_UP_LATE_AFTER:
            return
        job = await self._last_known(job_id, active)
        if job is None:
            return
        often = active.faults >= _GIVE_UP_AFTER
        fields = {"job": job.id, "error_id": error_id}
        if job.has_ended and not job.is_told:
            if often or self._clock() - job.updated_at > self._overdue_after:
                _log.error("A job's end could not be told (error %s); it is left at that", error_id, extra=fields)
                active.job = await self._store.change(job, outcome_message_id=TOLD_NOWHERE)
        elif often and self._steps.deliverer.owes_more(job):
            _log.error(
                "A video could not be shown in its channel (error %s); it is left at that", error_id, extra=fields
            )
            active.job = await self._store.change(job, copy_message_id=None)
        elif (often and job.state in _NOT_AT_OXEN) or (not job.has_ended and self._is_overdue(job)):
            reason = text("reason.unexpected", error_id=error_id)
            active.job = await self._store.move(job, JobState.FAILED, f"unexpected error {error_id}", reason=reason)

    async def _last_known(self, job_id: str, active: _ActiveJob) -> Job | None:
        try:
            return await self._store.find(job_id)
        except Exception:
            if active.last is None:
                raise
            _log.exception("A job cannot be read; what was last known of it counts", extra={"job": job_id})
            return active.last

    def _is_overdue(self, job: Job) -> bool:
        """Whether it should have ended long ago, counted from when Oxen took it, or else from when it was asked for."""
        if job.state is JobState.UNDELIVERABLE:
            return False
        return self._clock() - (job.running_at or job.created_at) > self._overdue_after
