"""The conversation of a job, on Discord: what the services ask for, done by channel and message calls.

Nothing here uses an interaction's token: that dies after 15 minutes, and a video takes longer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.domain.job import Job, Phase
from bot.domain.request import View, picture_type
from bot.errors import ConversationError, DiscordUnavailable, FileTooLarge, PlaceGone, RequestError
from bot.services.ports import Outcome, VideoFile, VideoLink
from cogs.cards import POSTER_NAME, VIDEO_NAME, Layout, outcome_message, reference_board, status_card
from cogs.marks import cancel_mark, videos_mark
from cogs.text import thread_name

MIB = 1024 * 1024
DEFAULT_UPLOAD_LIMIT = 10 * MIB
_FILES_A_MESSAGE = 10
_BYTES_A_MESSAGE = 24 * MIB
_HISTORY = 1_000
_AUTO_ARCHIVE_MINUTES: Final = 1440
_REQUEST_TOO_LARGE = 40005
_THREAD_ARCHIVED = 50083
_HAS_A_THREAD = 160004
_CLOCK_SKEW = timedelta(minutes=1)


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn discord.py's errors into ours, once, here."""
    try:
        yield
    except (discord.NotFound, discord.Forbidden) as error:
        raise PlaceGone(f"{error.status} {error.code}: {error.text}") from error
    except discord.HTTPException as error:
        if error.status == 413 or error.code == _REQUEST_TOO_LARGE:
            raise FileTooLarge(error.text) from error
        if error.code == _THREAD_ARCHIVED:
            raise PlaceGone(f"{error.status} {error.code}: {error.text}") from error
        if error.status >= 500 or error.status in (408, 429):
            raise DiscordUnavailable(f"{error.status} {error.text}") from error
        raise ConversationError(f"{error.status} {error.code}: {error.text}") from error
    except (aiohttp.ClientError, OSError, TimeoutError, discord.RateLimited) as error:
        raise DiscordUnavailable(str(error) or type(error).__name__) from error


class DiscordConversations:
    """Implements ``bot.services.ports.Conversations`` with a discord.py client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._reading = asyncio.Semaphore(3)

    async def find_card(self, job: Job) -> int | None:
        """Look for the card in the channel, from shortly before the job was accepted."""
        after = discord.utils.time_snowflake(job.created_at - _CLOCK_SKEW)
        return await self._find_button(job, job.channel_id, cancel_mark(job.id), after)

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
                    name=thread_name(job.request.prompt), auto_archive_duration=_AUTO_ARCHIVE_MINUTES
                )
            except discord.HTTPException as error:
                if error.code == _HAS_A_THREAD:  # a thread has the id of the message that it hangs on
                    return job.card_message_id
                if error.status < 500 and error.status != 429:
                    return job.channel_id
                raise
        return thread.id

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, str]:
        """Post the pictures in as few messages as Discord allows, each under its name."""
        urls: dict[str, str] = {}
        for index, batch in enumerate(_batches(list(job.request.views()))):
            names = {_reference_name(job, view): view for view in batch}
            found = await self._find_files(job, names) if again else {}
            if found.keys() != names.keys():
                found = await self._post_batch(job, index, names)
            urls.update({names[name].key: url for name, url in found.items()})
        return urls

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Edit the card."""
        if job.card_message_id is None:
            return
        async with translated():
            card = self._place(job, job.channel_id).get_partial_message(job.card_message_id)
            await card.edit(view=status_card(job, phase), allowed_mentions=discord.AllowedMentions.none())

    async def direct_place(self, user_id: int) -> int:
        """Open the direct-message channel with a user."""
        async with translated():
            return (await self._client.create_dm(discord.Object(user_id))).id

    async def upload_limit(self, job: Job, place_id: int) -> int:
        """The server's limit for messages sent with the bot's token; Discord's default elsewhere."""
        guild = self._client.get_guild(job.guild_id)
        if guild is None or place_id not in (job.place_id, job.channel_id):
            return DEFAULT_UPLOAD_LIMIT
        return guild.filesize_limit

    async def send_outcome(self, job: Job, place_id: int, outcome: Outcome) -> int:
        """Send the outcome as a new message that mentions the job's user alone."""
        files = []
        if isinstance(outcome, VideoFile):
            files = [discord.File(outcome.path, filename=VIDEO_NAME)]
        elif isinstance(outcome, VideoLink) and outcome.poster is not None:
            files = [discord.File(outcome.poster, filename=POSTER_NAME)]
        message = await self._send(job, place_id, outcome_message(job, outcome), files, purpose="outcome", ping=True)
        return message.id

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for the outcome by its mark, from shortly before the job got to where it is told."""
        after = discord.utils.time_snowflake(job.updated_at - _CLOCK_SKEW)
        return await self._find_button(job, place_id, videos_mark(job.id), after)

    def _place(self, job: Job, place_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(place_id, guild_id=job.guild_id or None)

    async def _send(
        self,
        job: Job,
        place_id: int,
        layout: Layout,
        files: Sequence[discord.File],
        *,
        purpose: str,
        ping: bool = False,
    ) -> discord.Message:
        mentions = discord.AllowedMentions.none()
        if ping:
            mentions = discord.AllowedMentions(
                everyone=False, roles=False, users=[discord.Object(job.user_id)], replied_user=False
            )
        place = self._place(job, place_id)
        try:
            async with translated():
                if place_id != job.channel_id or job.card_message_id is None:
                    return await place.send(
                        view=layout, files=files, nonce=_nonce(job, place_id, purpose), allowed_mentions=mentions
                    )
                card = discord.MessageReference(
                    message_id=job.card_message_id, channel_id=place_id, fail_if_not_exists=False
                )
                return await place.send(
                    view=layout,
                    files=files,
                    nonce=_nonce(job, place_id, purpose),
                    allowed_mentions=mentions,
                    reference=card,
                )
        finally:
            for file in files:
                file.close()

    async def _post_batch(self, job: Job, index: int, names: Mapping[str, View]) -> dict[str, str]:
        assert job.place_id is not None
        async with self._reading:
            files = [discord.File(BytesIO(await self._read(view)), filename=name) for name, view in names.items()]
            layout = reference_board(job.request, [(view, name) for name, view in names.items()], is_first=index == 0)
            message = await self._send(job, job.place_id, layout, files, purpose=f"references{index}")
        posted = _file_urls(message)
        missing = names.keys() - posted.keys()
        if missing:
            raise ConversationError(f"Discord did not say where it keeps {sorted(missing)}")
        return {name: posted[name] for name in names}

    async def _read(self, view: View) -> bytes:
        try:
            async with translated():
                return await self._client.http.get_from_cdn(view.picture.url)
        except DiscordUnavailable:
            raise
        except ConversationError as error:
            raise RequestError(
                f"The picture in {view.key} can no longer be fetched from Discord. Please ask again and attach it anew."
            ) from error

    async def _find_button(self, job: Job, place_id: int, mark: str, after: int) -> int | None:
        async for message in self._own_messages(job, place_id, after):
            if mark in _custom_ids(message):
                return message.id
        return None

    async def _find_files(self, job: Job, names: Mapping[str, View]) -> dict[str, str]:
        assert job.place_id is not None
        async for message in self._own_messages(job, job.place_id, job.card_message_id or 0):
            posted = _file_urls(message)
            if names.keys() <= posted.keys():
                return {name: posted[name] for name in names}
        return {}

    async def _own_messages(self, job: Job, place_id: int, after: int) -> AsyncIterator[discord.Message]:
        async with translated():
            place = self._place(job, place_id)
            async for message in place.history(limit=_HISTORY, after=discord.Object(after), oldest_first=True):
                if self._client.user is not None and message.author.id == self._client.user.id:
                    yield message


def _nonce(job: Job, place_id: int, purpose: str) -> str:
    """At most 25 characters, the same for the same message of the same job in the same place."""
    return hashlib.sha256(f"{job.id}/{place_id}/{purpose}".encode()).hexdigest()[:24]


def _reference_name(job: Job, view: View) -> str:
    return f"{view.key}-{job.id[:8]}.{picture_type(view.picture) or 'png'}"


def _batches(views: Sequence[View]) -> Iterator[list[View]]:
    batch: list[View] = []
    size = 0
    for view in views:
        if batch and (len(batch) == _FILES_A_MESSAGE or size + view.picture.size > _BYTES_A_MESSAGE):
            yield batch
            batch, size = [], 0
        batch.append(view)
        size += view.picture.size
    if batch:
        yield batch


def _walk(components: Sequence[object]) -> Iterator[object]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", None) or [])
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory


def _custom_ids(message: discord.Message) -> set[str]:
    return {getattr(component, "custom_id", None) or "" for component in _walk(message.components)}


def _file_urls(message: discord.Message) -> dict[str, str]:
    """Where Discord keeps the files of a message, by their names: named by its attachments, or by its components."""
    urls = {}
    for component in _walk(message.components):
        if isinstance(component, discord.ThumbnailComponent):
            url = component.media.url
            if urlsplit(url).scheme in ("http", "https"):
                urls[urlsplit(url).path.rpartition("/")[2]] = url
    urls.update({attachment.filename: attachment.url for attachment in message.attachments})
    return urls
