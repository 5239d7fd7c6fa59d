"""What comes of a picture that somebody attached: normalized bytes, or a refusal that says why.

Knows nothing of Pillow, so that nothing but the worker process has to load it for a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.errors import RequestError


class PictureNote(StrEnum):
    """A change that the user should know of."""

    SCALED_UP = "scaled_up"
    PADDED = "padded"

    @property
    def words(self) -> str:
        """What was done, to stand after the picture's name."""
        return _NOTE_WORDS[self]


_NOTE_WORDS: Final = {
    PictureNote.SCALED_UP: "was scaled up, since the model wants at least 300 pixels on each side",
    PictureNote.PADDED: "got margins, since it was too long and narrow for the model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedPicture:
    """A picture as the model takes it: upright, without metadata, within the limits of its model.

    ``ending`` is ``png``, ``jpg`` or ``webp``. Sizes are in pixels.
    """

    data: bytes
    ending: str
    width: int
    height: int
    notes: tuple[PictureNote, ...] = ()


class Refusal(StrEnum):
    """Why a picture cannot be normalized."""

    EMPTY = "empty"
    TOO_HEAVY = "too_heavy"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_COSTLY = "too_costly"


_REFUSAL_WORDS: Final[dict[Refusal, tuple[str, str]]] = {
    Refusal.EMPTY: ("is an empty file", "Please attach it again."),
    Refusal.TOO_HEAVY: ("has more than {limit} MB", "Please attach a smaller copy."),
    Refusal.UNREADABLE: ("is not a picture that I can read", "Please attach a PNG, JPEG or WebP file."),
    Refusal.DAMAGED: ("is damaged or incomplete", "Please save it anew and attach it again."),
    Refusal.TOO_SMALL: (
        "is {width} × {height} pixels, which is too small",
        "Please attach one with at least 300 on each side.",
    ),
    Refusal.TOO_LARGE: (
        "has more pixels than I can open",
        "Please attach a smaller copy: 4,096 on the long side are plenty.",
    ),
    Refusal.TOO_COSTLY: (
        "takes too much time or memory to open",
        "Please attach a smaller copy of it, saved as PNG or JPEG.",
    ),
}


class PictureRefused(RequestError):  # noqa: N818 - named like the other refusals
    """A picture cannot be used.

    ``why`` stands after the picture's name ("is damaged or incomplete"), ``advice`` is a sentence of its own.
    The numbers in them are ``width`` and ``height`` in pixels, and ``limit`` in MB.
    """

    def __init__(
        self, reason: Refusal, *, width: int = 0, height: int = 0, limit: int = 0, name: str = "One of the pictures"
    ) -> None:
        why, advice = _REFUSAL_WORDS[reason]
        self.reason = reason
        self.width, self.height, self.limit = width, height, limit
        self.why = why.format(width=width, height=height, limit=limit)
        self.advice = advice
        super().__init__(f"{name} {self.why}. {advice}")

    def named(self, key: str) -> PictureRefused:
        """The same refusal with the command's option in its sentence: "The picture in image3 is …"."""
        return PictureRefused(
            self.reason, width=self.width, height=self.height, limit=self.limit, name=f"The picture in {key}"
        )
