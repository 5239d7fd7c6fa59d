"""Jobs by hand: what an operator does with one of them, whoever drove it until then."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final, Protocol, Unpack

from bot.domain.job import Job, JobChanges, JobState, state_name
from bot.errors import IllegalTransition, OxenError, RequestError
from bot.oxen.client import OxenClient
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.wakeup import WakeUp
from bot.store.job_store import Store
from bot.text import Quote, Text, User, text, verbatim

_log = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 10.0


class Ownership(Protocol):
    """Who drives jobs, and gives one away for a while."""

    def taken(self, job_id: str) -> AbstractAsyncContextManager[None]:
        """Stop driving a job; after the block it is driven again, from where it is then."""


class Unowned:
    """While no bot runs, nobody drives a job."""

    def taken(self, job_id: str) -> AbstractAsyncContextManager[None]:  # noqa: ARG002 - as in the protocol
        """Nothing has to be stopped."""
        return nullcontext()


class JobControl:
    """Fails, resends and resumes single jobs. Each of it is in the job's history and in the audit of its server.

    ``delivering`` and ``client`` reach Discord and Oxen; without them nothing outside is looked at or cancelled.
    """

    def __init__(
        self, store: Store, owner: Ownership, deliverer: JobDeliverer | None = None, client: OxenClient | None = None
    ) -> None:
        self._store = store
        self._owner = owner
        self._deliverer = deliverer
        self._client = client

    async def fail(self, job_id: str, reason: str) -> Text:
        """End a job, give its seconds back, and have its user told the reason; what was done.

        Raises:
            RequestError: it cannot be; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.has_ended:
                raise RequestError(text("operator.job.ended", state=state_name(job.state)))
            if job.state is JobState.DELIVERING:
                await self._check_unsent(job)
            end = JobState.EXPIRED if job.state is JobState.UNDELIVERABLE else JobState.FAILED
            told = Quote(reason)
            entry = text("audit.operator_failed", user=User(job.user_id), reason=told, made=job.request.media)
            await self._intervene(job, "fail", entry, end, reason=verbatim(told))
            return text(f"operator.job.failed.{await self._cancel(job)}", seconds=job.counted_seconds)

    async def resend(self, job_id: str) -> Text:
        """Deliver a video that no place took once more, where it was asked for; what was done.

        Raises:
            RequestError: there is none; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.state is not JobState.UNDELIVERABLE:
                raise RequestError(text("operator.job.not_undeliverable", state=state_name(job.state)))
            await self._intervene(
                job,
                "resend",
                text("audit.operator_resent", user=User(job.user_id), made=job.request.media),
                JobState.DELIVERING,
                outcome_place_id=None,
                reason=None,
                fetch_until=None,
            )
            return text("operator.job.resent")

    async def resume(self, job_id: str) -> Text:
        """Drive a job anew from where it is, as a restart of the bot would; what was done.

        Raises:
            RequestError: there is nothing to drive; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.has_ended and job.is_told:
                raise RequestError(text("operator.job.told", state=state_name(job.state)))
            if job.state is JobState.UNDELIVERABLE:
                raise RequestError(text("operator.job.waits_for_owner"))
            entry = text("audit.operator_resumed", user=User(job.user_id), made=job.request.media)
            await self._intervene(job, "resume", entry, None)
            return text("operator.job.resumed", state=state_name(job.state))

    async def _known(self, job_id: str) -> Job:
        job = await self._store.find(job_id)
        if job is None:
            raise RequestError(text("operator.job.unknown"))
        return job

    async def _check_unsent(self, job: Job) -> None:
        """See that a video was not sent already, and only its record is missing.

        Raises:
            RequestError: it was, or nobody can tell.
        """
        if job.outcome_place_id is None:
            return
        if self._deliverer is None:
            raise RequestError(text("operator.job.maybe_sent"))
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                sent = await self._deliverer.find_sent(job, WakeUp())
        except TimeoutError as error:
            raise RequestError(text("operator.job.unsure")) from error
        if sent is not None:
            raise RequestError(text("operator.job.sent"))

    async def _intervene(
        self, job: Job, action: str, sentence: Text, to: JobState | None, **changes: Unpack[JobChanges]
    ) -> None:
        try:
            await self._store.intervene(job, action, sentence, to, **changes)
        except IllegalTransition as error:
            raise RequestError(text("operator.job.moved")) from error

    async def _cancel(self, job: Job) -> str:
        """Have Oxen stop; how the key of the text ends that tells of it.

        A video that Oxen finishes all the same is withheld.
        """
        if job.state not in (JobState.SUBMITTING, JobState.RUNNING):
            return "alone"
        if job.generation_id is None or self._client is None:
            return "not_asked"
        try:
            await self._client.cancel(job.generation_id)
        except OxenError as error:
            _log.warning("Oxen could not be asked to stop (%s)", error, extra={"job": job.id})
            return "not_reached"
        return "stopped"
