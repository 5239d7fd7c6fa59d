"""Saved elements: keeping them under names, and putting them where a request names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.model_spec import ModelSpec
from bot.domain.request import Element, Picture, VideoRequest, named_picture
from bot.domain.saved_element import (
    ListedElement,
    SavedElement,
    checked_name,
    expand,
    is_name,
    mentioned_names,
    name_key,
)
from bot.errors import NotAllowedError, RequestError
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.library.picture_storage import PictureStorage
from bot.services.moderation.content_policy import ContentPolicy
from bot.store.library import LibraryStore
from bot.text import Quote, User, text

_CHOICES = 25
_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """An element that was just saved, and what was done to its pictures, by their options."""

    element: SavedElement
    notes: Mapping[str, tuple[PictureNote, ...]]


class ElementLibrary:
    """Saved elements, for one user in one server. ``guild_id`` is 0 in direct messages."""

    def __init__(
        self, store: LibraryStore, picture_storage: PictureStorage, content: ContentPolicy, *, limit: int
    ) -> None:
        self._store = store
        self._picture_storage = picture_storage
        self._content = content
        self._limit = limit

    async def save(
        self, name: str, element: Element, *, user_id: int, user_name: str, guild_id: int, asked_in: int = 0
    ) -> Saved:
        """Keep an element; its pictures are read at once. ``guild_id`` is the server to share it with, or 0.

        ``asked_in`` is the server where it is saved, whose rules hold for its name, too.

        Raises:
            RequestError: the name or a picture cannot be used, or there is no room.
        """
        wanted = SavedElement(
            name=checked_name(name), owner_id=user_id, owner_name=user_name, guild_id=guild_id, element=element
        )
        await self._content.check_names(wanted.name, guild_id=guild_id or asked_in)
        await self._store.check_room(wanted, self._limit)
        given = {0: element.front, **element.angles}
        keys = {angle: f"angle{angle}" if angle else "front" for angle in given}
        ready = await self._picture_storage.normalize(
            [(named_picture(keys[angle], picture), picture) for angle, picture in given.items()], user_id=user_id
        )
        async with self._picture_storage.changing():
            kept: dict[int, Picture] = {}
            for angle, one in zip(given, ready, strict=True):
                stored = await self._picture_storage.put(one, f"{wanted.name}-{keys[angle]}")
                kept[angle] = replace(stored, owner_id=user_id)
            saved = SavedElement(
                name=wanted.name,
                owner_id=user_id,
                owner_name=user_name,
                guild_id=guild_id,
                element=Element(front=kept.pop(0), angles=kept),
            )
            await self._store.save(saved, self._limit)
        return Saved(
            element=saved,
            notes={keys[angle]: one.notes for angle, one in zip(given, ready, strict=True) if one.notes},
        )

    async def listed(self, user_id: int, guild_id: int) -> tuple[list[ListedElement], int]:
        """What names stand for here, a user's own elements first: the first of them, and how many there are."""
        found = await self._store.listed(user_id, guild_id, limit=_LISTED)
        return found, len(found) if len(found) < _LISTED else await self._store.count(user_id, guild_id)

    async def choices(self, typed: str, *, user_id: int, guild_id: int, own: bool = False) -> list[ListedElement]:
        """The elements whose names hold what was typed so far, at most 25; a name stands for one of them."""
        return await self._store.listed(user_id, guild_id, typed=name_key(typed), own=own, limit=_CHOICES)

    async def find(self, name: str, *, user_id: int, guild_id: int) -> SavedElement:
        """What a name stands for.

        Raises:
            RequestError: it stands for nothing here.
        """
        key = name_key(name)
        found = await self._store.named(user_id, guild_id, [key])
        if key not in found:
            if is_name(key):
                raise RequestError(text("element.unknown", name=Quote(key)))
            raise RequestError(text("element.unknown_name"))
        return found[key]

    async def pictures(self, element: SavedElement) -> list[tuple[int | None, Picture, bytes | None]]:
        """An element's pictures with the numbers of their angles and their bytes; ``None`` where a file is gone."""
        return [(angle, picture, await self._picture_storage.read(picture)) for angle, picture in element.views]

    async def rename(self, name: str, new_name: str, *, user_id: int, guild_id: int) -> tuple[SavedElement, str]:
        """Give one of one's own elements another name: the element as it was, and its new name.

        Raises:
            RequestError: there is no such element, or the new name cannot be used.
            NotAllowedError: it is somebody else's.
        """
        new_name = checked_name(new_name)
        element = await self._own(name, user_id=user_id, guild_id=guild_id)
        await self._content.check_names(new_name, guild_id=guild_id)
        await self._store.rename(element, new_name)
        return element, new_name

    async def delete(self, name: str, *, user_id: int, guild_id: int) -> SavedElement:
        """Forget one of one's own elements, and remove its pictures where nothing else uses them.

        Raises:
            RequestError: there is no such element.
            NotAllowedError: it is somebody else's.
        """
        element = await self._own(name, user_id=user_id, guild_id=guild_id)
        await self._store.delete(element)
        await self._picture_storage.collect_garbage()
        return element

    async def _own(self, name: str, *, user_id: int, guild_id: int) -> SavedElement:
        element = await self.find(name, user_id=user_id, guild_id=guild_id)
        if element.owner_id != user_id:
            owner = User(element.owner_id)
            raise NotAllowedError(text("element.not_owner", owner=owner, name=Quote(element.name)))
        return element

    async def unconfirmed(
        self, request: VideoRequest, *, user_id: int, guild_id: int, use: str | None = None, agrees: bool = False
    ) -> list[SavedElement]:
        """The elements of others in a request that its user has not agreed to; they count as asked about from now on.

        ``agrees`` says that the user agrees to those that they were asked about before.
        """
        keys = {*([name_key(use)] if use else []), *mentioned_names(request.prompt)}
        found = (await self._store.named(user_id, guild_id, keys)).values() if keys else ()
        others = [element for element in found if element.owner_id != user_id]
        if not others:
            return []
        if agrees:
            await self._store.agree(user_id, others)
        consents = await self._store.consents(user_id)
        open_ones = [element for element in others if element.id not in consents]
        if open_ones:
            await self._store.note_asked(user_id, open_ones)
        return open_ones

    async def expand(
        self, request: VideoRequest, model: ModelSpec, *, user_id: int, guild_id: int, use: str | None = None
    ) -> VideoRequest:
        """Put saved elements where a request to a model names them, and bring in ``use`` even if it does not.

        Raises:
            RequestError: ``use`` stands for nothing here, there is no room for an element, or its name may not be used.
        """
        brought = [name_key((await self.find(use, user_id=user_id, guild_id=guild_id)).name)] if use else []
        keys = {*brought, *mentioned_names(request.prompt)}
        if not keys:
            return request
        saved = await self._store.named(user_id, guild_id, keys)
        if saved:
            await self._content.check_names(*(found.name for found in saved.values()), guild_id=guild_id)
        return expand(request, {key: found.element for key, found in saved.items()}, brought, model)
