"""Chunks of a PNG file (W3C, Portable Network Graphics, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_UNPACKED_BYTES: Final = 4 * 1024 * 1024
"""The most that a colour profile or a text may have once it is unpacked."""

_END: Final = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))
_LENGTHS: Final = {b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"pHYs": 9}
_PALETTE, _TRUE_COLOUR = 3, 2
_TRANSPARENCY_LENGTHS: Final = {0: range(2, 3), 2: range(6, 7), 3: range(1, 257)}  # by colour type
_COLOUR_TYPES_SENT: Final = {0, 2, 6}  # grey, RGB, RGBA
# Where the orientation may be written, besides eXIf.
_TEXTS_WITH_ORIENTATION: Final = {b"XML:com.adobe.xmp", b"Raw profile type exif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """One chunk: its whole bytes are ``data[start:end]``."""

    name: bytes
    start: int
    end: int
    body: memoryview
    checksum: int

    @property
    def is_intact(self) -> bool:
        return zlib.crc32(self.body, zlib.crc32(self.name)) == self.checksum


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Every whole chunk up to IEND, or up to the first bytes that are none."""
    view, position = memoryview(data), len(SIGNATURE)
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data) or not name.isalpha():
            return
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        yield _Chunk(name=name, start=position, end=end, body=view[position + 8 : end - 4], checksum=checksum)
        if name == b"IEND":
            return
        position = end


def readable(data: bytes) -> bytes:
    """The file with nothing but the picture, its colours and its orientation, ended as it should be.

    A chunk beside the picture whose checksum is wrong is left out, as viewers do. What is broken in the picture
    itself is left to the decoder.
    """
    view = memoryview(data)
    parts: list[bytes | memoryview] = [SIGNATURE]
    colour_type, has_pixels, end = -1, False, len(SIGNATURE)
    for chunk in _chunks(data):
        end = chunk.end
        if chunk.name == b"IEND":
            break
        if chunk.name == b"IHDR" and len(chunk.body) == 13:
            colour_type = chunk.body[9]
        has_pixels = has_pixels or chunk.name == b"IDAT"
        if _is_needed(chunk, colour_type):
            parts.append(view[chunk.start : chunk.end])
    if data[end + 4 : end + 8] == b"IDAT" or not has_pixels:  # cut off in the picture
        parts.append(view[end:])
    else:
        parts.append(_END)
    return b"".join(parts)


def _is_needed(chunk: _Chunk, colour_type: int) -> bool:
    name, length = chunk.name, len(chunk.body)
    if name == b"PLTE":
        return colour_type == _PALETTE
    if name[:1].isupper():
        return True
    if name == b"tRNS":
        return length in _TRANSPARENCY_LENGTHS.get(colour_type, ()) and chunk.is_intact
    if name in _LENGTHS:
        return length == _LENGTHS[name] and chunk.is_intact
    if name == b"eXIf":
        return chunk.is_intact
    if name in (b"iCCP", b"zTXt", b"iTXt", b"tEXt"):
        return _is_small_and_needed(chunk) and chunk.is_intact
    return False


def _is_small_and_needed(chunk: _Chunk) -> bool:
    """Whether it is a colour profile, or a text that may tell the orientation, and is of a bearable size."""
    keyword, is_terminated, rest = bytes(chunk.body[:MAX_UNPACKED_BYTES]).partition(b"\0")
    if not is_terminated or len(chunk.body) > MAX_UNPACKED_BYTES:
        return False
    if chunk.name != b"iCCP" and keyword not in _TEXTS_WITH_ORIENTATION:
        return False
    if chunk.name == b"tEXt":
        return True
    if chunk.name == b"iTXt":
        is_packed, text = rest[:2] == b"\1\0", rest[2:].split(b"\0", 2)[-1]  # behind two names in other languages
        return rest[:2] == b"\0\0" or (is_packed and _unpacks(text))
    return rest[:1] == b"\0" and _unpacks(rest[1:])


def _unpacks(packed: bytes) -> bool:
    unpacking = zlib.decompressobj()
    try:
        return len(unpacking.decompress(packed, MAX_UNPACKED_BYTES + 1)) <= MAX_UNPACKED_BYTES
    except zlib.error:
        return False


def bare(data: bytes) -> bytes | None:
    """The file without profile, texts and further pictures; ``None`` where its pixels must be encoded anew."""
    view, parts, has_pixels = memoryview(data), [memoryview(SIGNATURE)], False
    for chunk in _chunks(data):
        if chunk.name == b"IEND":
            parts.append(view[chunk.start : chunk.end])
            return b"".join(parts) if has_pixels and not chunk.body else None
        if chunk.name == b"IHDR" and (len(chunk.body) != 13 or not _is_sent(chunk.body)):
            return None
        if chunk.name == b"tRNS":
            return None
        has_pixels = has_pixels or chunk.name == b"IDAT"
        if chunk.name in (b"IHDR", b"IDAT") or _LENGTHS.get(chunk.name) == len(chunk.body):
            parts.append(view[chunk.start : chunk.end])
        elif chunk.name != b"PLTE" and chunk.name[:1].isupper():  # a critical chunk that nobody knows
            return None
    return None


def _is_sent(header: memoryview) -> bool:
    return header[8] == 8 and header[9] in _COLOUR_TYPES_SENT
