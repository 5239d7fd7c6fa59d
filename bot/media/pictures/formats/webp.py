"""Chunks of a WebP file (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_HEADER: Final = 12
_PIXELS: Final = {b"VP8 ", b"VP8L", b"ALPH"}
_ANIMATION: Final = {b"ANIM", b"ANMF"}
_METADATA_FLAGS: Final = {b"ICCP": 0x20, b"EXIF": 0x08, b"XMP ": 0x04}
_ANIMATION_FLAG: Final = 0x02
_MAX_METADATA_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """One chunk, padding included: ``data[start:end]``."""

    name: bytes
    start: int
    end: int
    length: int


def is_webp(data: bytes) -> bool:
    """Whether it says that it is one."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Every whole chunk, up to the first bytes that are none, whatever length the file says it has."""
    position = _HEADER
    while position + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length + length % 2
        if position + 8 + length > len(data):
            return
        yield _Chunk(name=name, start=position, end=end, length=length)
        position = end


def readable(data: bytes) -> bytes:
    """The file with nothing but its first picture, its colours and its orientation.

    It stays as it is where no picture in it is whole.
    """
    chosen: list[_Chunk] = []
    has_pixels = False
    for chunk in _chunks(data):
        is_first = chunk.name not in {each.name for each in chosen}
        if chunk.name in _METADATA_FLAGS:
            is_needed = is_first and 0 < chunk.length <= _MAX_METADATA_BYTES
        elif chunk.name in _PIXELS | _ANIMATION:
            is_needed = is_first and not has_pixels
        else:
            is_needed = is_first and chunk.name == b"VP8X" and chunk.length == 10
        if is_needed:
            chosen.append(chunk)
        has_pixels = has_pixels or chunk.name in (b"VP8 ", b"VP8L", b"ANMF")
    return _file(data, chosen) if has_pixels else data


def _file(data: bytes, chunks: list[_Chunk]) -> bytes:
    names = {chunk.name for chunk in chunks}
    absent = sum(flag for name, flag in _METADATA_FLAGS.items() if name not in names)
    parts = []
    for chunk in chunks:
        part = data[chunk.start : chunk.end].ljust(chunk.end - chunk.start, b"\0")
        if chunk.name == b"VP8X":
            part = part[:8] + bytes([part[8] & ~absent]) + part[9:]
        parts.append(part)
    body = b"".join(parts)
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def bare(data: bytes) -> bytes | None:
    """The file without profile, EXIF and XMP; ``None`` where it is an animation, or not understood."""
    chunks = list(_chunks(data))
    if not is_webp(data) or any(chunk.name in _ANIMATION for chunk in chunks):
        return None
    if any(chunk.name == b"VP8X" and data[chunk.start + 8] & _ANIMATION_FLAG for chunk in chunks):
        return None
    return _file(data, [chunk for chunk in chunks if chunk.name in _PIXELS | {b"VP8X"}])
