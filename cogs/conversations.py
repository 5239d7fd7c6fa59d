"""The conversation of a job, on Discord: what the services ask for, done by channel and message calls.

Nothing here uses an interaction's token: that dies after 15 minutes, and a video takes longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import discord

from bot.domain.job import Job, Phase
from bot.public_web import PublicWeb
from bot.services.ports import Mender, Outcome, Posted, VideoFile, VideoLink
from bot.store.picture_files import PictureFiles
from cogs.board import ReferenceBoard
from cogs.cards import POSTER_NAME, VIDEO_NAME, outcome_message, status_card
from cogs.marks import cancel_mark, videos_mark
from cogs.talk import CLOCK_SKEW, Talk, translated
from cogs.text import thread_name

DEFAULT_UPLOAD_LIMIT: Final = 10 * 1024 * 1024
AUTO_ARCHIVE_MINUTES: Final = 1440
"""How long a thread of ours stays in the list after its last message."""
_HAS_A_THREAD: Final = 160004


class DiscordConversations:
    """Implements ``bot.services.ports.Conversations`` with a discord.py client."""

    def __init__(
        self, client: discord.Client, mender: Mender, files: PictureFiles, web: PublicWeb | None = None
    ) -> None:
        self._client = client
        self._talk = Talk(client)
        self.board = ReferenceBoard(self._talk, mender, files, web)

    async def find_card(self, job: Job) -> int | None:
        """Look for the card in the channel, from shortly before the job was accepted."""
        after = discord.utils.time_snowflake(job.created_at - CLOCK_SKEW)
        return await self._talk.find_button(job, job.channel_id, cancel_mark(job.id), after)

    async def open_place(self, job: Job) -> int:
        """A thread on the card, where there can be one; else the channel itself."""
        if not job.in_guild or job.card_message_id is None:
            return job.channel_id
        async with translated():
            try:
                channel = self._client.get_channel(job.channel_id) or await self._client.fetch_channel(job.channel_id)
            except (discord.NotFound, discord.Forbidden):
                return job.channel_id
            if not isinstance(channel, discord.TextChannel):
                return job.channel_id
            try:
                thread = await channel.get_partial_message(job.card_message_id).create_thread(
                    name=thread_name(job.request.prompt), auto_archive_duration=AUTO_ARCHIVE_MINUTES
                )
            except discord.HTTPException as error:
                if error.code == _HAS_A_THREAD:  # a thread has the id of the message that it hangs on
                    return job.card_message_id
                if error.status < 500 and error.status != 429:
                    return job.channel_id
                raise
        return thread.id

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the reference board."""
        return await self.board.post(job, again=again)

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Edit the card."""
        if job.card_message_id is None:
            return
        async with translated():
            card = self._talk.place(job, job.channel_id).get_partial_message(job.card_message_id)
            told = replace(job, guild_id=self.guild_of(job, job.outcome_place_id or job.channel_id))  # for its link
            await card.edit(view=status_card(told, phase), allowed_mentions=discord.AllowedMentions.none())

    async def direct_place(self, user_id: int) -> int:
        """Open the direct-message channel with a user."""
        async with translated():
            return (await self._client.create_dm(discord.Object(user_id))).id

    def guild_of(self, job: Job, place_id: int) -> int:
        """The server that a place is in; 0 for direct messages."""
        return self._talk.guild_of(job, place_id)

    async def upload_limit(self, job: Job, place_id: int) -> int:
        """The limit of the place's own server for messages sent with the bot's token; Discord's default elsewhere."""
        guild = self._client.get_guild(self.guild_of(job, place_id))
        return DEFAULT_UPLOAD_LIMIT if guild is None else guild.filesize_limit

    async def send_outcome(self, job: Job, place_id: int, outcome: Outcome) -> int:
        """Send the outcome as a new message that mentions the job's user alone."""
        files = []
        if isinstance(outcome, VideoFile):
            files = [discord.File(outcome.path, filename=VIDEO_NAME)]
        elif isinstance(outcome, VideoLink) and outcome.poster is not None:
            files = [discord.File(outcome.poster, filename=POSTER_NAME)]
        message = await self._talk.send(
            job, place_id, outcome_message(job, outcome), files, purpose="outcome", ping=True
        )
        return message.id

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for the outcome by its mark, from shortly before the job got to where it is told."""
        after = discord.utils.time_snowflake(job.updated_at - CLOCK_SKEW)
        return await self._talk.find_button(job, place_id, videos_mark(job.id), after)
