"""What a picture file is made of: the same pixels, bit for bit, with nothing else in the file.

``readable`` is for what decodes it here, ``bare`` for what is sent on.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from bot.media.pictures.formats import gif, heif, jpeg, png, tiff, webp

_BARE: Final = {"png": png.bare, "jpg": jpeg.bare, "webp": webp.bare}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFile:
    """A file as a decoder gets it. ``is_ended_here`` says that it had no end marker, and may lack pixels as well."""

    data: bytes
    is_ended_here: bool = False


def readable(data: bytes) -> ReadableFile:
    """The file without what a decoder does not need, and might stumble over: metadata, comments, further pictures.

    Colour profile and orientation stay. A file that is not understood stays as it is.
    """
    if data.startswith(jpeg.START):
        jpeg_data, is_ended_here = jpeg.readable(data)
        return ReadableFile(data=jpeg_data, is_ended_here=is_ended_here)
    if data.startswith(png.SIGNATURE):
        return ReadableFile(data=png.readable(data))
    if webp.is_webp(data):
        return ReadableFile(data=webp.readable(data))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ReadableFile(data=gif.readable(data))
    if data.startswith((b"II", b"MM")):
        return ReadableFile(data=tiff.readable(data))
    if heif.is_heif(data):
        return ReadableFile(data=heif.readable(data))
    return ReadableFile(data=data)


def bare(data: bytes, ending: str) -> bytes | None:
    """The file without metadata, comments, further pictures, and what lies behind its end.

    It equals ``data`` where there is nothing to drop. ``None``: the file must be encoded anew, since its
    parts are unusual (16 bits, a palette, an animation) or not understood.
    """
    try:
        return _BARE[ending](data)
    except (KeyError, IndexError, struct.error):
        return None
