"""Reconciling: no end is missed, by the stream, by a look at the queue after every connect, by a slow sweep of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.generation import Completion, GenerationStatus
from bot.domain.job import Job, JobState
from bot.errors import OxenError, StoreError
from bot.oxen.client import OxenClient
from bot.oxen.queue_rows import QueueRows
from bot.services.jobs.completion_inbox import CompletionInbox
from bot.services.jobs.runner import JobRunner
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import text

_log = logging.getLogger(__name__)


class Reconciler:
    """Tells the job runner which running jobs have ended. It costs one list call a model and namespace."""

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        runner: JobRunner,
        inbox: CompletionInbox,
        timing: Timing,
        clock: Clock,
        *,
        job_timeout: int,
        reconcile_seconds: float,
    ) -> None:
        self._store = store
        self._client = client
        self._runner = runner
        self._inbox = inbox
        self._timing = timing
        self._clock = clock
        self._job_timeout = timedelta(seconds=job_timeout)
        self._reconcile_seconds = reconcile_seconds
        self.sweeps = 0
        """How many times everything in the making was compared with Oxen's queue."""
        self.missed = 0
        """How many jobs were woken because Oxen's queue no longer had them: what the stream had not told yet."""
        self._begun: set[str] = set()
        self._observers: list[Callable[[Job, datetime], None]] = []
        self._ahead: dict[str, int] = {}
        self._wait_observers: list[Callable[[Job, int | None], None]] = []

    def observe_start(self, observer: Callable[[Job, datetime], None]) -> None:
        """Have an observer told when a sweep first sees that Oxen makes a job's video, and since when."""
        self._observers.append(observer)

    def observe_wait(self, observer: Callable[[Job, int | None], None]) -> None:
        """Have an observer told how many of ours Oxen will begin before a job's video; ``None``: it has begun it.

        It is told what changed since the last sweep.
        """
        self._wait_observers.append(observer)

    async def receive_completion(self, completion: Completion) -> None:
        """Take a completion event: ours or not, first or again, in time or too late."""
        self._inbox.put(completion)
        job = await self._store.job_of_generation(completion.generation_id)
        if job is None:
            return
        self._inbox.take(completion.generation_id)
        if job.state is JobState.RUNNING:
            self._runner.wake(job.id, completion, job=job)
        elif job.has_ended and job.state is not JobState.DELIVERED and completion.status is GenerationStatus.SUCCEEDED:
            _log.warning("Oxen finished a video after its job was released; it is withheld", extra={"job": job.id})
            await self._store.note(job, "Oxen finished it after its release: withheld")

    async def connected(self) -> None:
        """Look for what ended while the stream had no connection."""
        self._inbox.connected()
        await self.reconcile()

    async def reconcile(self) -> None:
        """Wake every running job that is no longer active at Oxen, or has run for too long.

        Jobs that nobody drives although they should be (an error came between) are woken as well.
        """
        unfinished = await self._store.unfinished()
        self.sweeps += 1
        for job in unfinished:
            if not self._runner.is_active(job.id) and self._is_left_behind(job):
                self._runner.wake(job.id, job=job)
        running = [job for job in unfinished if job.state is JobState.RUNNING]
        ids = {job.id for job in running}
        self._begun &= ids
        self._ahead = {job_id: ahead for job_id, ahead in self._ahead.items() if job_id in ids}
        sent = [(job.generation_request, job) for job in running if job.generation_request is not None]
        for model, namespace in {(request.model, request.target_namespace) for request, _ in sent}:
            there = [job for of, job in sent if (of.model, of.target_namespace) == (model, namespace)]
            await self._sweep_queue(model, namespace, there)
        for job in await self._store.in_state(JobState.UNDELIVERABLE):
            if self._clock() - job.updated_at > self._timing.keep_undeliverable:
                made = job.request.media
                reason = text("reason.never_opened" if job.reason else "reason.never_posted", made=made)
                await self._store.move(job, JobState.EXPIRED, "kept for too long", reason=reason)
                self._runner.wake(job.id)

    def _is_left_behind(self, job: Job) -> bool:
        if job.state is JobState.RUNNING:
            return job.cancel_requested_by is not None or self._ran_too_long(job)
        return self._clock() - job.updated_at > timedelta(seconds=self._reconcile_seconds)

    def _ran_too_long(self, job: Job) -> bool:
        return self._clock() - job.taken_at > self._job_timeout

    async def _sweep_queue(self, model: str, namespace: str | None, running: list[Job]) -> None:
        try:
            listed = await self._client.generations(model=model, namespace=namespace)
            active = {row.id for row in listed.rows}
            self._note_begun(running, listed)
            self._note_waiting(running, listed)
        except OxenError as error:
            _log.warning("Oxen's queue could not be read (%s); the next sweep will", error)
            active = {job.generation_id for job in running}
        for job in running:
            if job.generation_id not in active:
                self.missed += 1
                self._runner.wake(job.id, job=job, is_fresh=False)

    def _note_begun(self, running: Sequence[Job], listed: QueueRows) -> None:
        begun = {row.id: row.started_at for row in listed.rows}
        for job in running:
            at = begun.get(job.generation_id)
            if at is None or job.id in self._begun:
                continue
            self._begun.add(job.id)
            for observer in self._observers:
                observer(job, datetime.fromtimestamp(at, UTC))

    def _note_waiting(self, running: Sequence[Job], listed: QueueRows) -> None:
        """Tell of each job that waits for long how many of ours are before it, put into the queue sooner."""
        rows = {row.id: row for row in listed.rows if row.waits}
        waiting = [(row.enqueued_at or 0.0, job) for job in running if (row := rows.get(job.generation_id))]
        order = {job.id: place for place, (_, job) in enumerate(sorted(waiting, key=lambda one: one[0]))}
        told_from = self._clock() - timedelta(seconds=self._timing.queue_told_after)
        for job in running:
            ahead = order.get(job.id) if job.taken_at <= told_from else None
            if ahead == self._ahead.get(job.id):
                continue
            if ahead is None:
                del self._ahead[job.id]
            else:
                self._ahead[job.id] = ahead
            for observer in self._wait_observers:
                observer(job, ahead)

    async def run(self) -> None:
        """Sweep every so often, until cancelled."""
        while True:
            await asyncio.sleep(self._reconcile_seconds)
            try:
                await self.reconcile()
            except StoreError as error:
                _log.error("A sweep failed (%s); the next one looks again", error)
