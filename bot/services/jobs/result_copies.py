"""The second message about a result, in its channel: where a server wants both, and where its owner shares it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from bot.domain.job import BEING_POSTED, Job, JobState
from bot.domain.model_spec import Media
from bot.domain.result_place import ResultPlace
from bot.errors import ConversationError, DiscordUnavailable, NotAllowedError, RequestError
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.ports import Conversations, PictureFile, VideoFile, VideoLink
from bot.services.shutdown_guard import ShutdownGuard
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.text import User, text

_log = logging.getLogger(__name__)
_TRIES: Final = 2


def check_share(user_id: int, *, owner_id: int, made: Media, is_there: bool) -> None:
    """Whether somebody may have a result posted in its channel.

    Raises:
        NotAllowedError: it is somebody else's.
        RequestError: it is there already.
    """
    if owner_id != user_id:
        raise NotAllowedError(text("result.share.not_allowed", owner=User(owner_id), made=made))
    if is_there:
        raise RequestError(text("result.share.there", made=made))


@asynccontextmanager
async def sharing(of: str, posting: set[str], *, give_up: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Post a result in its channel, once at a time; ``give_up`` takes back that it was claimed.

    Raises:
        RequestError: Discord does not take it.
    """
    posting.add(of)
    try:
        yield
    except DiscordUnavailable as error:
        raise RequestError(text("result.delete.later")) from error
    except ConversationError as error:
        _log.info("A result could not be shared (%s)", error, extra={"job": of})
        await give_up()
        raise RequestError(text("result.share.refused")) from error
    finally:
        posting.discard(of)


class ResultCopies:
    """Posts at most one such message a job: claimed first, sent with a nonce, looked for after any doubt."""

    def __init__(
        self, store: Store, conversations: Conversations, content: ContentPolicy, shutdown_guard: ShutdownGuard
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._content = content
        self._shutdown_guard = shutdown_guard
        self._posting: set[str] = set()

    def is_wanted(self, job: Job) -> bool:
        """Whether a result is to be posted in its channel, too."""
        return job.results is ResultPlace.BOTH and job.is_apart

    def is_owed(self, job: Job) -> bool:
        """Whether it is still to be posted there, or may have been."""
        return self.is_wanted(job) and job.has_video and job.copy_message_id == BEING_POSTED

    async def post(self, job: Job, outcome: VideoFile | VideoLink | PictureFile | None, *, is_new: bool) -> Job:
        """Post a result in its channel after it was told in its thread; the job as it is then.

        ``outcome`` is the video, where its file is at hand; ``is_new`` says that it cannot be there already. Where
        Discord is away, it stays owed; a channel that refuses it holds up nothing.
        """
        self._posting.add(job.id)
        was_begun = not is_new
        try:
            for _ in range(_TRIES):
                if not self.is_owed(job := await self._store.job(job.id)):  # it may have been deleted meanwhile
                    return job
                try:
                    async with self._shutdown_guard.hold(is_continuation=is_new):
                        return await self._record(job, await self._post(job, outcome, is_new=not was_begun))
                except DiscordUnavailable as error:
                    _log.info("Discord did not take a result in its channel (%s)", error, extra={"job": job.id})
                    was_begun = True
                except ConversationError as error:
                    _log.warning("A result was not posted in its channel as well (%s)", error, extra={"job": job.id})
                    return await self._store.change(job, copy_message_id=None)
        finally:
            self._posting.discard(job.id)
        return job

    async def share(self, job_id: str, user_id: int, *, is_age_restricted: bool) -> Job:
        """Post a result in its channel, as its owner wants; the job as it is then.

        ``is_age_restricted`` is what the channel is.

        Raises:
            NotAllowedError: it is somebody else's, or the server has no such videos there.
            RequestError: it is there already, is not there to be shared, or could not be posted.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None or job.state is not JobState.DELIVERED or job.removed_by is not None:
            raise RequestError(text("result.unknown"))
        made = job.request.media
        is_there = job.copy_message_id or job.outcome_place_id == job.channel_id or job.id in self._posting
        check_share(user_id, owner_id=job.user_id, made=made, is_there=bool(is_there))
        async with sharing(job.id, self._posting, give_up=partial(self._store.change, job, copy_message_id=None)):
            if await self._content.hides(job.guild_id, is_age_restricted=is_age_restricted):
                job = replace(job, is_hidden=True)
            async with self._shutdown_guard.hold():
                is_new = job.copy_message_id is None
                if is_new:
                    await self._store.change(job, copy_message_id=BEING_POSTED)
                return await self._record(job, await self._post(job, None, is_new=is_new))

    async def _post(self, job: Job, outcome: VideoFile | VideoLink | PictureFile | None, *, is_new: bool) -> int:
        if not is_new and (found := await self._conversations.find_copy(job)) is not None:
            return found
        return await self._conversations.send_copy(job, outcome)

    async def _record(self, posted: Job, message_id: int) -> Job:
        """Write down that a result was posted; what was decided over it meanwhile is done to this message, too."""
        job = await self._store.change(posted, copy_message_id=message_id)
        try:
            if job.removed_by is not None:
                await self._conversations.delete_outcome(job)
            elif job.is_spoiler and not posted.is_spoiler:
                await self._conversations.hide_outcome(job)
        except ConversationError as error:
            _log.warning("A result in its channel could not be changed (%s)", error, extra={"job": job.id})
        return job
