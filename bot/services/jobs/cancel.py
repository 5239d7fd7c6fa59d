"""Cancelling: a wish that is written down at once, and carried out by whoever drives the job."""

from __future__ import annotations

from bot.domain.job import CANCELLABLE, Job, JobState
from bot.errors import NotAllowedError, RequestError
from bot.services.jobs.runner import JobRunner
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store


class JobCanceller:
    """Takes the wish to cancel a job, from its owner or from a moderator."""

    def __init__(self, store: Store, runner: JobRunner) -> None:
        self._store = store
        self._runner = runner

    async def cancel(self, job_id: str, *, user_id: int, is_moderator: bool) -> Job:
        """Write the wish down and have it carried out.

        Raises:
            NotAllowedError: it is somebody else's job.
            RequestError: there is nothing to cancel any more; the sentence says why.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None:
            raise RequestError("I don't know this video any more, so there is nothing to cancel.")
        if user_id != job.user_id and not is_moderator:
            raise NotAllowedError(
                f"Only <@{job.user_id}> and members with Manage Messages can cancel this. Nothing was changed."
            )
        job = await self._store.wish_cancel(job.id, user_id)
        if job.state not in CANCELLABLE:
            raise RequestError(_too_late(job))
        self._runner.wake(job.id)
        return job


def _too_late(job: Job) -> str:
    match job.state:
        case JobState.DELIVERING:
            return "It is finished and on its way to you, so it can't be cancelled any more."
        case JobState.DELIVERED:
            return "It is finished already, so there is nothing to cancel. Its seconds stay used."
        case JobState.UNDELIVERABLE if job.reason:
            return f"{job.reason} Its owner can have it sent again with /jobs."
        case JobState.UNDELIVERABLE:
            return "It is finished, but no place took it. Its owner can have it sent again with /jobs."
        case JobState.CANCELLED:
            return "It was cancelled already. You were not charged."
        case _:
            return "It ended already without a video. You were not charged."
