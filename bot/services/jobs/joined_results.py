"""What people may do about a joined video that is shown: report it, hide it, share it to the channel, or delete it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.domain.actor import Actor
from bot.domain.job import BEING_POSTED, Job, Remover
from bot.domain.join import Join, JoinState
from bot.domain.model_spec import Media
from bot.errors import RequestError
from bot.services.jobs.result_copies import check_share, sharing
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.moderation.results import ResultModerator
from bot.services.ports import Conversations, JoinedCopy
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.notices import NoticeSender
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.store.joins import JoinStore
from bot.store.moderation import ModerationStore
from bot.text import text


class JoinedResults(ResultModerator[Join]):
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
        super().__init__(moderation, conversations, notices, operator_channel_id=operator_channel_id)
        self._joins = joins
        self._store = store
        self._content = content
        self._shutdown_guard = shutdown_guard
        self._posting: set[str] = set()

    async def find(self, result_id: str, channel_id: int) -> Join:
        """A joined video that is shown in a place."""
        join = await self._joins.find(result_id, within=ANSWER_SECONDS)
        if join is None or not join.is_told or join.state is not JoinState.DELIVERED:
            raise RequestError(text("result.unknown"))
        if channel_id not in (join.outcome_place_id, join.copy_place_id):
            raise RequestError(text("result.unknown"))
        return join

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
            await self._delete_messages(join)
            raise _deleted()
        if join.is_spoiler and not job.is_spoiler:
            await self._hide_messages(join)

    async def _as_reported(self, result: Join) -> Job:
        """With the prompt of its first shot."""
        job, first = result.as_job(), await self._store.find(result.job_ids[0], within=ANSWER_SECONDS)
        return job if first is None else replace(job, request=replace(job.request, prompt=first.request.prompt))

    async def _mark_removed(self, result: Join, remover: Remover, user_id: int) -> Join:
        return await self._moderation.remove_join(result, remover, user_id)

    async def _mark_hidden(self, result: Join, marker: Remover, user_id: int) -> Join:
        if result.removed_by is not None:
            raise _deleted()
        return await self._moderation.hide_join(result, marker, user_id)

    async def _as_posted(self, result: Join) -> Job:
        """With its messages; one that may be in the channel is looked for, if it is not on its way now."""
        job = result.as_job()
        if result.copy_message_id == BEING_POSTED and result.id not in self._posting:
            return replace(job, copy_message_id=await self._conversations.find_copy(job))
        return job


def _deleted() -> RequestError:
    return RequestError(text("note.deleted_video", made=Media.VIDEO))
