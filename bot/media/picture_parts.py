"""What a picture file is made of: the same pixels, bit for bit, with nothing else in the file.

Sources of the formats: the PNG specification (W3C), ITU-T T.81 annex B (JPEG), RFC 9649 (WebP).
"""

from __future__ import annotations

import re
import struct
from typing import Final

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = {b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"pHYs": 9}
_PNG_DROPPED: Final = {b"PLTE"}
_PNG_COLOURS: Final = {0, 2, 6}  # grey, RGB, RGBA

_JPEG_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC8}  # frame headers, and the Huffman and arithmetic tables
_JPEG_TABLES: Final = {0xDB, 0xDD}
_JPEG_OPTIONAL: Final = {*range(0xE0, 0xF0), 0xFE}
_JPEG_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_WEBP_FRAMES: Final = {b"VP8 ", b"VP8L", b"ALPH"}
_WEBP_ANIMATED: Final = {b"ANIM", b"ANMF"}
_WEBP_METADATA_FLAGS: Final = 0x20 | 0x08 | 0x04  # colour profile, EXIF, XMP
_WEBP_ANIMATION_FLAG: Final = 0x02


def bare(data: bytes, ending: str) -> bytes | None:
    """The file without metadata, comments, further pictures, and what lies behind its end.

    It equals ``data`` where there is nothing to drop. ``None``: the file must be encoded anew, since its
    parts are unusual (16 bits, a palette, an animation) or not understood.
    """
    try:
        return {"png": _bare_png, "jpg": _bare_jpeg, "webp": _bare_webp}[ending](data)
    except (KeyError, IndexError, struct.error):
        return None


def _bare_png(data: bytes) -> bytes | None:
    if not data.startswith(_PNG_SIGNATURE):
        return None
    parts, position, has_pixels = [_PNG_SIGNATURE], len(_PNG_SIGNATURE), False
    while True:
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            return None
        chunk, body = data[position:end], position + 8
        position = end
        if name == b"IEND":
            return b"".join([*parts, chunk]) if has_pixels and length == 0 else None
        if name == b"IHDR" and (length != 13 or data[body + 8] != 8 or data[body + 9] not in _PNG_COLOURS):
            return None
        if name == b"tRNS":
            return None
        has_pixels = has_pixels or name == b"IDAT"
        if name in (b"IHDR", b"IDAT") or _PNG_KEPT.get(name) == length:
            parts.append(chunk)
        elif name not in _PNG_DROPPED and name[:1].isupper():  # a critical chunk that nobody knows
            return None


def _bare_jpeg(data: bytes) -> bytes | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    parts, position = [b"\xff\xd8"], 2
    while data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == 0xD9:
            return b"".join([*parts, b"\xff\xd9"])
        (length,) = struct.unpack_from(">H", data, position + 2)
        end = position + 2 + length
        if marker == 0xDA:
            after = _JPEG_AFTER_SCAN.search(data, end)
            if after is None:
                return None
            end = after.start()
        segment = data[position:end]
        if marker == 0xE0 and segment[4:9] == b"JFIF\0":
            if length != 16 or segment[-2:] != b"\0\0":  # it holds a small copy of the picture
                return None
            parts.append(segment)
        elif marker == 0xDA or marker in _JPEG_FRAMES | _JPEG_TABLES or _is_adobe(marker, segment):
            parts.append(segment)
        elif marker not in _JPEG_OPTIONAL:
            return None
        position = end
    return None


def _is_adobe(marker: int, segment: bytes) -> bool:
    """The Adobe segment says how the colours are stored: without it they would be read wrongly."""
    return marker == 0xEE and segment[4:9] == b"Adobe" and len(segment) == 16


def _bare_webp(data: bytes) -> bytes | None:
    riff, length, webp = struct.unpack_from("<4sI4s", data, 0)
    if (riff, webp) != (b"RIFF", b"WEBP") or length + 8 > len(data):
        return None
    parts, position, stop = [], 12, length + 8
    while position < stop:
        name, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length + length % 2
        if end > stop or name in _WEBP_ANIMATED:
            return None
        chunk = data[position:end]
        if name == b"VP8X":
            flags = chunk[8]
            if length != 10 or flags & _WEBP_ANIMATION_FLAG:
                return None
            parts.append(chunk[:8] + bytes([flags & ~_WEBP_METADATA_FLAGS]) + chunk[9:])
        elif name in _WEBP_FRAMES:
            parts.append(chunk)
        position = end
    body = b"".join(parts)
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body
