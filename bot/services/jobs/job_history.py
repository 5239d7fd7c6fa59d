"""Past jobs: their requests, to be made again, and a video that no place took, to be sent again."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.job import Job, JobState
from bot.domain.repeated_request import repeat_request
from bot.domain.request import VideoRequest
from bot.errors import IllegalTransition, NotAllowedError, RequestError
from bot.services.jobs.runner import JobRunner
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.text import User, text

_SHOWN = 8


class JobHistory:
    """Answers what goes on from a job of before: **Again**, **Edit**, **Send again**, a mention in its thread."""

    def __init__(self, store: Store, runner: JobRunner) -> None:
        self._store = store
        self._runner = runner

    async def recent(self, user_id: int, guild_id: int) -> list[Job]:
        """A user's latest jobs in a server, newest first; in direct messages, those of everywhere."""
        return await self._store.recent(user_id, guild_id, _SHOWN)

    async def last_in(self, place_id: int) -> VideoRequest | None:
        """The latest request that was talked about in a place, with its pictures as they stay there."""
        job = await self._store.last_in_place(place_id)
        return None if job is None else replace(repeat_request(job), continues=None, take_of=None)

    async def again(self, job_id: str) -> VideoRequest:
        """A job's request, to be made once more: its pictures are those on its board.

        Raises:
            RequestError: the job is not known any more.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None:
            raise RequestError(text("note.unknown_video_start"))
        return repeat_request(job)

    async def send_again(self, job_id: str, *, user_id: int, place_id: int) -> Job:
        """Deliver a video that no place took, here.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: there is nothing to send; the sentence says why.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None:
            raise RequestError(text("note.unknown_video"))
        made = job.request.media
        if job.user_id != user_id:
            raise NotAllowedError(text("note.send_not_allowed", owner=User(job.user_id), made=made))
        if job.state is JobState.DELIVERING:
            raise RequestError(text("note.sending_already", made=made))
        if job.state is not JobState.UNDELIVERABLE:
            raise RequestError(text("note.nothing_to_send", made=made))
        try:
            job = await self._store.send_again(job, place_id)
        except IllegalTransition as error:  # pressed twice at once
            raise RequestError(text("note.sending_already", made=made)) from error
        self._runner.wake(job.id)
        return job
