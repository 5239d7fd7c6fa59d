"""Redacting: what Discord refuses for its words is said again with fewer of them, and the job remembers it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.domain.job import Job, Phase
from bot.domain.redaction import Redaction
from bot.errors import WordsRefused
from bot.services.ports import Conversations, JoinedCopy, Outcome, PictureFile, Posted, VideoFile, VideoLink
from bot.store.job_store import Store

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class RedactingConversations:
    """Conversations that leave out more and more of a job's words until Discord takes the rest.

    Raises:
        WordsRefused: from every call that says something; what is left without words is refused, too.
    """

    def __init__(self, conversations: Conversations, store: Store) -> None:
        self._conversations = conversations
        self._store = store

    async def find_card(self, job: Job) -> int | None:
        """Look for the job's status card where it was asked for."""
        return await self._conversations.find_card(job)

    async def post_card(self, job: Job) -> int:
        """Post the job's status card where it was asked for."""
        return await self._say(job, self._conversations.post_card, most=Redaction.TEXT)

    async def open_place(self, job: Job) -> int:
        """Open the thread on the job's card under a name that Discord takes, or say which place serves instead."""
        return await self._say(job, self._conversations.open_place, most=Redaction.QUOTES)

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the references in the job's place, once."""

        async def post(job: Job) -> Mapping[str, Posted]:
            return await self._conversations.post_references(job, again=again)

        return await self._say(job, post, most=Redaction.TEXT)

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Make the status card say this of the job."""

        async def show(job: Job) -> None:
            await self._conversations.show_card(job, phase)

        await self._say(job, show, most=Redaction.TEXT)

    async def direct_place(self, user_id: int) -> int:
        """The place for direct messages with a user."""
        return await self._conversations.direct_place(user_id)

    def guild_of(self, job: Job, place_id: int) -> int:
        """The server that a place is in; 0 for direct messages."""
        return self._conversations.guild_of(job, place_id)

    async def upload_limit(self, job: Job, place_id: int) -> int:
        """How many bytes one file of a message there may have."""
        return await self._conversations.upload_limit(job, place_id)

    async def send_outcome(self, job: Job, place_id: int, outcome: Outcome) -> int:
        """Send the one message that tells how the job ended."""

        async def send(job: Job) -> int:
            return await self._conversations.send_outcome(job, place_id, outcome)

        return await self._say(job, send, most=Redaction.MENTION)

    async def delete_outcome(self, job: Job) -> None:
        """Delete the messages with a job's result."""
        await self._conversations.delete_outcome(job)

    async def hide_outcome(self, job: Job) -> None:
        """Hide what they show behind a spoiler."""
        await self._conversations.hide_outcome(job)

    async def send_copy(self, job: Job, outcome: VideoFile | VideoLink | PictureFile | JoinedCopy | None) -> int:
        """Show the result in its channel, too."""

        async def send(job: Job) -> int:
            return await self._conversations.send_copy(job, outcome)

        return await self._say(job, send, most=Redaction.TEXT)

    async def find_copy(self, job: Job) -> int | None:
        """Look for that message."""
        return await self._conversations.find_copy(job)

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for that message."""
        return await self._conversations.find_outcome(job, place_id)

    async def _say(self, job: Job, say: Callable[[Job], Awaitable[_T]], *, most: Redaction) -> _T:
        while True:
            try:
                return await say(job)
            except WordsRefused as error:
                if job.redaction >= most:
                    raise
                redaction = job.redaction.further()
                _log.info("Discord refused words (%s)", error, extra={"job": job.id, "redaction": redaction.name})
                if redaction is redaction.lasting:
                    await self._store.change(job, redaction=redaction)
                job = replace(job, redaction=redaction)
