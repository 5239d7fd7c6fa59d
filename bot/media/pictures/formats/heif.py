"""Boxes of a HEIF or AVIF file (ISO 14496-12 and 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_METADATA_TYPES: Final = {b"Exif", b"mime", b"uri "}
_IGNORED_TYPE: Final = b"skip"
_MOST_BOXES: Final = 4_096


def is_heif(data: bytes) -> bool:
    """Whether it begins as a file of that family does."""
    return data[4:8] == b"ftyp"


def readable(data: bytes) -> bytes:
    """The file without EXIF, XMP and other metadata, and without what lies behind its boxes; nothing is moved.

    Such a picture is turned by properties of its own, so its orientation does not go with the EXIF.
    """
    changed = bytearray(data)
    end = 0
    for kind, start, stop in _boxes(data, 0, len(data)):
        end = stop
        if kind == b"meta":
            for item in _items(data, start + 4, stop):
                if data[item : item + 4] in _METADATA_TYPES:
                    changed[item : item + 4] = _IGNORED_TYPE
    return bytes(changed[:end]) if end else data


def _items(data: bytes, start: int, stop: int) -> Iterator[int]:
    """Where the type of every item stands that the box of information on items (``iinf``) lists."""
    for kind, begin, end in _boxes(data, start, stop):
        if kind == b"iinf" and begin < end:
            for entry, at, _ in _boxes(data, begin + (6 if data[begin] == 0 else 8), end):
                if entry == b"infe" and data[at] in (2, 3):
                    yield at + (8 if data[at] == 2 else 10)


def _boxes(data: bytes, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: the name of each, where its content begins and where it ends."""
    for _ in range(_MOST_BOXES):
        if start + 8 > stop:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= stop:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        elif size == 0:
            size = stop - start
        if size < head or start + size > stop:
            return
        yield kind, start + head, start + size
        start += size
