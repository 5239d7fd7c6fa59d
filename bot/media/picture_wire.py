"""What the picture desk and its worker say to each other over two pipes.

A question is a length and that many bytes. An answer is two lengths, a JSON object, and the picture's bytes.
An answer comes from a process that has read a stranger's file, so it is checked like a stranger's word.
"""

from __future__ import annotations

import json
from struct import Struct
from typing import Final

from bot.domain import limits
from bot.media.mended_picture import MendedPicture, PictureNote, PictureRefused, Refusal

READY: Final = b"R"
QUESTION: Final = Struct(">I")
ANSWER: Final = Struct(">II")
_MAX_WORDS: Final = 1024

Answer = MendedPicture | PictureRefused


class OddAnswerError(ValueError):
    """The worker said something that it never should."""


def packed(answer: Answer) -> bytes:
    """An answer as bytes."""
    if isinstance(answer, PictureRefused):
        return _frame({"refused": answer.reason, "width": answer.width, "height": answer.height}, b"")
    words = {"ending": answer.ending, "width": answer.width, "height": answer.height, "notes": answer.notes}
    return _frame(words, answer.data)


def _frame(words: object, data: bytes) -> bytes:
    text = json.dumps(words).encode()
    return ANSWER.pack(len(text), len(data)) + text + data


def lengths(head: bytes) -> tuple[int, int]:
    """How many bytes of JSON and of picture follow an answer's head. Raises OddAnswerError."""
    words, data = ANSWER.unpack(head)
    if words > _MAX_WORDS or data > limits.MAX_IMAGE_BYTES:
        raise OddAnswerError(f"an answer of {words} + {data} bytes")
    return words, data


def unpacked(words: bytes, data: bytes) -> Answer:
    """The answer that was packed. Raises OddAnswerError."""
    try:
        said = json.loads(words)
        if "refused" in said:
            return PictureRefused(Refusal(said["refused"]), width=int(said["width"]), height=int(said["height"]))
        picture = MendedPicture(
            data=data,
            ending=str(said["ending"]),
            width=int(said["width"]),
            height=int(said["height"]),
            notes=tuple(PictureNote(note) for note in said["notes"]),
        )
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise OddAnswerError(f"{type(error).__name__}: {error}") from error
    if not _is_within_limits(picture):
        raise OddAnswerError(f"a picture of {picture.width} × {picture.height} pixels, {len(data)} bytes")
    return picture


def _is_within_limits(picture: MendedPicture) -> bool:
    return (
        bool(picture.data)
        and picture.ending in limits.IMAGE_TYPES.values()
        and min(picture.width, picture.height) >= limits.MIN_IMAGE_SIDE
        and limits.MIN_IMAGE_ASPECT <= picture.width / picture.height <= limits.MAX_IMAGE_ASPECT
    )
