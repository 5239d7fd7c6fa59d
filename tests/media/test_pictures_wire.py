"""The bot believes its picture worker no more than the picture that the worker has read."""

import json

import pytest

from bot.domain import limits
from bot.media.mended_picture import MendedPicture, PictureNote, PictureRefused, Refusal
from bot.media.picture_wire import ANSWER, OddAnswerError, lengths, packed, unpacked

FINE = {"ending": "png", "width": 300, "height": 400, "notes": []}


def carried(answer: MendedPicture | PictureRefused) -> MendedPicture | PictureRefused:
    frame = packed(answer)
    words, size = lengths(frame[: ANSWER.size])
    body = frame[ANSWER.size :]
    assert len(body) == words + size
    return unpacked(body[:words], body[words:])


def test_a_mended_picture_arrives_as_it_was_sent() -> None:
    mended = MendedPicture(data=b"abc", ending="jpg", width=300, height=700, notes=(PictureNote.PADDED,))
    assert carried(mended) == mended


def test_a_refusal_arrives_with_its_sentence() -> None:
    refused = carried(PictureRefused(Refusal.TOO_SMALL, width=10, height=20))
    assert isinstance(refused, PictureRefused)
    assert refused.why == "is 10 × 20 pixels, which is too small"


@pytest.mark.parametrize("sizes", [(2000, 0), (10, limits.MAX_IMAGE_BYTES + 1), (2**32 - 1, 2**32 - 1)])
def test_an_answer_that_is_too_long_is_not_even_read(sizes: tuple[int, int]) -> None:
    with pytest.raises(OddAnswerError):
        lengths(ANSWER.pack(*sizes))


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"refused": "because"}',
        b'{"refused": "too_small", "width": "wide", "height": 3}',
        b"[" * 1000,
        *(
            json.dumps(FINE | change).encode()
            for change in (
                {"ending": "exe"},
                {"ending": "../png"},
                {"width": 299},
                {"width": 4000},
                {"height": 0},
                {"width": float("inf")},
                {"height": None},
                {"notes": ["@everyone"]},
                {"notes": 3},
            )
        ),
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(words: bytes) -> None:
    with pytest.raises(OddAnswerError):
        unpacked(words, b"data")


def test_a_picture_of_no_bytes_is_not_believed() -> None:
    assert unpacked(json.dumps(FINE).encode(), b"data")
    with pytest.raises(OddAnswerError):
        unpacked(json.dumps(FINE).encode(), b"")
