"""What people may do about a result that is shown: report it, hide it, or have its messages deleted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from bot.domain.actor import Actor
from bot.domain.job import Job, JobState, Remover
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


class ResultModerator:
    """Answers **Report**, **Spoiler** and **Delete** under a result."""

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
        self._store = store
        self._moderation = moderation
        self._conversations = conversations
        self._cards = cards
        self._notices = notices
        self._operator_channel_id = operator_channel_id

    async def report(self, job_id: str, actor: Actor) -> bool:
        """Tell the server's admins and the operator of a result; whether this person had not reported it before.

        Raises:
            RequestError: there is no such result where it was pressed.
        """
        job = await self._shown(job_id, actor)
        is_new = await self._moderation.report(job, actor.user_id, self._operator_channel_id)
        if is_new:
            self._notices.wake()
        return is_new

    async def delete(self, job_id: str, actor: Actor) -> Job:
        """Delete the messages with a result, for good; the job as it is then. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: there is no such result where it was pressed, or Discord cannot be reached.
        """
        job = await self._shown(job_id, actor)
        remover = as_remover(job, actor, "result.delete.not_allowed")
        if job.removed_by is None:
            job = await self._moderation.remove_result(job, remover, actor.user_id)
            self._notices.wake()
        await carry_out(self._conversations.delete_outcome(job), "result.delete.refused", of=job.id)
        self._cards.show(job)
        return job

    async def hide(self, job_id: str, actor: Actor) -> Job:
        """Hide a result behind a spoiler, on its card too; the job as it is then. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: it is hidden already, there is no such result where it was pressed, or Discord cannot be
                reached.
        """
        job = await self._shown(job_id, actor)
        marker = as_remover(job, actor, "result.hide.not_allowed")
        if job.is_spoiler and not job.is_marked_spoiler:
            raise RequestError(text("result.hide.hidden", made=job.request.media))
        job = await self._moderation.mark_spoiler(job, marker, actor.user_id)
        self._notices.wake()
        self._cards.show_anew(job)
        hiding = self._conversations.hide_outcome(job)
        await carry_out(hiding, "result.hide.refused", of=job.id, made=job.request.media)
        return job

    async def _shown(self, job_id: str, actor: Actor) -> Job:
        """A job whose result is shown where somebody pressed."""
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None or actor.channel_id not in _places_of(job):
            raise RequestError(text("result.unknown"))
        if job.state is JobState.DELIVERING:  # its message is there, but that is not written yet
            raise RequestError(text("result.not_yet", made=job.request.media))
        if job.state is not JobState.DELIVERED:
            raise RequestError(text("result.unknown"))
        return job


async def carry_out(call: Awaitable[None], refusal: str, *, of: str, made: Media = Media.VIDEO) -> None:
    """Do to a result's messages what was decided; ``refusal`` is the key of what is said if Discord refuses.

    ``of`` is the id of the job or of the join, ``made`` is what the result is.

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
        _log.warning("A result could not be changed (%s)", error, extra={"job": of})
        raise RequestError(text(refusal, made=made)) from error


def _places_of(job: Job) -> tuple[int | None, ...]:
    """Where a job's result is shown."""
    return (job.outcome_place_id, job.channel_id if job.copy_message_id else None)


def as_remover(job: Job, actor: Actor, refusal: str) -> Remover:
    """As what somebody may decide over a result.

    Raises:
        NotAllowedError: they may not; ``refusal`` is the key of the sentence.
    """
    if actor.user_id == job.user_id:
        return Remover.OWNER
    if actor.is_moderator:
        return Remover.MODERATOR
    raise NotAllowedError(text(refusal, owner=User(job.user_id), made=job.request.media))
