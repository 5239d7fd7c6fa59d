"""The reference board: the pictures of a job as the bot's own attachments, each under the name the prompt uses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import discord

from bot.domain.job import Job
from bot.domain.request import Picture, View
from bot.domain.sources import BoardSource, StoredSource
from bot.errors import ConversationError, DiscordUnavailable, RequestError
from bot.media.mended_picture import MendedPicture, PictureRefused
from bot.services.ports import Mender, Posted
from bot.store.picture_files import PictureFiles
from cogs.cards import BoardEntry, reference_board
from cogs.talk import Talk, file_urls, translated

_MIB: Final = 1024 * 1024
_FILES_A_MESSAGE: Final = 10
_BYTES_A_MESSAGE: Final = 24 * _MIB
_READING_SECONDS: Final = 60.0
"""For one picture: few are read at once, so one that stalls would hold up everybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A picture that was read and mended, with the name of its file on the board."""

    view: View
    picture: MendedPicture
    filename: str


class ReferenceBoard:
    """Reads pictures from wherever they are, has them mended, and posts them."""

    def __init__(self, talk: Talk, mender: Mender, files: PictureFiles) -> None:
        self._talk = talk
        self._mender = mender
        self._files = files
        self._reading = asyncio.Semaphore(3)

    async def post(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the pictures of a job in as few messages as Discord allows; where each is, by its key.

        ``again`` says that they may be there already: then look first.

        Raises:
            RequestError: a picture can no longer be read, or cannot be used; the sentence names it.
        """
        views = list(job.request.views())
        if again and len(found := await self._find(job, views)) == len(views):
            return found
        posted: dict[str, Posted] = {}
        async with self._reading:
            ready = _shared([_Ready(view=v, picture=await self._mended(v), filename=_name(job, v)) for v in views])
            for index, batch in enumerate(_batches(ready)):
                posted.update(await self._post_batch(job, index, batch))
        return posted

    async def read(self, picture: Picture) -> bytes:
        """The bytes of a picture: from Discord, from a message of ours, or from our own store.

        Raises:
            ConversationError: they are not to be had.
        """
        if (stored := StoredSource.parse(picture.url)) is not None:
            data = await self._files.get(stored)
            if data is None:
                raise ConversationError("the picture is not kept any more")
            return data
        url = picture.url
        async with translated():
            if (board := BoardSource.parse(picture.url)) is not None:
                place = self._talk.client.get_partial_messageable(board.place_id)
                urls = file_urls(await place.fetch_message(board.message_id))
                if board.filename not in urls:
                    raise ConversationError("the picture is not in its message any more")
                url = urls[board.filename]
            async with asyncio.timeout(_READING_SECONDS):
                return await self._talk.client.http.get_from_cdn(url)

    async def _mended(self, view: View) -> MendedPicture:
        try:
            return await self._mender.mend(await self.read(view.picture))
        except PictureRefused as error:
            raise error.named(view.key) from error
        except DiscordUnavailable:
            raise
        except ConversationError as error:
            raise RequestError(
                f"The picture {view.label} ({view.key}) can no longer be fetched. Please ask again and attach it anew."
            ) from error

    async def _post_batch(self, job: Job, index: int, batch: Sequence[_Ready]) -> dict[str, Posted]:
        assert job.place_id is not None
        data = {item.filename: item.picture.data for item in batch}
        files = [discord.File(BytesIO(content), filename=name) for name, content in data.items()]
        entries = [BoardEntry(view=i.view, filename=i.filename, notes=i.picture.notes) for i in batch]
        layout = reference_board(job.request, entries, is_first=index == 0)
        message = await self._talk.send(job, job.place_id, layout, files, purpose=f"references{index}")
        urls = file_urls(message)
        if missing := data.keys() - urls.keys():
            raise ConversationError(f"Discord did not say where it keeps {sorted(missing)}")
        return {item.view.key: _posted(job.place_id, message, item.filename, urls) for item in batch}

    async def _find(self, job: Job, views: Sequence[View]) -> dict[str, Posted]:
        """What an earlier attempt posted. Files are known by their stems: mending decides on the ending."""
        assert job.place_id is not None
        wanted = {_name(job, view): view.key for view in views}
        found: dict[str, Posted] = {}
        async for message in self._talk.own_messages(job, job.place_id, job.card_message_id or 0):
            urls = file_urls(message)
            for name in urls:
                key = wanted.get(name.rpartition(".")[0])
                if key is not None:
                    found[key] = _posted(job.place_id, message, name, urls)
        return found


def _posted(place_id: int, message: discord.Message, name: str, urls: Mapping[str, str]) -> Posted:
    source = BoardSource(place_id=place_id, message_id=message.id, filename=name)
    return Posted(url=urls[name], source=source)


def _name(job: Job, view: View) -> str:
    return f"{view.key}-{job.id[:8]}"


def _shared(pictures: Sequence[_Ready]) -> list[_Ready]:
    """Give every file its ending, and the same bytes the same file."""
    names: dict[bytes, str] = {}
    shared = []
    for item in pictures:
        name = names.setdefault(item.picture.data, f"{item.filename}.{item.picture.ending}")
        shared.append(_Ready(view=item.view, picture=item.picture, filename=name))
    return shared


def _batches(pictures: Sequence[_Ready]) -> Iterator[list[_Ready]]:
    batch: list[_Ready] = []
    files: dict[str, int] = {}
    for item in pictures:
        size = len(item.picture.data) if item.filename not in files else 0
        full = len(files) == _FILES_A_MESSAGE and size > 0
        if batch and (full or len(batch) == _FILES_A_MESSAGE or sum(files.values()) + size > _BYTES_A_MESSAGE):
            yield batch
            batch, files = [], {}
            size = len(item.picture.data)
        batch.append(item)
        files.setdefault(item.filename, size)
    if batch:
        yield batch
