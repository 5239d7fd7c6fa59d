"""What a worker for pictures does."""

from __future__ import annotations

from itertools import accumulate, pairwise

from PIL import AvifImagePlugin, Image

from bot.domain.model_spec import PictureLimits
from bot.media.pictures.fingerprints import fingerprint
from bot.media.pictures.normalize import normalize
from bot.media.pictures.normalized_picture import PictureRefused
from bot.media.pictures.thumbnails import strip
from bot.media.worker.protocol import Frame, Request

Image.preinit()  # no file of Pillow's can be read once a worker is shut in
# Of 1 MiB each: memory that the system hands out anew each time was a fifth of what a photo takes.
Image.core.set_blocks_max(32)  # type: ignore[attr-defined]
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread takes address space


def _normalize(request: Request) -> Frame:
    try:
        picture = normalize(request.payload, PictureLimits(**request.arguments))
    except PictureRefused as refused:
        return Frame(words={"refused": refused.reason, "width": refused.width, "height": refused.height})
    words = {
        "ending": picture.ending,
        "width": picture.width,
        "height": picture.height,
        "notes": picture.notes,
        "thumbnail": len(picture.thumbnail),
    }
    return Frame(words=words, payload=picture.data + picture.thumbnail)


def _strip(request: Request) -> Frame:
    ends = list(accumulate(request.arguments["lengths"]))
    return Frame(words={}, payload=strip([request.payload[a:b] for a, b in pairwise([0, *ends])]))


def _fingerprint(request: Request) -> Frame:
    try:
        found = fingerprint(request.payload)
    except PictureRefused as refused:
        return Frame(words={"refused": refused.reason, "width": refused.width, "height": refused.height})
    return Frame(words={"bits": found.bits, "colour": found.colour})


TASKS = {"normalize": _normalize, "fingerprint": _fingerprint, "strip": _strip}
