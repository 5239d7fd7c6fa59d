"""The reference board: the pictures of a job as the bot's own attachments, each under the name the prompt uses."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Final
from weakref import WeakValueDictionary

import discord

from bot.domain.job import Job
from bot.domain.picture_addresses import (
    BoardPictureAddress,
    ExamplePictureAddress,
    LastFrameAddress,
    StoredPictureAddress,
)
from bot.domain.request import Picture, View, named_picture
from bot.domain.reviewed_models import picture_limits
from bot.errors import BotError, ConversationError, DiscordUnavailable, RequestError
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureRefused
from bot.public_web import PublicWeb
from bot.services.ports import FrameReader, KeptPictures, PictureNormalizer, Posted, StripMaker
from bot.text import text
from cogs.adapter.messages import JobMessages, file_urls, labelled_files, translated
from cogs.examples import read_example_picture
from cogs.picture_downloads import download_picture
from cogs.ui.cards import BoardEntry, CardStill, alternative_text, posted_name, reference_board
from cogs.ui.texts import Catalogues, texts_of_job

_log = logging.getLogger(__name__)
_MIB: Final = 1024 * 1024
_STRIPS_OF: Final = 500
"""For so many jobs that run, some 20 kB each."""
_FILES_A_MESSAGE: Final = 10
_BYTES_A_MESSAGE: Final = 24 * _MIB
_READING_SECONDS: Final = 60.0
"""For one picture: few are read at once, so one that stalls would hold up everybody's."""

# Each holds pictures in memory. One's own wait for each other first, so that a few people's hold up nobody else's.
_AT_ONCE: Final = 10
_AT_ONCE_OF_A_USER: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A picture that was read and normalized, with the name of its file on the board."""

    view: View
    picture: NormalizedPicture
    filename: str
    is_spoiler: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strip:
    """What a card shows of a job's references: made, or still to be made of thumbnails; neither where there is none."""

    thumbnails: tuple[bytes, ...] = ()
    made: bytes | None = None


class ReferenceBoard:
    """Reads pictures from wherever they are, has them normalized, and posts them."""

    def __init__(
        self,
        messages: JobMessages,
        normalizer: PictureNormalizer,
        files: KeptPictures,
        web: PublicWeb | None = None,
        catalogues: Catalogues | None = None,
    ) -> None:
        self._messages = messages
        self._catalogues = catalogues or Catalogues()
        self._normalizer = normalizer
        self._files = files
        self._web = web or PublicWeb()
        self.frames: FrameReader | None = None
        """Cuts last frames: set once there is something that can."""
        self.strips: StripMaker | None = None
        """Makes the strip of a card's references: set where there is something that can."""
        self._strips: OrderedDict[str, _Strip] = OrderedDict()
        self._reading = asyncio.Semaphore(_AT_ONCE)
        self._reading_of: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    async def post(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the pictures of a job in as few messages as Discord allows; where each is, by its key.

        ``again`` says that they may be there already: then look first.

        Raises:
            RequestError: a picture can no longer be read, or cannot be used; the sentence names it.
        """
        views = list(job.request.views())
        if not views:
            return {}
        if again and len(found := await self._find(job, views)) == len(views):
            return found
        posted: dict[str, Posted] = {}
        batch = _Batch()
        names: dict[tuple[bytes, bool], str] = {}
        thumbnails: list[bytes] = []
        own_turn = self._reading_of.setdefault(job.user_id, asyncio.Semaphore(_AT_ONCE_OF_A_USER))
        async with own_turn, self._reading:
            for index, view in enumerate(views):
                item = await self._ready(job, view, names)
                if view.angle is None and item.picture.thumbnail:
                    thumbnails.append(item.picture.thumbnail)
                if not batch.takes(item):
                    posted.update(await self._post_batch(job, batch))
                    batch = _Batch(index=index)
                batch.add(item)
            posted.update(await self._post_batch(job, batch))
        if job.leader_id is None:
            self._remember(job, _Strip(thumbnails=tuple(thumbnails)))
        return posted

    def _remember(self, job: Job, strip: _Strip) -> _Strip:
        self._strips[job.id] = strip
        while len(self._strips) > _STRIPS_OF:
            self._strips.popitem(last=False)
        return strip

    async def strip(self, job: Job) -> bytes | None:
        """The references of a job beside each other, each as a thumbnail; ``None`` where they are not at hand.

        They are made once and kept in memory. After a restart, the card itself is what still has them.
        """
        try:
            strip = self._strips.get(job.id) or self._remember(job, await self._read_strip(job))
            if strip.thumbnails and self.strips is not None:
                made = await self.strips.strip(strip.thumbnails, user=job.user_id)
                strip = self._remember(job, _Strip(made=made))
        except BotError as error:
            _log.info("The references could not be put on a card (%s)", error, extra={"job": job.id})
            return None
        return strip.made

    async def _read_strip(self, job: Job) -> _Strip:
        """What a job's card shows."""
        if job.card_message_id is None:
            return _Strip()
        async with translated():
            urls = file_urls(await self._messages.place(job, job.channel_id).fetch_message(job.card_message_id))
            url = urls.get(posted_name(CardStill.REFERENCES, is_spoiler=job.is_spoiler))
            if url is None:
                return _Strip()
            async with asyncio.timeout(_READING_SECONDS):
                return _Strip(made=await download_picture(self._messages.client, self._web, url))

    def forget(self, job: Job) -> bool:
        """Let go of what was kept for a job's card; whether the card may still show it."""
        strip = self._strips.pop(job.id, None)
        return any(job.request.views()) if strip is None else strip != _Strip()

    async def read(self, picture: Picture) -> bytes:
        """The bytes of a picture: from Discord, from a message of ours, from our own store, a video, or an example.

        Raises:
            RequestError: Oxen no longer has the video, or cannot be asked now.
            ConversationError: they are not to be had.
        """
        if (stored := StoredPictureAddress.parse(picture.url)) is not None:
            data = await self._files.get(stored)
            if data is None:
                raise ConversationError("the picture is not kept any more")
            return data
        if (frame := LastFrameAddress.parse(picture.url)) is not None:
            if self.frames is None:
                raise ConversationError("last frames are not to be had")
            return (await self.frames.last_frame(frame.job_id)).jpeg
        if (example := ExamplePictureAddress.parse(picture.url)) is not None:
            data = read_example_picture(example.filename)
            if data is None:
                raise ConversationError("the example is of another version")
            return data
        url = picture.url
        async with translated():
            if (board := BoardPictureAddress.parse(picture.url)) is not None:
                place = self._messages.client.get_partial_messageable(board.place_id)
                urls = file_urls(await place.fetch_message(board.message_id))
                if board.filename not in urls:
                    raise ConversationError("the picture is not in its message any more")
                url = urls[board.filename]
            async with asyncio.timeout(_READING_SECONDS):
                return await download_picture(self._messages.client, self._web, url)

    async def _ready(self, job: Job, view: View, names: dict[tuple[bytes, bool], str]) -> _Ready:
        """A picture for the board; the same bytes have the same file name, by ``names``, unless one is hidden."""
        picture = await self._normalized(job, view)
        is_spoiler = view.picture.is_spoiler or job.hides_everything
        own = posted_name(f"{view.key}-{_tag(job)}.{picture.ending}", is_spoiler=is_spoiler)
        name = names.setdefault((sha256(picture.data).digest(), is_spoiler), own)
        return _Ready(view=view, picture=picture, filename=name, is_spoiler=is_spoiler)

    async def _normalized(self, job: Job, view: View) -> NormalizedPicture:
        try:
            return await self._normalizer.normalize(
                await self.read(view.picture), limits=picture_limits(job.model), user=job.user_id
            )
        except PictureRefused as error:
            raise error.named(named_picture(view.key, view.picture)) from error
        except DiscordUnavailable:
            raise
        except ConversationError as error:
            picture = named_picture(view.label, view.picture)
            raise RequestError(text("picture.gone", picture=picture)) from error

    async def _post_batch(self, job: Job, batch: _Batch) -> dict[str, Posted]:
        assert job.place_id is not None
        entries = [
            BoardEntry(view=item.view, filename=item.filename, notes=item.picture.notes, is_spoiler=item.is_spoiler)
            for item in batch.items
        ]
        layout = reference_board(
            job.request,
            entries,
            is_first=batch.index == 0 and job.leader_id is None,
            redaction=job.redaction,
            texts=texts_of_job(job, self._catalogues),
        )
        message = await self._messages.send(job, job.place_id, layout, batch.open, purpose=f"references{batch.index}")
        urls = file_urls(message)
        if missing := batch.files.keys() - urls.keys():
            raise ConversationError(f"Discord did not say where it keeps {sorted(missing)}")
        return {item.view.key: _posted(job.place_id, message, item.filename, urls) for item in batch.items}

    async def _find(self, job: Job, views: Sequence[View]) -> dict[str, Posted]:
        """What an earlier attempt posted: the label says which view it is, the file's name which job's."""
        assert job.place_id is not None
        texts = texts_of_job(job, self._catalogues)
        keys = {texts.render(view.label): view.key for view in views}
        keys.update({alternative_text(view, job.redaction, texts): view.key for view in views})
        found: dict[str, Posted] = {}
        async for message in self._messages.own_messages(job, job.place_id, job.card_message_id or 0):
            urls = file_urls(message)
            for label, name in labelled_files(message).items():
                if label in keys and name in urls and name.rpartition(".")[0].endswith(_tag(job)):
                    found[keys[label]] = _posted(job.place_id, message, name, urls)
        return found


@dataclass(slots=True)
class _Batch:
    """The pictures of one message. ``index`` is the place of its first among all of the job."""

    index: int = 0
    items: list[_Ready] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def takes(self, item: _Ready) -> bool:
        """Whether there is room for one more."""
        size = 0 if item.filename in self.files else len(item.picture.data)
        total = sum(map(len, self.files.values())) + size
        return not self.items or (len(self.items) < _FILES_A_MESSAGE and total <= _BYTES_A_MESSAGE)

    def open(self) -> list[discord.File]:
        """Its files, to be sent."""
        return [discord.File(BytesIO(data), filename=name) for name, data in self.files.items()]

    def add(self, item: _Ready) -> None:
        """Take one more."""
        self.items.append(item)
        self.files[item.filename] = item.picture.data


def _posted(place_id: int, message: discord.Message, name: str, urls: Mapping[str, str]) -> Posted:
    source = BoardPictureAddress(place_id=place_id, message_id=message.id, filename=name)
    return Posted(url=urls[name], source=source)


def _tag(job: Job) -> str:
    return job.id[:8]
