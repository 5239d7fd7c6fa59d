"""Talking on Discord by channel and message calls: sending once, reading one's own messages, errors as ours."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord
from discord import ui

from bot.domain.job import Job
from bot.domain.picture_addresses import BoardPictureAddress
from bot.domain.request import VideoRequest, with_addresses
from bot.errors import ConversationError, DiscordUnavailable
from cogs.adapter.discord_errors import Meaning, error_of, meaning_of
from cogs.ui.cards import Layout
from cogs.ui.result_menu import ResultChoice

_HISTORY: Final = 1_000
CLOCK_SKEW: Final = timedelta(minutes=1)


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn discord.py's errors into ours, once, here."""
    try:
        yield
    except discord.HTTPException as error:
        raise error_of(error) from error
    except (aiohttp.ClientError, OSError, TimeoutError, discord.RateLimited) as error:
        raise DiscordUnavailable(str(error) or type(error).__name__) from error
    except discord.DiscordException as error:  # an answer that discord.py makes nothing of, say
        raise ConversationError(f"{type(error).__name__}: {error}") from error


class JobMessages:
    """What the bot says and has said in the places of jobs. Nothing here uses an interaction's token."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client

    def place(self, job: Job, place_id: int) -> discord.PartialMessageable:
        """A channel, thread or direct-message channel by its id."""
        return self.client.get_partial_messageable(place_id, guild_id=self.guild_of(job, place_id) or None)

    def guild_of(self, job: Job, place_id: int) -> int:
        """The server that a place is in; 0 for direct messages, and where it is not known.

        A job that was asked for in a server may be told elsewhere. A thread has the id of the message it hangs on.
        """
        if place_id in (job.channel_id, job.card_message_id):
            return job.guild_id
        guild = getattr(self.client.get_channel(place_id), "guild", None)
        return 0 if guild is None else int(guild.id)

    async def send(
        self,
        job: Job,
        place_id: int,
        layout: Layout,
        files: Callable[[], Sequence[discord.File]],
        *,
        purpose: str,
        ping: bool = False,
    ) -> discord.Message:
        """Send a message of a job, with a nonce made from the job, the place and the purpose.

        ``files`` opens its files: sending closes them. ``ping`` lets it mention the job's user, and nobody else.
        Beside the job's card it is a reply to it, where replies may be made.
        """
        if place_id != job.channel_id or job.card_message_id is None:
            async with translated():
                return await self._send(job, place_id, layout, files(), purpose=purpose, ping=ping)
        card = discord.MessageReference(message_id=job.card_message_id, channel_id=place_id, fail_if_not_exists=False)
        async with translated():
            try:
                return await self._send(job, place_id, layout, files(), purpose=purpose, ping=ping, reference=card)
            except discord.HTTPException as error:
                if meaning_of(error) is not Meaning.NO_REPLY:
                    raise
                return await self._send(job, place_id, layout, files(), purpose=purpose, ping=ping)

    async def _send(
        self,
        job: Job,
        place_id: int,
        layout: Layout,
        files: Sequence[discord.File],
        *,
        purpose: str,
        ping: bool,
        reference: discord.MessageReference | None = None,
    ) -> discord.Message:
        mentions = discord.AllowedMentions.none()
        if ping:
            mentions = discord.AllowedMentions(
                everyone=False, roles=False, users=[discord.Object(job.user_id)], replied_user=False
            )
        place, nonce = self.place(job, place_id), nonce_of(job, place_id, purpose)
        try:
            if reference is None:
                return await place.send(view=layout, files=files, nonce=nonce, allowed_mentions=mentions)
            return await place.send(
                view=layout, files=files, nonce=nonce, allowed_mentions=mentions, reference=reference
            )
        finally:
            for file in files:
                file.close()

    async def own_messages(self, job: Job, place_id: int, after: int) -> AsyncIterator[discord.Message]:
        """The bot's own messages in a place after a snowflake, oldest first."""
        if self.client.user is None:
            raise DiscordUnavailable("not logged in yet, so no message can be known as one's own")
        async with translated():
            place = self.place(job, place_id)
            async for message in place.history(limit=_HISTORY, after=discord.Object(after), oldest_first=True):
                if message.author.id == self.client.user.id:
                    yield message

    async def find_mark(self, job: Job, place_id: int, marks: Collection[str], after: int) -> int | None:
        """The id of the bot's own message that has a button or a list with one of these custom ids."""
        async for message in self.own_messages(job, place_id, after):
            if any(getattr(component, "custom_id", None) in marks for component in walk(message.components)):
                return message.id
        return None


def nonce_of(job: Job, place_id: int, purpose: str) -> str:
    """At most 25 characters, the same for the same message of the same job in the same place."""
    return hashlib.sha256(f"{job.id}/{place_id}/{purpose}".encode()).hexdigest()[:24]


def walk(components: Sequence[object]) -> Iterator[object]:
    """Every component of a message, those inside others too."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", None) or [])
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory


def file_urls(message: discord.Message) -> dict[str, str]:
    """Where Discord keeps the files of a message, by their names: named by its attachments, or by its components."""
    urls = {}
    for component in walk(message.components):
        shown = component.items if isinstance(component, discord.MediaGalleryComponent) else [component]
        for item in shown:
            if not isinstance(item, discord.ThumbnailComponent | discord.MediaGalleryItem):
                continue
            url = item.media.url
            if urlsplit(url).scheme in ("http", "https"):
                urls[urlsplit(url).path.rpartition("/")[2]] = url
    urls.update({attachment.filename: attachment.url for attachment in message.attachments})
    return urls


async def with_fresh_links(client: discord.Client, request: VideoRequest) -> VideoRequest:
    """A request whose pictures in messages of ours are at Discord's own links, which work for a day.

    One whose message cannot be read stays at its address.
    """
    addresses = {view.picture.url: BoardPictureAddress.parse(view.picture.url) for view in request.views()}
    places = {(one.place_id, one.message_id) for one in addresses.values() if one is not None}
    urls: dict[tuple[int, int], dict[str, str]] = {}
    for place_id, message_id in places:
        with contextlib.suppress(ConversationError):
            async with translated():
                message = await client.get_partial_messageable(place_id).fetch_message(message_id)
                urls[place_id, message_id] = file_urls(message)
    links = {
        url: urls.get((one.place_id, one.message_id), {}).get(one.filename, url)
        for url, one in addresses.items()
        if one is not None
    }
    return with_addresses(request, links)


def labelled_files(message: discord.Message) -> dict[str, str]:
    """The names of the pictures of a message by their labels.

    That is its alternative text; of one beside a text that has none, as earlier versions posted them, the first line
    of that text without markup.
    """
    files = {}
    for component in walk(message.components):
        if isinstance(component, discord.MediaGalleryComponent):
            files.update({item.description or "": _filename(item.media.url) for item in component.items})
        if isinstance(component, discord.SectionComponent) and isinstance(
            component.accessory, discord.ThumbnailComponent
        ):
            texts = [child.content for child in component.children if isinstance(child, discord.TextDisplay)]
            before = texts[0].partition("\n")[0].strip("*") if texts else ""
            files[component.accessory.description or before] = _filename(component.accessory.media.url)
    return files


def hidden(message: discord.Message) -> ui.LayoutView:
    """A message's layout with what it shows behind a spoiler, and without the offer to do that."""
    view = ui.LayoutView.from_message(message, timeout=None)
    for item in view.walk_children():
        if isinstance(item, ui.MediaGallery):
            item.items = [
                discord.MediaGalleryItem(
                    f"attachment://{_filename(shown.media.url)}", description=shown.description, spoiler=True
                )
                for shown in item.items
            ]
        elif isinstance(item, ui.Select):
            item.options = [option for option in item.options if option.value != ResultChoice.SPOILER]
    view.stop()
    return view


def _filename(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]
