"""What people may do about a result that is shown: report it, hide it, or have its messages deleted."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import Generic, TypeVar

from bot.domain.actor import Actor
from bot.domain.job import Job, JobState, Remover
from bot.domain.join import Join
from bot.domain.model_spec import Media
from bot.errors import ConversationError, DiscordUnavailable, MessageGone, NotAllowedError, RequestError
from bot.services.jobs.status_cards import StatusCards
from bot.services.ports import Conversations
from bot.services.spending.notices import NoticeSender
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.store.moderation import ModerationStore
from bot.text import User, text

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result", Job, Join)


class ResultModerator(ABC, Generic[_Result]):
    """Answers **Report**, **Spoiler** and **Delete** under results of one kind: videos of jobs, or joined ones."""

    def __init__(
        self,
        moderation: ModerationStore,
        conversations: Conversations,
        notices: NoticeSender,
        *,
        operator_channel_id: int,
    ) -> None:
        self._moderation = moderation
        self._conversations = conversations
        self._notices = notices
        self._operator_channel_id = operator_channel_id

    @abstractmethod
    async def find(self, result_id: str, channel_id: int) -> _Result:
        """A result that is shown in a place.

        Raises:
            RequestError: there is no such one there.
        """

    @abstractmethod
    async def _as_reported(self, result: _Result) -> Job:
        """It as the job that a report tells of."""

    @abstractmethod
    async def _mark_removed(self, result: _Result, remover: Remover, user_id: int) -> _Result:
        """Write down that it is deleted."""

    @abstractmethod
    async def _mark_hidden(self, result: _Result, marker: Remover, user_id: int) -> _Result:
        """Write down that it is hidden.

        Raises:
            RequestError: it cannot be.
        """

    @abstractmethod
    async def _as_posted(self, result: _Result) -> Job:
        """It as a job with the messages that show it."""

    async def report(self, result_id: str, actor: Actor) -> bool:
        """Tell the server's admins and the operator of a result; whether this person had not reported it before.

        Raises:
            RequestError: there is no such result where it was pressed.
        """
        job = await self._as_reported(await self.find(result_id, actor.channel_id))
        is_new = await self._moderation.report(job, actor.user_id, self._operator_channel_id)
        if is_new:
            self._notices.wake()
        return is_new

    async def delete(self, result_id: str, actor: Actor) -> _Result:
        """Delete the messages with a result, for good; it as it is then. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: there is no such result where it was pressed, or Discord cannot be reached.
        """
        result = await self.find(result_id, actor.channel_id)
        remover = _as_remover(result, actor, "result.delete.not_allowed")
        if result.removed_by is None:
            result = await self._mark_removed(result, remover, actor.user_id)
            self._notices.wake()
        await self._delete_messages(result)
        return result

    async def hide(self, result_id: str, actor: Actor) -> None:
        """Hide a result behind a spoiler. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: it cannot be hidden, there is no such result where it was pressed, or Discord cannot be
                reached.
        """
        result = await self.find(result_id, actor.channel_id)
        marker = _as_remover(result, actor, "result.hide.not_allowed")
        result = await self._mark_hidden(result, marker, actor.user_id)
        self._notices.wake()
        await self._hide_messages(result)

    async def _delete_messages(self, result: _Result) -> None:
        job = await self._as_posted(result)
        await _carry_out(job, self._conversations.delete_outcome(job), "result.delete.refused")

    async def _hide_messages(self, result: _Result) -> None:
        job = await self._as_posted(result)
        await _carry_out(job, self._conversations.hide_outcome(job), "result.hide.refused")


class JobResultModerator(ResultModerator[Job]):
    """Answers them under the result of a job, whose card shows what was decided, too."""

    def __init__(
        self,
        store: Store,
        moderation: ModerationStore,
        conversations: Conversations,
        cards: StatusCards,
        notices: NoticeSender,
        *,
        operator_channel_id: int,
    ) -> None:
        super().__init__(moderation, conversations, notices, operator_channel_id=operator_channel_id)
        self._store = store
        self._cards = cards

    async def find(self, result_id: str, channel_id: int) -> Job:
        """A job whose result is shown in a place."""
        job = await self._store.find(result_id, within=ANSWER_SECONDS)
        if job is None or channel_id not in _places_of(job):
            raise RequestError(text("result.unknown"))
        if job.state is JobState.DELIVERING:  # its message is there, but that is not written yet
            raise RequestError(text("result.not_yet", made=job.request.media))
        if job.state is not JobState.DELIVERED:
            raise RequestError(text("result.unknown"))
        return job

    async def delete(self, result_id: str, actor: Actor) -> Job:
        """Delete its messages, for good; the job as it is then."""
        job = await super().delete(result_id, actor)
        self._cards.show(job)
        return job

    async def _as_reported(self, result: Job) -> Job:
        return result

    async def _mark_removed(self, result: Job, remover: Remover, user_id: int) -> Job:
        return await self._moderation.remove_result(result, remover, user_id)

    async def _mark_hidden(self, result: Job, marker: Remover, user_id: int) -> Job:
        if result.is_spoiler and not result.is_marked_spoiler:
            raise RequestError(text("result.hide.hidden", made=result.request.media))
        job = await self._moderation.mark_spoiler(result, marker, user_id)
        self._cards.show_anew(job)
        return job

    async def _as_posted(self, result: Job) -> Job:
        return result


async def _carry_out(job: Job, call: Awaitable[None], refusal: str) -> None:
    """Do to a result's messages what was decided; ``refusal`` is the key of what is said if Discord refuses.

    Raises:
        RequestError: Discord cannot be reached, or refuses.
    """
    try:
        await call
    except MessageGone:
        pass
    except DiscordUnavailable as error:
        raise RequestError(text("result.delete.later")) from error
    except ConversationError as error:
        _log.warning("A result could not be changed (%s)", error, extra={"job": job.id})
        raise RequestError(text(refusal, made=job.request.media)) from error


def _places_of(job: Job) -> tuple[int | None, ...]:
    """Where a job's result is shown."""
    return (job.outcome_place_id, job.channel_id if job.copy_message_id else None)


def _as_remover(result: Job | Join, actor: Actor, refusal: str) -> Remover:
    """As what somebody may decide over a result.

    Raises:
        NotAllowedError: they may not; ``refusal`` is the key of the sentence.
    """
    if actor.user_id == result.user_id:
        return Remover.OWNER
    if actor.is_moderator:
        return Remover.MODERATOR
    made = result.request.media if isinstance(result, Job) else Media.VIDEO
    raise NotAllowedError(text(refusal, owner=User(result.user_id), made=made))
