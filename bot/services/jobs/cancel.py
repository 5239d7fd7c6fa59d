"""Cancelling: a wish that is written down at once, and carried out by whoever drives the job."""

from __future__ import annotations

from bot.domain.job import CANCELLABLE, Job, JobState
from bot.errors import NotAllowedError, RequestError
from bot.services.jobs.runner import JobRunner
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.text import Text, User, text


class JobCanceller:
    """Takes the wish to cancel a job, from its owner or from a moderator."""

    def __init__(self, store: Store, runner: JobRunner) -> None:
        self._store = store
        self._runner = runner

    async def cancel(self, job_id: str, *, user_id: int, is_moderator: bool) -> Job:
        """Write the wish down and have it carried out, also for the other videos of the job's request.

        Raises:
            NotAllowedError: it is somebody else's job.
            RequestError: there is nothing to cancel any more; the sentence says why.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None:
            raise RequestError(text("note.nothing_to_cancel"))
        if user_id != job.user_id and not is_moderator:
            raise NotAllowedError(text("note.cancel_not_allowed", owner=User(job.user_id), made=job.request.media))
        followers = await self._store.followers(job) if job.request.count > 1 else []
        wished = [await self._store.wish_cancel(one.id, user_id) for one in (job, *followers)]
        running = [one for one in wished if one.state in CANCELLABLE]
        if not running:
            raise RequestError(_too_late(wished[0]))
        for one in running:
            self._runner.wake(one.id)
        return wished[0]


def _too_late(job: Job) -> Text:
    made = job.request.media
    match job.state:
        case JobState.DELIVERING:
            return text("note.too_late_to_cancel", made=made)
        case JobState.DELIVERED:
            return text("note.done_already", made=made)
        case JobState.UNDELIVERABLE if job.reason:
            return text("note.unopened_already", made=made)
        case JobState.UNDELIVERABLE:
            return text("note.ready_already", made=made)
        case JobState.CANCELLED:
            return text("note.canceled_already", made=made)
        case _:
            return text("note.failed_already", made=made)
