"""Enqueuing: asking Oxen for the video exactly once, although the answer can be lost.

``POST /queue`` has no idempotency key. So the intent is stored first; when the answer does not come,
the queue is searched for the job's own image URLs, and the request is sent again only after a grace
that is longer than the call's timeout has passed and a complete search has found nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.job import Job, JobState
from bot.domain.request import generation_request
from bot.errors import OxenBusy, OxenError, OxenRefused, OxenUncertain, OxenUnreachable
from bot.oxen.client import OxenClient
from bot.services.nudge import Nudge
from bot.services.pace import Pace
from bot.services.search import QueueSearch
from bot.services.shelter import Shelter
from bot.store.store import Store

_log = logging.getLogger(__name__)
_NO_KEY = "Oxen does not accept this bot's key. Please tell whoever runs the bot."
_NO_OXEN = "Oxen could not be reached for too long, so I gave up."
_UNSURE = "I could not find out whether Oxen took it, so I gave up rather than ask twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked for at Oxen, and for how long it is tried (seconds)."""

    model: str
    namespace: str | None
    job_timeout: int


class Enqueuing:
    """Takes a prepared job to running."""

    def __init__(
        self, store: Store, client: OxenClient, target: Target, shelter: Shelter, pace: Pace, clock: Clock
    ) -> None:
        self._store = store
        self._client = client
        self._search = QueueSearch(client)
        self._target = target
        self._shelter = shelter
        self._pace = pace
        self._clock = clock

    async def send(self, job: Job, nudge: Nudge) -> Job:
        """Ask Oxen, again and again while it is certain that nothing was started.

        The job comes back running, ended, or still submitting: then the answer was lost.
        """
        delays = self._pace.delays()
        while True:
            if job.cancel_requested_by is not None:
                return await self._store.move(job, JobState.CANCELLED, "cancelled before it was sent")
            if self._is_too_old(job):
                return await self._store.move(job, JobState.FAILED, "Oxen took nothing in time", reason=_NO_OXEN)
            try:
                return await self._post(job)
            except OxenBusy as error:
                wait = error.retry_after if error.retry_after is not None else next(delays)
            except OxenUnreachable:
                wait = next(delays)
            except OxenUncertain as error:
                _log.warning("The answer of Oxen was lost; looking for the generation", extra={"job": job.id})
                job = await self._store.job(job.id)
                await self._store.note(job, f"answer lost: {error}")
                return job
            await nudge.pause(wait)
            job = await self._store.job(job.id)

    async def resolve(self, job: Job, nudge: Nudge) -> Job:
        """Find out what became of a request whose answer was lost, and go on from there."""
        certain_from = (job.submitted_at or job.updated_at) + timedelta(seconds=self._pace.post_grace)
        delays = self._pace.delays()
        while True:
            begun = self._clock()
            try:
                found = await self._search.find(job)
            except OxenError as error:
                _log.warning("It is open whether Oxen has a request (%s)", error, extra={"job": job.id})
                if self._is_too_old(job):
                    why = f"could not search: {error}"
                    reason = _UNSURE if isinstance(error, OxenUncertain) else _NO_OXEN
                    return await self._store.move(job, JobState.FAILED, why, reason=reason)
                await nudge.pause(next(delays))
            else:
                if found is not None:
                    return await self._running(job, found, "found in Oxen's queue")
                if begun >= certain_from:
                    await self._store.note(job, "searched: Oxen never had it")
                    return await self.send(await self._store.job(job.id), nudge)
                await nudge.pause(self._pace.search_every)

    async def _post(self, job: Job) -> Job:
        request = job.generation_request or generation_request(
            job.request, job.urls, model=self._target.model, namespace=self._target.namespace
        )
        async with self._shelter.hold():
            job = await self._store.move(
                job,
                JobState.SUBMITTING,
                "about to ask Oxen",
                generation_request=request,
                submitted_at=self._clock(),
                submit_attempts=job.submit_attempts + 1,
            )
            try:
                generation_id = await self._client.enqueue(request)
            except OxenRefused as error:
                _log.warning("Oxen refused a request: %s", error, extra={"job": job.id})
                reason = _NO_KEY if error.status in (401, 403) else f"Oxen refused it: {error.reason}"
                return await self._store.move(job, JobState.FAILED, str(error), reason=reason)
            return await self._running(job, generation_id, "Oxen took it")

    async def _running(self, job: Job, generation_id: str, why: str) -> Job:
        return await self._store.move(job, JobState.RUNNING, why, generation_id=generation_id, running_at=self._clock())

    def _is_too_old(self, job: Job) -> bool:
        return self._clock() - job.created_at > timedelta(seconds=self._target.job_timeout)
