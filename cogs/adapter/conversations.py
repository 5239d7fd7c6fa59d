"""The conversation of a job, on Discord: what the services ask for, done by channel and message calls.

Nothing here uses an interaction's token: that dies after 15 minutes, and a video takes longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Final

import discord

from bot.domain.job import Job, Phase
from bot.domain.model_spec import PICTURE_ENDINGS, Media
from bot.domain.picture_addresses import BoardPictureAddress
from bot.domain.redaction import Redaction
from bot.domain.request import Picture
from bot.errors import DiscordUnavailable, MessageGone
from bot.public_web import PublicWeb
from bot.services.ports import (
    JoinedCopy,
    JoinedVideo,
    KeptPictures,
    NotJoined,
    Outcome,
    PictureFile,
    PictureNormalizer,
    Posted,
    Unopened,
    VideoFile,
    VideoLink,
)
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.adapter.messages import CLOCK_SKEW, JobMessages, file_urls, hidden, translated
from cogs.adapter.reference_board import ReferenceBoard
from cogs.adapter.thread_rate import ThreadRate
from cogs.permissions import may_open_thread, own_permissions
from cogs.ui import custom_ids
from cogs.ui.cards import (
    POSTER_NAME,
    VIDEO_NAME,
    CardStill,
    copy_message,
    has_poster,
    has_references,
    outcome_message,
    posted_name,
    status_card,
)
from cogs.ui.join_cards import STRIP_NAME, joined_copy, joined_message
from cogs.ui.picture_cards import picture_copy, picture_name, picture_outcome
from cogs.ui.prompts import thread_name, thread_name_for
from cogs.ui.texts import Catalogues, Texts, texts_of_job, texts_of_user

DEFAULT_UPLOAD_LIMIT: Final = 10 * 1024 * 1024
AUTO_ARCHIVE_MINUTES: Final = 1440
"""How long a thread of ours stays in the list after its last message."""
_POSTER_REFUSED: Final = frozenset({Meaning.TOO_LARGE, Meaning.FILE_REFUSED, Meaning.PLACE_GONE, Meaning.REFUSED})
"""Where a card is tried once more without its poster: what it says is worth more than what it shows."""


class DiscordConversations:
    """Implements ``bot.services.ports.Conversations`` with a discord.py client."""

    def __init__(
        self,
        client: discord.Client,
        normalizer: PictureNormalizer,
        files: KeptPictures,
        web: PublicWeb | None = None,
        *,
        has_limits: Callable[[], bool] = lambda: True,
        has_many_refusals: Callable[[], bool] = lambda: False,
        catalogues: Catalogues | None = None,
    ) -> None:
        self._client = client
        self._files = files
        self._has_many_refusals = has_many_refusals
        self._catalogues = catalogues or Catalogues()
        self._messages = JobMessages(client)
        self._threads = ThreadRate(has_limits)
        self.board = ReferenceBoard(self._messages, normalizer, files, web, self._catalogues)

    async def find_card(self, job: Job) -> int | None:
        """Look for the card in the channel, from shortly before the job was accepted."""
        after = discord.utils.time_snowflake(job.created_at - CLOCK_SKEW)
        return await self._messages.find_mark(job, job.channel_id, {custom_ids.CANCEL.of(job.id)}, after)

    async def post_card(self, job: Job) -> int:
        """Post the card in the channel."""
        card = status_card(job, job.phase, self._texts_in(job, job.channel_id))
        return (await self._messages.send(job, job.channel_id, card, list, purpose="card")).id

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
        texts, made = texts_of_job(job, self._catalogues), job.request.media
        if job.redaction is Redaction.NOTHING and not job.has_plain_title:
            return thread_name(job.request.prompt, texts, made)
        if job.redaction > Redaction.PROMPT:
            return thread_name("", texts, made)
        try:
            guild = self._client.get_guild(job.guild_id) or await self._client.fetch_guild(job.guild_id)
            member = await guild.fetch_member(job.user_id)
        except discord.HTTPException:
            return thread_name("", texts, made)
        return thread_name_for(member.display_name, texts, made)

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the reference board."""
        return await self.board.post(job, again=again)

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Edit the card."""
        if job.card_message_id is None:
            return
        told = replace(job, guild_id=self.guild_of(job, job.outcome_place_id or job.channel_id))  # for its link
        card = self._messages.place(job, job.channel_id).get_partial_message(job.card_message_id)
        still = await self._still(job, phase)
        if self._has_many_refusals():
            raise DiscordUnavailable("too many calls were refused lately for one that may be left")
        async with translated():
            if still is not None:
                try:
                    await self._edit_card(card, told, phase, still)
                except discord.HTTPException as error:
                    if meaning_of(error) not in _POSTER_REFUSED:
                        raise
                else:
                    return
            await self._edit_card(card, told, phase)

    async def _edit_card(
        self, card: discord.PartialMessage, job: Job, phase: Phase, still: tuple[CardStill, bytes] | None = None
    ) -> None:
        texts = self._texts_in(job, job.channel_id)
        mentions = discord.AllowedMentions.none()
        view = status_card(job, phase, texts, still=None if still is None else still[0])
        if still is not None:
            file = discord.File(BytesIO(still[1]), posted_name(still[0], is_spoiler=job.is_spoiler))
            await card.edit(view=view, attachments=[file], allowed_mentions=mentions)
            if still[0] is CardStill.POSTER:
                self.board.forget(job)
        elif job.poster is not None or self.board.forget(job):  # an earlier edit may have put it there
            await card.edit(view=view, attachments=[], allowed_mentions=mentions)
        else:
            await card.edit(view=view, allowed_mentions=mentions)

    async def _still(self, job: Job, phase: Phase) -> tuple[CardStill, bytes] | None:
        """The picture that a card shows; ``None`` where there is none, or the bot may not attach files."""
        granted = own_permissions(self._client.get_channel(job.channel_id))
        if granted is not None and not granted.attach_files:
            return None
        if has_references(job, phase):
            strip = await self.board.strip(job)
            return None if strip is None else (CardStill.REFERENCES, strip)
        poster = await self._files.find(job.poster) if has_poster(job, phase) else None
        return None if poster is None else (CardStill.POSTER, poster)

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
        # A video may be kept more than once, each time after it was to be sent again: that is a message each time.
        purpose = f"unopened {job.updated_at.isoformat()}" if isinstance(outcome, Unopened) else "outcome"
        texts = self._texts_in(job, place_id)
        if isinstance(outcome, JoinedVideo | NotJoined):
            layout = joined_message(job, outcome, texts)
        elif isinstance(outcome, PictureFile) or job.request.media is Media.IMAGE:
            layout = picture_outcome(job, outcome, texts)
        else:
            layout = outcome_message(job, outcome, texts)
        files = partial(_outcome_files, job, outcome)
        return (await self._messages.send(job, place_id, layout, files, purpose=purpose, ping=True)).id

    async def delete_outcome(self, job: Job) -> None:
        """Delete the messages with the result, the copy first: where the other is gone, nothing is left to do."""
        for message in reversed(self._shown(job)):
            async with translated():
                try:
                    await message.delete()
                except discord.NotFound:
                    if message.id == job.outcome_message_id:
                        raise

    def _shown(self, job: Job) -> list[discord.PartialMessage]:
        """The messages that show the result."""
        ids = [(job.outcome_place_id, job.outcome_message_id), (job.channel_id, job.copy_message_id)]
        return [
            self._messages.place(job, place_id).get_partial_message(message_id)
            for place_id, message_id in ids
            if place_id and message_id
        ]

    async def hide_outcome(self, job: Job) -> None:
        """Hide the video, or its poster, on the messages with the result."""
        for shown in self._shown(job):
            async with translated():
                try:
                    message = await shown.fetch()
                except discord.NotFound:
                    if shown.id == job.outcome_message_id:
                        raise
                    continue
                await message.edit(view=hidden(message), allowed_mentions=discord.AllowedMentions.none())

    async def send_copy(self, job: Job, outcome: VideoFile | VideoLink | PictureFile | JoinedCopy | None) -> int:
        """Send the copy into the channel; beside the card it is a reply to it."""
        if isinstance(outcome, JoinedCopy):
            return await self._send_joined_copy(job, outcome)
        if job.request.media is Media.IMAGE or isinstance(outcome, PictureFile):
            return await self._send_picture_copy(job, outcome if isinstance(outcome, PictureFile) else None)
        poster = await self._files.find(job.poster)

        def files() -> list[discord.File]:
            if isinstance(outcome, VideoFile):
                return [discord.File(outcome.path, filename=VIDEO_NAME, spoiler=job.is_spoiler)]
            return [] if poster is None else [discord.File(BytesIO(poster), POSTER_NAME, spoiler=job.is_spoiler)]

        texts = self._texts_in(job, job.channel_id)
        layout = copy_message(job, outcome, texts, poster=poster is not None)
        message = await self._messages.send(job, job.channel_id, layout, files, purpose="copy")
        return message.id

    async def _send_picture_copy(self, job: Job, outcome: PictureFile | None) -> int:
        """Send a picture into the channel: its file where it is at hand, else what the message with it shows."""
        if outcome is not None:
            name, data = picture_name(job, outcome.ending), await asyncio.to_thread(outcome.path.read_bytes)
        else:
            name, data = await self._posted_picture(job)

        def files() -> list[discord.File]:
            return [discord.File(BytesIO(data), filename=name)]

        layout = picture_copy(job, name, len(data), self._texts_in(job, job.channel_id))
        return (await self._messages.send(job, job.channel_id, layout, files, purpose="copy")).id

    async def _posted_picture(self, job: Job) -> tuple[str, bytes]:
        """The picture that a job's outcome shows: the name under which it is posted, and its bytes."""
        found = await self._file_in(self._shown(job)[0], *(f".{ending}" for ending in PICTURE_ENDINGS))
        if found is None:
            raise MessageGone("the picture is not in its message any more")
        name, data = found
        return posted_name(name.removeprefix("SPOILER_"), is_spoiler=job.is_spoiler), data

    async def _file_in(self, message: discord.PartialMessage, *endings: str) -> tuple[str, bytes] | None:
        """The first file of a message of ours whose name ends like that, with its bytes.

        Discord names files that a component shows there alone, not among the message's attachments.
        """
        async with translated():
            name = next((name for name in file_urls(await message.fetch()) if name.endswith(endings)), None)
        if name is None:
            return None
        address = BoardPictureAddress(place_id=message.channel.id, message_id=message.id, filename=name)
        picture = Picture(url=str(address), filename=name, content_type=None, size=0)
        return name, await self.board.read(picture)

    async def _send_joined_copy(self, job: Job, outcome: JoinedCopy) -> int:
        """Send the frames of a joined video into the channel, with a link to it."""
        assert job.outcome_place_id is not None
        assert job.outcome_message_id is not None
        told = self._messages.place(job, job.outcome_place_id).get_partial_message(job.outcome_message_id)
        found = await self._file_in(told, STRIP_NAME)
        strip = None if found is None else found[1]

        def files() -> list[discord.File]:
            return [] if strip is None else [discord.File(BytesIO(strip), STRIP_NAME, spoiler=job.is_spoiler)]

        layout = joined_copy(job, outcome, self._texts_in(job, job.channel_id), has_strip=strip is not None)
        return (await self._messages.send(job, job.channel_id, layout, files, purpose="copy")).id

    async def find_copy(self, job: Job) -> int | None:
        """Look for the copy by its mark, from shortly before the job was last moved."""
        after = discord.utils.time_snowflake(job.updated_at - CLOCK_SKEW)
        marks = {custom_ids.COPY.of(job.id), custom_ids.JOINED_COPY.of(job.id)}
        return await self._messages.find_mark(job, job.channel_id, marks, after)

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for the outcome by its mark, from shortly before the job got to where it is told."""
        after = discord.utils.time_snowflake(job.updated_at - CLOCK_SKEW)
        marks = {mark.of(job.id) for mark in custom_ids.OUTCOME_MARKS}
        return await self._messages.find_mark(job, place_id, marks, after)


def _outcome_files(job: Job, outcome: Outcome) -> list[discord.File]:
    """The files of the message that tells an outcome."""
    match outcome:
        case JoinedVideo():
            shown = {VIDEO_NAME: outcome.path, STRIP_NAME: outcome.strip}
        case VideoFile():
            shown = {VIDEO_NAME: outcome.path}
        case PictureFile():  # its name hides it, where it is to be hidden
            return [discord.File(outcome.path, filename=picture_name(job, outcome.ending))]
        case VideoLink():
            shown = {POSTER_NAME: outcome.poster}
        case _:
            return []
    return [
        discord.File(path, filename=name, spoiler=job.is_spoiler) for name, path in shown.items() if path is not None
    ]
