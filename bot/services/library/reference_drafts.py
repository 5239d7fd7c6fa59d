"""Drafts: pictures collected from several messages, until a video is made of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.reference_draft import Draft, in_order_of, with_more, without
from bot.domain.request import Picture, VideoRequest
from bot.errors import StoreError
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.library.picture_storage import PictureStorage
from bot.store.library import LibraryStore
from bot.text import Quote

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A draft after something was added, and what was done to those pictures, by their addresses."""

    draft: Draft
    notes: Mapping[str, tuple[PictureNote, ...]]


class ReferenceDrafts:
    """Each user's draft."""

    def __init__(self, store: LibraryStore, picture_storage: PictureStorage) -> None:
        self._store = store
        self._picture_storage = picture_storage

    async def get(self, user_id: int) -> Draft:
        """A user's draft."""
        return await self._store.draft(user_id)

    async def add(self, user_id: int, pictures: Mapping[int, Picture]) -> Added:
        """Add pictures to a user's draft; they are read at once.

        Raises:
            RequestError: one cannot be used, or there would be too many.
        """
        ready = await self._picture_storage.normalize(
            [(Quote(picture.filename), picture) for picture in pictures.values()], user_id=user_id
        )
        async with self._picture_storage.changing():
            kept = [await self._picture_storage.put(one) for one in ready]
            draft = await self._store.change_draft(user_id, lambda old: with_more(old, kept))
        notes = {picture.url: one.notes for picture, one in zip(kept, ready, strict=True) if one.notes}
        return Added(draft=draft, notes=notes)

    async def follow(self, user_id: int, pictures: Sequence[Picture]) -> None:
        """Leave in a user's draft what is among these pictures, in their order."""
        before = await self._store.draft(user_id)
        draft = await self._store.change_draft(user_id, lambda draft: in_order_of(draft, pictures))
        if len(draft) < len(before):
            await self._picture_storage.collect_garbage()

    async def used(self, user_id: int, request: VideoRequest) -> None:
        """Take out of a user's draft what a request uses of it that is accepted, or waits, whatever comes of this."""
        urls = {
            picture.url for picture in request.images.values() if StoredPictureAddress.parse(picture.url) is not None
        }
        if urls:
            try:
                await self._store.change_draft(user_id, lambda draft: without(draft, urls))
            except StoreError as error:
                _log.warning("A draft keeps what was used of it (%s)", error, extra={"user": user_id})
