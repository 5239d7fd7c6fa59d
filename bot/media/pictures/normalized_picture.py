"""What comes of a picture that somebody attached: normalized bytes, or a refusal that says why.

Knows nothing of Pillow, so that nothing but the worker process has to load it for a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.model_spec import PICTURE_LIMITS
from bot.errors import RequestError
from bot.text import Bytes, Text, Value, text


class PictureNote(StrEnum):
    """A change that the user should know of."""

    SCALED_UP = "scaled_up"
    PADDED = "padded"

    @property
    def text(self) -> Text:
        """What was done, and why."""
        if self is PictureNote.SCALED_UP:
            return text("picture.note.scaled_up", side=PICTURE_LIMITS.min_side)
        return text("picture.note.padded")


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedPicture:
    """A picture as the model takes it: upright, without metadata, within the limits of its model.

    ``ending`` is ``png``, ``jpg`` or ``webp``. Sizes are in pixels. ``thumbnail`` is a small JPEG of it; empty where
    none was made.
    """

    data: bytes
    ending: str
    width: int
    height: int
    notes: tuple[PictureNote, ...] = ()
    thumbnail: bytes = b""


class Refusal(StrEnum):
    """Why a picture cannot be normalized."""

    EMPTY = "empty"
    TOO_HEAVY = "too_heavy"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_COSTLY = "too_costly"


_PLENTY: Final = 4_096
"""Pixels on the long side that are enough for any video."""


class PictureRefused(RequestError):  # noqa: N818 - named like the other refusals
    """A picture cannot be used.

    ``width`` and ``height`` are in pixels, ``limit`` is in bytes; ``picture`` is how its sentence calls it.
    """

    def __init__(
        self, reason: Refusal, *, width: int = 0, height: int = 0, limit: int = 0, picture: Value | None = None
    ) -> None:
        self.reason = reason
        self.width, self.height, self.limit = width, height, limit
        super().__init__(self._sentence(text("picture.some") if picture is None else picture))

    def named(self, picture: Value) -> PictureRefused:
        """The same refusal with the picture's name in its sentence."""
        return PictureRefused(self.reason, width=self.width, height=self.height, limit=self.limit, picture=picture)

    def _sentence(self, picture: Value) -> Text:
        match self.reason:
            case Refusal.EMPTY:
                return text("picture.refused.empty", picture=picture)
            case Refusal.TOO_HEAVY:
                return text("picture.refused.too_heavy", picture=picture, limit=Bytes(self.limit))
            case Refusal.UNREADABLE:
                return text("picture.refused.unreadable", picture=picture)
            case Refusal.DAMAGED:
                return text("picture.refused.damaged", picture=picture)
            case Refusal.TOO_SMALL:
                side = PICTURE_LIMITS.min_side
                return text(
                    "picture.refused.too_small", picture=picture, width=self.width, height=self.height, side=side
                )
            case Refusal.TOO_LARGE:
                return text("picture.refused.too_large", picture=picture, plenty=_PLENTY)
            case Refusal.TOO_COSTLY:
                return text("picture.refused.too_costly", picture=picture)
