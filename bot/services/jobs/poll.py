"""Polling: what becomes of a generation that Oxen has.

What Oxen says in words of its own decides: a row that succeeded, failed or was cancelled as asked is believed at once.
What it merely denies (no such row, a cancel that nobody asked for, an event that its row does not bear out) is believed
once it is confirmed (``bot.services.jobs.confirm``); the job waits meanwhile, and a success at any time wins.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.generation import Completion, Generation, GenerationStatus
from bot.domain.job import Job, JobState, Phase
from bot.errors import OxenError, OxenNotFound
from bot.oxen.client import OxenClient
from bot.oxen.provider_errors import ProviderErrorKind, read_provider_error
from bot.services.jobs.confirm import Confirmations, Denial
from bot.services.jobs.failure_reasons import failure_reason, verdict_of
from bot.services.jobs.status_cards import StatusCards
from bot.services.jobs.wakeup import WakeUp
from bot.services.spending.credit import CreditMonitor
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import text

_log = logging.getLogger(__name__)
_LOGGED_CHARS = 300
_UNREACHED = text("reason.cancel_unreachable")
_UNSTOPPED = text("reason.cancel_unconfirmed")


class GenerationPoller:
    """Takes a running job to its end at Oxen, when told to look."""

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        confirmations: Confirmations,
        cards: StatusCards,
        credit: CreditMonitor,
        job_timeout: int,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._client = client
        self._confirmations = confirmations
        self._cards = cards
        self._credit = credit
        self._job_timeout = timedelta(seconds=job_timeout)
        self._timing = timing
        self._clock = clock

    async def look(self, job: Job, completion: Completion | None, wakeup: WakeUp) -> Job | None:
        """Move the job on if its generation ended, or has to be; ``None`` while it goes on."""
        while True:
            if completion is not None and completion.status is GenerationStatus.SUCCEEDED:
                return await self._succeeded(job, completion.url, wakeup)
            if job.cancel_requested_by is not None or self._ran_for(job) > self._job_timeout:
                return await self._stop(job, wakeup)
            denial: Denial | None = None if completion is None else Denial.FAILED
            try:
                generation = await self._generation(job)
            except OxenNotFound:
                denial = Denial.GONE
            except OxenError as error:
                _log.info("Could not look at a generation (%s); the next sweep will", error, extra={"job": job.id})
            else:
                if generation.status is GenerationStatus.CANCELLED:
                    denial = Denial.CANCELLED
                elif not generation.status.is_active:
                    return await self._conclude(job, generation, wakeup, completion)
            if denial is None:
                return None
            if self._confirmations.deny(job.id, denial):
                return await self._believe(job, denial, completion)
            _log.info("Oxen denies a generation (%s); looking again", denial, extra={"job": job.id})
            await wakeup.pause(self._confirmations.pause)
            completion = wakeup.take() or completion
            job = await self._store.job(job.id)
            if job.state is not JobState.RUNNING:
                return job

    async def _generation(self, job: Job) -> Generation:
        """The row of a job's generation, which takes back what was denied before."""
        assert job.generation_id is not None
        generation = await self._client.generation(job.generation_id)
        self._confirmations.withdraw(job.id, Denial.GONE)
        if generation.status is not GenerationStatus.CANCELLED:
            self._confirmations.withdraw(job.id, Denial.CANCELLED)
        return generation

    async def _believe(self, job: Job, denial: Denial, completion: Completion | None) -> Job:
        self._confirmations.withdraw(job.id)
        if denial is Denial.GONE:
            reason = text("reason.oxen_lost_it", made=job.request.media)
            return await self._store.move(job, JobState.FAILED, "its row is gone (404)", reason=reason)
        if denial is Denial.CANCELLED:
            return await self._cancelled(job)
        return await self._failed(job, None if completion is None else completion.error)

    async def _conclude(
        self, job: Job, generation: Generation, wakeup: WakeUp, completion: Completion | None = None
    ) -> Job:
        """End a job by what the row of its generation says; an event may know more of the error."""
        if generation.status is GenerationStatus.SUCCEEDED:
            return await self._succeeded(job, generation.result_url, wakeup)
        if generation.status is GenerationStatus.FAILED:
            told = completion.error if completion is not None else None
            return await self._failed(job, generation.error_message or told)
        return await self._cancelled(job, nothing_made=generation.was_never_started)

    async def _succeeded(self, job: Job, result_url: str | None, wakeup: WakeUp) -> Job:
        self._confirmations.withdraw(job.id)
        wakeup.result_url = result_url
        place = job.place_id or job.channel_id  # where it is sent first is claimed with it
        await self._credit.succeeded()
        return await self._store.move(job, JobState.DELIVERING, "Oxen finished it", outcome_place_id=place)

    async def _failed(self, job: Job, error: str | None) -> Job:
        _log.info("Oxen failed a video: %s", (error or "no reason")[:_LOGGED_CHARS], extra={"job": job.id})
        if error and read_provider_error(error).kind is ProviderErrorKind.NO_CREDIT:
            await self._credit.failed()
        return await self._store.move(
            job,
            JobState.FAILED,
            "Oxen failed it",
            nothing_made=True,
            reason=failure_reason(job, error),
            verdict=verdict_of(error) or job.verdict,
        )

    async def _cancelled(self, job: Job, *, nothing_made: bool = False) -> Job:
        """End a job that Oxen stopped; what had begun to be made by then is paid for."""
        if job.cancel_requested_by is not None:
            why = f"cancelled by {job.cancel_requested_by}"
            return await self._store.move(job, JobState.CANCELLED, why, nothing_made=nothing_made)
        if self._ran_for(job) > self._job_timeout:
            minutes = max(1, round(self._job_timeout.total_seconds() / 60))
            reason = text("reason.timed_out", minutes=minutes)
            return await self._store.move(
                job, JobState.FAILED, "took too long", nothing_made=nothing_made, reason=reason
            )
        return await self._store.move(
            job,
            JobState.CANCELLED,
            "cancelled at Oxen",
            nothing_made=nothing_made,
            reason=text("reason.canceled_at_oxen"),
        )

    async def _stop(self, job: Job, wakeup: WakeUp) -> Job:
        """Cancel at Oxen until Oxen says that it has stopped: a video that was finished first is delivered.

        What Oxen goes on listing as active goes on, and is paid for, whatever it answered to the cancel. So that is
        waited for, until twice the job's time is over.
        """
        delays = self._timing.delays()
        polls = 0
        longest = 2 * self._job_timeout
        is_late = self._ran_for(job) > longest  # the bot was away: one answer is not enough
        while True:
            reason = _UNSTOPPED
            try:
                generation = await self._cancel(job)
            except OxenNotFound:
                if self._confirmations.deny(job.id, Denial.GONE):
                    self._confirmations.withdraw(job.id)
                    return await self._cancelled(job)
            except OxenError as error:
                _log.info("A generation could not be stopped yet (%s)", error, extra={"job": job.id})
                reason = _UNREACHED
            else:
                if not generation.status.is_active:
                    return await self._conclude(job, generation, wakeup)
            is_over = self._ran_for(job) > longest
            if is_over and (not is_late or self._confirmations.deny(job.id, Denial.STOPPED)):
                self._confirmations.withdraw(job.id)
                return await self._store.move(job, JobState.FAILED, "could not stop it", reason=reason)
            polls += 1
            if polls == self._timing.stop_polls:
                self._cards.show(job, Phase.CANCELLING)
            await wakeup.pause(self._timing.stop_every if polls < self._timing.stop_polls else next(delays))
            completion = wakeup.take()
            if completion is not None and completion.status is GenerationStatus.SUCCEEDED:
                return await self._succeeded(job, completion.url, wakeup)

    async def _cancel(self, job: Job) -> Generation:
        """Ask Oxen to cancel a job's generation; the row as it is then.

        Raises:
            OxenNotFound: Oxen does not know it, to the cancel and to the look.
            OxenError: it could not be asked.
        """
        assert job.generation_id is not None
        try:
            await self._client.cancel(job.generation_id)
        except OxenNotFound as error:
            _log.info("Oxen knows nothing to cancel (%s)", error, extra={"job": job.id})
        return await self._generation(job)

    def _ran_for(self, job: Job) -> timedelta:
        return self._clock() - job.taken_at
