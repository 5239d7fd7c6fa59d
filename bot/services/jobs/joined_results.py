"""What people may do about a joined video that is shown: report it, hide it, share it to the channel, or delete it."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from bot.domain.actor import Actor
from bot.domain.job import Job
from bot.domain.join import Join, JoinState
from bot.domain.model_spec import Media
from bot.errors import RequestError
from bot.services.jobs.result_copies import BEING_POSTED, check_share, sharing
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.moderation.results import as_remover, carry_out
from bot.services.ports import Conversations, JoinedCopy
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.notices import NoticeSender
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.store.joins import JoinStore
from bot.store.moderation import ModerationStore
from bot.text import text

_log = logging.getLogger(__name__)


class JoinedResults:
    """Answers what is pressed under a joined video, with the permissions of any other result."""

    def __init__(
        self,
        joins: JoinStore,
        store: Store,
        moderation: ModerationStore,
        conversations: Conversations,
        content: ContentPolicy,
        shutdown_guard: ShutdownGuard,
        notices: NoticeSender,
        *,
        operator_channel_id: int,
    ) -> None:
        self._joins = joins
        self._store = store
        self._moderation = moderation
        self._conversations = conversations
        self._content = content
        self._shutdown_guard = shutdown_guard
        self._notices = notices
        self._operator_channel_id = operator_channel_id
        self._posting: set[str] = set()

    async def find(self, join_id: str, channel_id: int) -> Join:
        """A joined video that is shown in a place.

        Raises:
            RequestError: there is no such one.
        """
        join = await self._joins.find(join_id, within=ANSWER_SECONDS)
        if join is None or not join.is_told or join.state is not JoinState.DELIVERED:
            raise RequestError(text("result.unknown"))
        if channel_id not in (join.outcome_place_id, join.copy_place_id):
            raise RequestError(text("result.unknown"))
        return join

    async def report(self, join_id: str, actor: Actor) -> bool:
        """Tell the server's admins and the operator of it; whether this person had not reported it before.

        Raises:
            RequestError: there is no such one where it was pressed.
        """
        join = await self.find(join_id, actor.channel_id)
        job, first = join.as_job(), await self._store.find(join.job_ids[0], within=ANSWER_SECONDS)
        if first is not None:
            job = replace(job, request=replace(job.request, prompt=first.request.prompt))
        is_new = await self._moderation.report(job, actor.user_id, self._operator_channel_id)
        if is_new:
            self._notices.wake()
        return is_new

    async def delete(self, join_id: str, actor: Actor) -> None:
        """Delete the messages with it, for good. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: there is no such one where it was pressed, or Discord cannot be reached.
        """
        join = await self.find(join_id, actor.channel_id)
        remover = as_remover(join.as_job(), actor, "result.delete.not_allowed")
        if join.removed_by is None:
            join = await self._moderation.remove_join(join, remover, actor.user_id)
        await carry_out(self._delete(join), "result.delete.refused", of=join.id)

    async def hide(self, join_id: str, actor: Actor) -> None:
        """Hide the messages with it behind a spoiler. Pressed again, it is tried again.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: there is no such one where it was pressed, it was deleted, or Discord cannot be reached.
        """
        join = await self.find(join_id, actor.channel_id)
        marker = as_remover(join.as_job(), actor, "result.hide.not_allowed")
        if join.removed_by is not None:
            raise _deleted()
        join = await self._moderation.hide_join(join, marker, actor.user_id)
        self._notices.wake()
        hiding = self._conversations.hide_outcome(await self._as_shown(join))
        await carry_out(hiding, "result.hide.refused", of=join.id)

    async def share(self, join_id: str, actor: Actor, place_id: int, *, is_age_restricted: bool) -> None:
        """Show it in the channel of its thread, as its owner wants; ``is_age_restricted`` is what that channel is.

        Raises:
            NotAllowedError: it is somebody else's, or the server has no such videos there.
            RequestError: it is there already, is not there to be shared, was deleted, or could not be posted.
        """
        join = await self.find(join_id, actor.channel_id)
        if join.removed_by is not None:
            raise _deleted()
        is_there = join.copy_message_id or join.outcome_place_id == place_id or join.id in self._posting
        check_share(actor.user_id, owner_id=join.user_id, made=Media.VIDEO, is_there=bool(is_there))
        async with sharing(join.id, self._posting, give_up=partial(self._joins.copied, join, None, None)):
            is_hidden = await self._content.hides(join.guild_id, is_age_restricted=is_age_restricted)
            async with self._shutdown_guard.hold():
                await self._post(join, place_id, is_hidden=is_hidden)

    async def _post(self, join: Join, place_id: int, *, is_hidden: bool) -> None:
        """Post the second message: claimed first, looked for after any doubt. What was done to the first holds for it.

        Raises:
            RequestError: it was deleted meanwhile.
        """
        is_in_doubt = join.copy_message_id == BEING_POSTED
        join = await self._joins.copied(join, place_id, BEING_POSTED)
        if join.removed_by is not None:
            raise _deleted()
        job = replace(join.as_job(), is_hidden=is_hidden)
        message_id = await self._conversations.find_copy(job) if is_in_doubt else None
        if message_id is None:
            message_id = await self._conversations.send_copy(job, JoinedCopy(count=len(join.job_ids)))
        join = await self._joins.copied(join, place_id, message_id)
        if join.removed_by is not None:
            await carry_out(self._delete(join), "result.delete.refused", of=join.id)
            raise _deleted()
        if join.is_spoiler and not job.is_spoiler:
            await carry_out(self._conversations.hide_outcome(join.as_job()), "result.hide.refused", of=join.id)

    async def _delete(self, join: Join) -> None:
        """Delete the messages with it."""
        await self._conversations.delete_outcome(await self._as_shown(join))

    async def _as_shown(self, join: Join) -> Job:
        """It with its messages; one that may be in the channel is looked for, if it is not on its way now."""
        job = join.as_job()
        if join.copy_message_id == BEING_POSTED and join.id not in self._posting:
            return replace(job, copy_message_id=await self._conversations.find_copy(job))
        return job


def _deleted() -> RequestError:
    return RequestError(text("note.deleted_video", made=Media.VIDEO))
