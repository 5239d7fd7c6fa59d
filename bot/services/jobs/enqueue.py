"""Enqueuing: asking Oxen for the video exactly once, although the answer can be lost.

``POST /queue`` has no idempotency key. So the intent is stored first, with the time until which the request may take
effect: an attempt ends with the client's timeout, and may land for a grace after its end. When the answer does not
come, the queue is searched for the job's own image URLs again and again. The request is sent again only after several
complete searches have found nothing, the last of them begun when it could not land any more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.generation import GenerationRequest
from bot.domain.job import Job, JobState
from bot.domain.request import check_request, generation_request
from bot.errors import (
    OxenBusy,
    OxenError,
    OxenRefused,
    OxenUncertain,
    OxenUnreachable,
    RequestError,
    StoreError,
)
from bot.oxen.client import OxenClient
from bot.services.jobs.failure_reasons import failure_reason, verdict_of
from bot.services.jobs.queue_search import QueueSearch
from bot.services.jobs.wakeup import WakeUp
from bot.services.models import Models
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.credit import CreditMonitor
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import Text, text

_log = logging.getLogger(__name__)
_NO_CREDIT: Final = 402
_NO_OXEN = text("reason.oxen_unreachable")
_UNSURE = text("reason.unconfirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who pays at Oxen, and for how long it is tried (seconds)."""

    namespace: str | None
    job_timeout: int


class JobEnqueuer:
    """Takes a prepared job to running."""

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        target: Target,
        models: Models,
        credit: CreditMonitor,
        shutdown_guard: ShutdownGuard,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._client = client
        self._search = QueueSearch(client, lambda generation_id, job: self._is_anothers(job, generation_id))
        self._target = target
        self._models = models
        self._credit = credit
        self._shutdown_guard = shutdown_guard
        self._timing = timing
        self._clock = clock

    async def send(self, job: Job, wakeup: WakeUp) -> Job:
        """Ask Oxen, again and again while it is certain that nothing was started.

        The job comes back running, ended, or still submitting: then it is open whether Oxen has it.
        """
        delays = self._timing.delays()
        while True:
            if job.cancel_requested_by is not None:
                return await self._store.move(
                    job, JobState.CANCELLED, "cancelled before it was sent", nothing_made=True
                )
            if self._is_too_old(job):
                return await self._store.move(
                    job, JobState.FAILED, "Oxen took nothing in time", nothing_made=True, reason=_NO_OXEN
                )
            try:
                if job.may_have_gone_out:
                    return await self._doubt(job)
                return await self._post(job, wakeup)
            except OxenBusy as error:
                wait = error.retry_after if error.retry_after is not None else next(delays)
            except OxenUnreachable:
                wait = next(delays)
            except OxenUncertain as error:
                return await self._answer_lost(await self._store.job(job.id), error)
            await wakeup.pause(wait)
            job = await self._store.job(job.id)

    async def resolve(self, job: Job, wakeup: WakeUp) -> Job:
        """Find out what became of a request whose answer was lost, and go on from there."""
        certain_from = job.may_land_until or job.updated_at + self._attempt + self._grace(is_settled=False)
        pauses, delays = self._timing.search_pauses(), self._timing.delays()
        searches = 0
        while True:
            begun = self._clock()
            try:
                found = await self._search.find(job)
                if found is not None and await self._is_anothers(job, found):
                    raise OxenUncertain(f"what looks like this job's generation is another job's ({found})")
            except OxenError as error:
                _log.warning("It is open whether Oxen has a request (%s)", error, extra={"job": job.id})
                if self._is_too_old(job) and begun >= certain_from:
                    why = f"could not search: {error}"
                    reason = _UNSURE if isinstance(error, OxenUncertain) else _NO_OXEN
                    return await self._store.move(job, JobState.FAILED, why, reason=reason)
                await wakeup.pause(next(delays))
                continue
            if found is not None:
                return await self._running(job, found, "found in Oxen's queue", wakeup)
            searches += 1
            if begun >= certain_from and searches >= self._timing.least_searches:
                return await self._nowhere(job, wakeup)
            await wakeup.pause(self._until_next_search(next(pauses), begun, certain_from))

    async def _nowhere(self, job: Job, wakeup: WakeUp) -> Job:
        """Go on with a job that Oxen does not have and cannot get any more."""
        job = await self._store.job(job.id)
        if self._is_too_old(job) and job.cancel_requested_by is None:
            return await self._store.move(
                job, JobState.FAILED, "Oxen does not have it", nothing_made=True, reason=_UNSURE
            )
        await self._store.note(job, "searched: Oxen never had it")
        return await self.send(job, wakeup)

    async def _doubt(self, job: Job) -> Job:
        """Have a job of a restored database looked for at Oxen before anything is sent."""
        try:
            request = self._request(job)
        except RequestError as error:
            return await self._unsendable(job, error)
        why = "the database was restored: it may be at Oxen"
        return await self._store.move(
            job, JobState.SUBMITTING, why, generation_request=request, submitted_at=job.created_at
        )

    async def _unsendable(self, job: Job, error: RequestError) -> Job:
        """End a job whose model is another one than when it was accepted."""
        why = f"no request for its model: {error}"
        return await self._store.move(job, JobState.FAILED, why, nothing_made=True, reason=error.sentence)

    async def _post(self, job: Job, wakeup: WakeUp) -> Job:
        try:
            request = job.generation_request or self._request(job)
        except RequestError as error:
            return await self._unsendable(job, error)
        async with self._shutdown_guard.hold():
            now = self._clock()
            job = await self._store.move(
                job,
                JobState.SUBMITTING,
                "about to ask Oxen",
                generation_request=request,
                submitted_at=now,
                submit_attempts=job.submit_attempts + 1,
                may_land_until=now + self._attempt + self._grace(is_settled=False),
            )
            try:
                generation_id = await self._client.enqueue(request)
            except OxenRefused as error:
                _log.warning("Oxen refused a request: %s", error, extra={"job": job.id})
                if error.status == _NO_CREDIT:
                    await self._credit.refused()
                return await self._store.move(
                    job,
                    JobState.FAILED,
                    str(error),
                    nothing_made=True,
                    reason=_refusal(job, error),
                    verdict=verdict_of(error.reason) or job.verdict,
                )
            try:
                running = await self._store.move(
                    job, JobState.RUNNING, "Oxen took it", generation_id=generation_id, running_at=self._clock()
                )
            except StoreError as error:
                _log.error("Oxen took a request, but that was not written (%s)", error, extra={"job": job.id})
            else:
                await self._credit.accepted()
                return running
        return await self._running(job, generation_id, "Oxen took it", wakeup)

    def _request(self, job: Job) -> GenerationRequest:
        """What is sent to Oxen: checked once more, for since the job was accepted its model may have changed.

        Raises:
            RequestError: its model is gone, or does not take it any more.
        """
        model = self._models.find(job.model, job.request.media)
        check_request(job.request, model)
        return generation_request(job.request, model, job.urls, namespace=self._target.namespace)

    async def _answer_lost(self, job: Job, error: OxenUncertain) -> Job:
        """Write down from when on it is certain whether a request has landed; it may have ended meanwhile."""
        _log.warning("The answer of Oxen was lost; looking for the generation", extra={"job": job.id})
        if job.state is not JobState.SUBMITTING:
            return job
        until = self._clock() + self._grace(is_settled=error.is_settled)
        return await self._store.move(job, JobState.SUBMITTING, f"answer lost: {error}", may_land_until=until)

    async def _running(self, job: Job, generation_id: str, why: str, wakeup: WakeUp) -> Job:
        """Write down that Oxen has it, however long the database refuses: asking again would be paid twice.

        Since when Oxen has it is not known then.
        """
        delays = self._timing.delays()
        while True:
            try:
                job = await self._store.job(job.id)
                if job.state is not JobState.SUBMITTING:
                    return job
                if await self._is_anothers(job, generation_id):
                    return await self._not_again(job, generation_id)
                return await self._store.move(job, JobState.RUNNING, why, generation_id=generation_id)
            except StoreError as error:
                _log.error("It could not be written that Oxen has a job (%s)", error, extra={"job": job.id})
            await wakeup.pause(next(delays))

    async def _not_again(self, job: Job, generation_id: str) -> Job:
        """Oxen took it, but named another job's generation: it is searched for to its limit, and never sent again."""
        _log.error("Oxen gave a request the id of another job's (%s)", generation_id, extra={"job": job.id})
        until = max(job.may_land_until or self._clock(), job.created_at + self._longest)
        why = f"Oxen named another job's generation: {generation_id}"
        return await self._store.move(job, JobState.SUBMITTING, why, may_land_until=until)

    async def _is_anothers(self, job: Job, generation_id: str) -> bool:
        owner = await self._store.job_of_generation(generation_id)
        return owner is not None and owner.id != job.id

    def _until_next_search(self, pause: float, begun: datetime, certain_from: datetime) -> float:
        """The pause, shortened so that a search begins when it is certain."""
        left = (certain_from - begun).total_seconds()
        return min(pause, left) if left > 0 else self._timing.search_every

    def _grace(self, *, is_settled: bool) -> timedelta:
        return timedelta(seconds=self._timing.settled_grace if is_settled else self._timing.landing_grace)

    @property
    def _attempt(self) -> timedelta:
        return timedelta(seconds=self._client.timeout_seconds)

    @property
    def _longest(self) -> timedelta:
        return timedelta(seconds=self._target.job_timeout)

    def _is_too_old(self, job: Job) -> bool:
        return self._clock() - job.created_at >= self._longest


def _refusal(job: Job, error: OxenRefused) -> Text:
    """What is told of a refusal: nothing was started."""
    match error.status:
        case 401 | 403:
            return text("reason.key_rejected")
        case status if status == _NO_CREDIT:
            return text("reason.out_of_credit")
        case _:
            return failure_reason(job, error.reason, is_refusal=True)
