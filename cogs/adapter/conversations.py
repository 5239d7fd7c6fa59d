"""The conversation of a job, on Discord: what the services ask for, done by channel and message calls.

Nothing here uses an interaction's token: that dies after 15 minutes, and a video takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import discord

from bot.domain.job import Job, Phase
from bot.domain.redaction import Redaction
from bot.errors import DiscordUnavailable
from bot.public_web import PublicWeb
from bot.services.ports import (
    JoinedVideo,
    NotJoined,
    Outcome,
    PictureNormalizer,
    Posted,
    Unopened,
    VideoFile,
    VideoLink,
)
from bot.store.picture_files import PictureFiles
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.adapter.messages import CLOCK_SKEW, JobMessages, translated
from cogs.adapter.reference_board import ReferenceBoard
from cogs.adapter.thread_rate import ThreadRate
from cogs.permissions import may_open_thread
from cogs.ui import custom_ids
from cogs.ui.cards import POSTER_NAME, VIDEO_NAME, outcome_message, status_card
from cogs.ui.join_cards import joined_message
from cogs.ui.prompts import thread_name, thread_name_for
from cogs.ui.texts import Catalogues, Texts, texts_of_job, texts_of_user

DEFAULT_UPLOAD_LIMIT: Final = 10 * 1024 * 1024
AUTO_ARCHIVE_MINUTES: Final = 1440
"""How long a thread of ours stays in the list after its last message."""


class DiscordConversations:
    """Implements ``bot.services.ports.Conversations`` with a discord.py client."""

    def __init__(
        self,
        client: discord.Client,
        normalizer: PictureNormalizer,
        files: PictureFiles,
        web: PublicWeb | None = None,
        *,
        has_limits: Callable[[], bool] = lambda: True,
        has_many_refusals: Callable[[], bool] = lambda: False,
        catalogues: Catalogues | None = None,
    ) -> None:
        self._client = client
        self._has_many_refusals = has_many_refusals
        self._catalogues = catalogues or Catalogues()
        self._messages = JobMessages(client)
        self._threads = ThreadRate(has_limits)
        self.board = ReferenceBoard(self._messages, normalizer, files, web, self._catalogues)

    async def find_card(self, job: Job) -> int | None:
        """Look for the card in the channel, from shortly before the job was accepted."""
        after = discord.utils.time_snowflake(job.created_at - CLOCK_SKEW)
        return await self._messages.find_mark(job, job.channel_id, {custom_ids.CANCEL.of(job.id)}, after)

    async def open_place(self, job: Job) -> int:
        """A thread on the card, where there can be one now; else the channel itself.

        Where so many were opened lately that Discord takes no more for minutes, the video must not wait for one.
        """
        if not job.in_guild or job.card_message_id is None:
            return job.channel_id
        async with translated():
            try:
                channel = self._client.get_channel(job.channel_id) or await self._client.fetch_channel(job.channel_id)
            except (discord.NotFound, discord.Forbidden):
                return job.channel_id
            if not isinstance(channel, discord.TextChannel) or not may_open_thread(channel):
                return job.channel_id
            if not self._threads.take(job.channel_id):
                return job.channel_id
            try:
                async with self._threads.opening(job.channel_id):
                    thread = await channel.get_partial_message(job.card_message_id).create_thread(
                        name=await self._thread_name(job), auto_archive_duration=AUTO_ARCHIVE_MINUTES
                    )
            except TimeoutError:
                is_open = self._client.get_channel(job.card_message_id) is not None
                return job.card_message_id if is_open else job.channel_id
            except discord.HTTPException as error:
                match meaning_of(error):
                    case Meaning.HAS_THREAD:  # a thread has the id of the message that it hangs on
                        return job.card_message_id
                    case Meaning.WAIT:
                        raise
                    case Meaning.WORDS_REFUSED if job.redaction < Redaction.QUOTES:  # another name may pass
                        raise
                    case _:
                        return job.channel_id
        return thread.id

    async def _thread_name(self, job: Job) -> str:
        texts = texts_of_job(job, self._catalogues)
        if job.redaction is Redaction.NOTHING and not job.has_plain_title:
            return thread_name(job.request.prompt, texts)
        if job.redaction > Redaction.PROMPT:
            return thread_name("", texts)
        try:
            guild = self._client.get_guild(job.guild_id) or await self._client.fetch_guild(job.guild_id)
            member = await guild.fetch_member(job.user_id)
        except discord.HTTPException:
            return thread_name("", texts)
        return thread_name_for(member.display_name, texts)

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the reference board."""
        return await self.board.post(job, again=again)

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Edit the card."""
        if job.card_message_id is None:
            return
        if self._has_many_refusals():
            raise DiscordUnavailable("too many calls were refused lately for one that may be left")
        async with translated():
            card = self._messages.place(job, job.channel_id).get_partial_message(job.card_message_id)
            told = replace(job, guild_id=self.guild_of(job, job.outcome_place_id or job.channel_id))  # for its link
            await card.edit(
                view=status_card(told, phase, self._texts_in(job, job.channel_id)),
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def direct_place(self, user_id: int) -> int:
        """Open the direct-message channel with a user."""
        async with translated():
            return (await self._client.create_dm(discord.Object(user_id))).id

    def guild_of(self, job: Job, place_id: int) -> int:
        """The server that a place is in; 0 for direct messages."""
        return self._messages.guild_of(job, place_id)

    def _texts_in(self, job: Job, place_id: int) -> Texts:
        """The texts for what is told of a job in a place."""
        of = texts_of_job if self.guild_of(job, place_id) else texts_of_user
        return of(job, self._catalogues)

    async def upload_limit(self, job: Job, place_id: int) -> int:
        """The limit of the place's own server for messages sent with the bot's token; Discord's default elsewhere."""
        guild = self._client.get_guild(self.guild_of(job, place_id))
        return DEFAULT_UPLOAD_LIMIT if guild is None else guild.filesize_limit

    async def send_outcome(self, job: Job, place_id: int, outcome: Outcome) -> int:
        """Send the outcome as a new message that mentions the job's user alone."""

        def files() -> list[discord.File]:
            if isinstance(outcome, VideoFile | JoinedVideo):
                return [discord.File(outcome.path, filename=VIDEO_NAME, spoiler=job.is_spoiler)]
            if isinstance(outcome, VideoLink) and outcome.poster is not None:
                return [discord.File(outcome.poster, filename=POSTER_NAME, spoiler=job.is_spoiler)]
            return []

        # A video may be kept more than once, each time after it was to be sent again: that is a message each time.
        purpose = f"unopened {job.updated_at.isoformat()}" if isinstance(outcome, Unopened) else "outcome"
        texts = self._texts_in(job, place_id)
        if isinstance(outcome, JoinedVideo | NotJoined):
            layout = joined_message(job, outcome, texts)
        else:
            layout = outcome_message(job, outcome, texts)
        message = await self._messages.send(
            job,
            place_id,
            layout,
            files,
            purpose=purpose,
            ping=True,
        )
        return message.id

    async def delete_outcome(self, job: Job) -> None:
        """Delete the message with the result."""
        if not job.outcome_place_id or not job.outcome_message_id:
            return
        async with translated():
            place = self._messages.place(job, job.outcome_place_id)
            await place.get_partial_message(job.outcome_message_id).delete()

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for the outcome by its mark, from shortly before the job got to where it is told."""
        after = discord.utils.time_snowflake(job.updated_at - CLOCK_SKEW)
        marks = {mark.of(job.id) for mark in custom_ids.OUTCOME_MARKS}
        return await self._messages.find_mark(job, place_id, marks, after)
