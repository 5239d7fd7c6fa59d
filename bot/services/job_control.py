"""Jobs by hand: what an operator does with one of them, whoever drove it until then."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final, Protocol

from bot.domain.job import Job, JobState
from bot.errors import CommandError, IllegalTransition, OxenError
from bot.oxen.client import OxenClient
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.wakeup import WakeUp
from bot.store.job_store import Store
from bot.text import Quote, Text, User, text, verbatim

_log = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 10.0
_MOVED: Final = "The video has moved on meanwhile, so nothing was changed. Look at it again."


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

    async def fail(self, job_id: str, reason: str) -> str:
        """End a job, give its seconds back, and have its user told the reason; what was done.

        Raises:
            CommandError: it cannot be; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.has_ended:
                raise CommandError(f"This video has ended already: it is {job.state}. Nothing was changed.")
            if job.state is JobState.DELIVERING:
                await self._check_unsent(job)
            end = JobState.EXPIRED if job.state is JobState.UNDELIVERABLE else JobState.FAILED
            told = Quote(reason)
            entry = text("audit.operator_failed", user=User(job.user_id), reason=told, made=job.request.media)
            await self._intervene(job, "fail", entry, end, reason=verbatim(told))
            done = f"Failed; its {job.counted_seconds} s were given back, and its user is told."
            return f"{done} {await self._cancel(job)}".strip()

    async def resend(self, job_id: str) -> str:
        """Deliver a video that no place took once more, where it was asked for; what was done.

        Raises:
            CommandError: there is none; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.state is not JobState.UNDELIVERABLE:
                why = f"Only a video that no place took can be sent again, and this one is {job.state}."
                raise CommandError(f"{why} Nothing was changed.")
            await self._intervene(
                job,
                "resend",
                text("audit.operator_resent", user=User(job.user_id), made=job.request.media),
                JobState.DELIVERING,
                outcome_place_id=None,
                reason=None,
                fetch_until=None,
            )
            return "It is being sent again."

    async def resume(self, job_id: str) -> str:
        """Drive a job anew from where it is, as a restart of the bot would; what was done.

        Raises:
            CommandError: there is nothing to drive; the sentence says why, and nothing was changed.
        """
        async with self._owner.taken(job_id):
            job = await self._known(job_id)
            if job.has_ended and job.is_told:
                raise CommandError(f"This video has ended: it is {job.state}, and its user was told.")
            if job.state is JobState.UNDELIVERABLE:
                raise CommandError("This video waits for its owner. To send it again: python -m bot resend JOB")
            entry = text("audit.operator_resumed", user=User(job.user_id), made=job.request.media)
            await self._intervene(job, "resume", entry, None)
            return f"It is taken up again from where it is: {job.state}."

    async def _known(self, job_id: str) -> Job:
        job = await self._store.find(job_id)
        if job is None:
            raise CommandError("This video is not known. After RETENTION_DAYS it is forgotten.")
        return job

    async def _check_unsent(self, job: Job) -> None:
        """See that a video was not sent already, and only its record is missing.

        Raises:
            CommandError: it was, or nobody can tell.
        """
        if job.outcome_place_id is None:
            return
        if self._deliverer is None:
            raise CommandError("This video may have been sent already; the bot finds out at its start. Start it first.")
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                sent = await self._deliverer.find_sent(job, WakeUp())
        except TimeoutError as error:
            why = "Discord does not say now whether this video was sent already. Nothing was changed; try again later."
            raise CommandError(why) from error
        if sent is not None:
            raise CommandError("This video was delivered: its message is there. It is recorded now.")

    async def _intervene(self, job: Job, action: str, sentence: Text, to: JobState | None, **changes: object) -> None:
        try:
            await self._store.intervene(job, action, sentence, to, **changes)
        except IllegalTransition as error:
            raise CommandError(_MOVED) from error

    async def _cancel(self, job: Job) -> str:
        """Have Oxen stop; what to say of it. A video that Oxen finishes all the same is withheld."""
        if job.state not in (JobState.SUBMITTING, JobState.RUNNING):
            return ""
        if job.generation_id is None or self._client is None:
            return "Oxen was not asked to stop, and may still make and charge it."
        try:
            await self._client.cancel(job.generation_id)
        except OxenError as error:
            _log.warning("Oxen could not be asked to stop (%s)", error, extra={"job": job.id})
            return "Oxen could not be asked to stop, and may still make and charge it."
        return "Oxen was asked to stop."
