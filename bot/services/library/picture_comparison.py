"""Which pictures of an element show the same: they are read for it, which takes a moment the first time."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from bot.domain.fingerprint import Fingerprint
from bot.domain.request import Picture, VideoRequest
from bot.errors import BotError
from bot.media.pictures.normalized_picture import PictureRefused
from bot.services.ports import PictureFingerprinter, PictureReader

_log = logging.getLogger(__name__)
_KEPT: Final = 1_000
_SECONDS: Final = 1.0
"""What it may take in all: whoever pressed waits for it, and Discord waits 3 s."""


class PictureComparison:
    """Has fingerprints made of the pictures of elements, and keeps the latest in memory by their addresses."""

    def __init__(
        self, reader: PictureReader, fingerprinter: PictureFingerprinter, *, seconds: float = _SECONDS
    ) -> None:
        self._reader = reader
        self._fingerprinter = fingerprinter
        self._seconds = seconds
        self._known: OrderedDict[str, Fingerprint | None] = OrderedDict()
        """``None`` for what cannot be read."""

    async def fingerprints(self, request: VideoRequest, *, user_id: int) -> Mapping[str, Fingerprint]:
        """Those of the elements with more than one picture, by the addresses of the pictures.

        What cannot be read, or not in time, is left out; what was read in time is known the next time.
        """
        wanted = {
            picture.url: picture
            for element in request.elements.values()
            if element.angles
            for picture in (element.front, *element.angles.values())
        }
        try:
            async with asyncio.timeout(self._seconds):
                for picture in wanted.values():
                    await self._look_at(picture, user_id)
        except TimeoutError:
            _log.info("Pictures of an element could not be compared in %s s", self._seconds)
        found = {url: self._known.get(url) for url in wanted}
        return {url: one for url, one in found.items() if one is not None}

    async def _look_at(self, picture: Picture, user_id: int) -> None:
        if picture.url in self._known:
            self._known.move_to_end(picture.url)
            return
        try:
            data = await self._reader.read(picture)
            self._known[picture.url] = await self._fingerprinter.fingerprint(data, user=user_id)
        except PictureRefused:
            self._known[picture.url] = None
        except BotError as error:
            _log.info("A picture of an element could not be read (%s); the next look tries again", error)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
