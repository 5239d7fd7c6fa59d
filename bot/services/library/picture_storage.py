"""Keeping pictures: read at once, normalized, written beside the database; removed when nothing uses them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.domain.attachments import MAX_PICTURE_BYTES, PICTURE_TYPES
from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.request import Picture, picture_type
from bot.errors import BotError, ConversationError, RequestError
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureNote, PictureRefused, Refusal
from bot.media.worker.fair_queue import FairQueue
from bot.services.ports import PictureNormalizer, PictureReader
from bot.store.library import LibraryStore
from bot.store.picture_files import PictureFiles
from bot.text import Value, text

_log = logging.getLogger(__name__)
_AT_ONCE = 4
_WAITING_OF_A_USER = 2
_GARBAGE_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedUpload:
    """A picture that was read and normalized, and is not kept yet."""

    picture: Picture
    normalized: NormalizedPicture

    @property
    def notes(self) -> tuple[PictureNote, ...]:
        """What was done to it that its user should know of."""
        return self.normalized.notes


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageLimits:
    """How much is kept, in bytes: ``most`` in all, and only while the disk has ``least_free`` left."""

    most: int = 2_000_000_000
    least_free: int = 500_000_000


class PictureStorage:
    """The folder of kept pictures: what is put there while a change is made, and what is taken away after one."""

    def __init__(
        self,
        reader: PictureReader,
        normalizer: PictureNormalizer,
        files: PictureFiles,
        store: LibraryStore,
        limits: StorageLimits | None = None,
    ) -> None:
        self._limits = limits or StorageLimits()
        self._reader = reader
        self._normalizer = normalizer
        self._files = files
        self._store = store
        self._turns = FairQueue(_AT_ONCE, most_waiting=_WAITING_OF_A_USER)
        self._changing = asyncio.Lock()
        self._held: Counter[StoredPictureAddress] = Counter()

    async def normalize(self, named: Sequence[tuple[Value, Picture]], *, user_id: int) -> list[NormalizedUpload]:
        """Read and normalize pictures, each given with the name by which a sentence can point to it.

        Raises:
            RequestError: one cannot be read or used; the sentence names it. Or too many of this user's wait already.
        """
        for name, picture in named:
            _check(name, picture)
        await self._check_space(0)
        async with self._turns.turn(user_id):
            return [
                NormalizedUpload(picture=picture, normalized=await self._normalized(name, picture, user_id))
                for name, picture in named
            ]

    async def _normalized(self, name: Value, picture: Picture, user_id: int) -> NormalizedPicture:
        try:
            return await self._normalizer.normalize(await self._reader.read(picture), user=user_id)
        except PictureRefused as error:
            raise error.named(name) from error
        except ConversationError as error:
            raise RequestError(text("picture.unread", picture=name)) from error

    async def _check_space(self, more: int) -> None:
        """Check that there is room for so many bytes more.

        Raises:
            RequestError: there is not.
        """
        if await self._files.free_bytes() - more < self._limits.least_free:
            raise RequestError(text("element.disk_full"))
        if await self._files.size() + more > self._limits.most:
            raise RequestError(text("element.storage_full"))

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """Change what is kept: nothing is tidied away meanwhile, and what was put for nothing goes again."""
        async with self._changing:
            try:
                yield
            except Exception:
                await self._remove_unused()
                raise

    @asynccontextmanager
    async def holding(self, pictures: Sequence[bytes], ending: str) -> AsyncIterator[Sequence[StoredPictureAddress]]:
        """Keep pictures at least until the block has written down what uses them.

        Raises:
            RequestError: there is no room for them.
            OSError: they cannot be written.
        """
        async with self._changing:
            kept = await self._files.put_where_room(pictures, ending, least_free=self._limits.least_free)
            if kept is None:
                raise RequestError(text("element.disk_full"))
            self._held.update(kept)
        try:
            yield kept
        finally:
            self._held.subtract(kept)

    async def put(self, ready: NormalizedUpload, stem: str | None = None) -> Picture:
        """Keep a picture, inside ``changing``.

        With ``stem`` its name is made of that and its digest, so that it is known again; else it keeps its own.
        """
        normalized = ready.normalized
        await self._check_space(len(normalized.data))
        source = await self._files.put(normalized.data, normalized.ending)
        name = f"{stem}-{source.digest[:8]}" if stem else PurePath(ready.picture.filename).stem
        return replace(
            ready.picture,
            url=str(source),
            filename=f"{name}.{source.ending}",
            content_type=next(kind for kind, ending in PICTURE_TYPES.items() if ending == source.ending),
            size=len(normalized.data),
            width=normalized.width or ready.picture.width,
            height=normalized.height or ready.picture.height,
        )

    async def read(self, picture: Picture) -> bytes | None:
        """The bytes of a kept picture; ``None`` where the file is gone."""
        try:
            return await self._reader.read(picture)
        except ConversationError:
            return None

    async def collect_garbage(self) -> None:
        """Remove every file that nothing uses; what cannot go now is for the next time."""
        async with self._changing:
            await self._remove_unused()

    async def _remove_unused(self) -> None:
        try:
            held = set(+self._held)  # before the question, for what is let go meanwhile was written down by then
            removed = await self._files.keep_only(held | await self._store.kept())
        except (BotError, OSError) as error:
            _log.warning("The kept pictures could not be tidied (%s); the next look tries again", error)
            return
        if removed:
            _log.info("Removed %d pictures that nothing uses", removed)

    async def run(self) -> None:
        """Tidy now and every hour: what a job needed for its start is no longer needed after it."""
        while True:
            await self.collect_garbage()
            await asyncio.sleep(_GARBAGE_SECONDS)


def _check(name: Value, picture: Picture) -> None:
    if picture_type(picture) is None:
        raise PictureRefused(Refusal.UNREADABLE).named(name)
    if picture.size > MAX_PICTURE_BYTES:
        raise PictureRefused(Refusal.TOO_HEAVY, limit=MAX_PICTURE_BYTES).named(name)
