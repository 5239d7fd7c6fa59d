"""Following: what becomes of a generation that Oxen has."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.generation import Completion, Generation, GenerationStatus
from bot.domain.job import Job, JobState
from bot.errors import OxenError, OxenNotFound
from bot.oxen.client import OxenClient
from bot.services.nudge import Nudge
from bot.services.pace import Pace
from bot.store.store import Store

_log = logging.getLogger(__name__)
_VANISHED = "Oxen no longer knows this video."


class Following:
    """Takes a running job to its end at Oxen, when told to look."""

    def __init__(self, store: Store, client: OxenClient, job_timeout: int, pace: Pace, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._job_timeout = timedelta(seconds=job_timeout)
        self._pace = pace
        self._clock = clock

    async def look(self, job: Job, completion: Completion | None, nudge: Nudge) -> Job | None:
        """Move the job on if its generation ended, or has to be; ``None`` while it goes on."""
        assert job.generation_id is not None
        if completion is not None:
            nudge.result_url = completion.url
            return await self._conclude(job, completion.status, completion.error)
        if job.cancel_requested_by is not None or self._ran_for(job) > self._job_timeout:
            return await self._stop(job, nudge)
        try:
            generation = await self._client.generation(job.generation_id)
        except OxenNotFound:
            return await self._store.move(job, JobState.FAILED, "its row is gone (404)", reason=_VANISHED)
        except OxenError as error:
            _log.info("Could not look at a generation (%s); the next sweep will", error, extra={"job": job.id})
            return None
        return None if generation.status.is_active else await self._conclude_as_read(job, generation, nudge)

    async def _conclude_as_read(self, job: Job, generation: Generation, nudge: Nudge) -> Job:
        nudge.result_url = generation.result_url
        return await self._conclude(job, generation.status, generation.error_message)

    async def _conclude(self, job: Job, status: GenerationStatus, error: str | None) -> Job:
        if status is GenerationStatus.SUCCEEDED:
            place = job.place_id or job.channel_id  # where it is sent first is claimed with it
            return await self._store.move(job, JobState.DELIVERING, "Oxen finished it", outcome_place_id=place)
        if status is GenerationStatus.FAILED:
            reason = f"Oxen could not make it: {error}" if error else "Oxen could not make it, and did not say why."
            return await self._store.move(job, JobState.FAILED, "Oxen failed it", reason=reason)
        return await self._cancelled(job)

    async def _cancelled(self, job: Job) -> Job:
        if job.cancel_requested_by is not None:
            return await self._store.move(job, JobState.CANCELLED, f"cancelled by {job.cancel_requested_by}")
        if self._ran_for(job) > self._job_timeout:
            minutes = max(1, round(self._job_timeout.total_seconds() / 60))
            reason = f"It was not done after {minutes} min, so I stopped it."
            return await self._store.move(job, JobState.FAILED, "took too long", reason=reason)
        return await self._store.move(
            job, JobState.CANCELLED, "cancelled at Oxen", reason="It was cancelled at Oxen, outside of Discord."
        )

    async def _stop(self, job: Job, nudge: Nudge) -> Job:
        """Cancel at Oxen, then go by what Oxen says: a video that was finished first is delivered."""
        assert job.generation_id is not None
        polls = 0
        delays = self._pace.delays()
        while True:
            try:
                await self._client.cancel(job.generation_id)
                generation = await self._client.generation(job.generation_id)
            except OxenNotFound:
                return await self._cancelled(job)
            except OxenError as error:
                if self._ran_for(job) > 2 * self._job_timeout:
                    reason = "It took too long, and Oxen could not be reached to stop it."
                    return await self._store.move(job, JobState.FAILED, f"could not stop it: {error}", reason=reason)
                await nudge.pause(next(delays))
                continue
            if not generation.status.is_active:
                return await self._conclude_as_read(job, generation, nudge)
            polls += 1
            if polls >= self._pace.stop_polls:
                return await self._cancelled(job)
            await nudge.pause(self._pace.stop_every)

    def _ran_for(self, job: Job) -> timedelta:
        return self._clock() - (job.running_at or job.updated_at)
