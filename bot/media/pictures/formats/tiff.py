"""The first directory of a TIFF file (TIFF 6.0, and BigTIFF)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_CLASSIC, _BIG = 42, 43
_MOST_ENTRIES: Final = 4_096
_MAX_PROFILE_BYTES: Final = 4 * 1024 * 1024
_PROFILE: Final = 34675
# What says how the pixels are stored, and which way is up.
_NEEDED: Final = frozenset(
    {
        *range(254, 260),  # kind, width, height, bits, compression
        *(262, 266, 273, 274, 277, 278, 279, 284),  # colours, fill order, strips, orientation, samples, planes
        *(292, 293, 317, 320),  # fax options, predictor, palette
        *(322, 323, 324, 325),  # tiles
        *(332, 338, 339, 340, 341),  # inks, extra samples, sample format and range
        347,  # JPEG tables
        *range(512, 522),  # old JPEG
        *(529, 530, 531, 532),  # YCbCr
        _PROFILE,
    }
)
_BYTES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a file's directory is written: where, and with which numbers."""

    order: str
    entry: str
    offset: str
    count: str

    def size(self, part: str) -> int:
        return struct.calcsize(self.order + part)


def readable(data: bytes) -> bytes:
    """The file with its first picture alone, described by no more than its decoding takes; nothing is moved."""
    try:
        return _readable(data)
    except struct.error:
        return data


def _readable(data: bytes) -> bytes:
    order = "<" if data[:2] == b"II" else ">"
    (version,) = struct.unpack_from(order + "H", data, 2)
    if version == _BIG:
        layout = _Layout(order=order, entry="HHQ8s", offset="Q", count="Q")
        (start,) = struct.unpack_from(order + "Q", data, 8)
    elif version == _CLASSIC:
        layout = _Layout(order=order, entry="HHI4s", offset="I", count="H")
        (start,) = struct.unpack_from(order + "I", data, 4)
    else:
        return data
    (count,) = struct.unpack_from(order + layout.count, data, start)
    first, step = start + layout.size(layout.count), layout.size(layout.entry)
    if count > _MOST_ENTRIES or first + count * step > len(data):
        return data
    entries = [data[at : at + step] for at in range(first, first + count * step, step)]
    needed = [entry for entry in entries if _is_needed(entry, layout, len(data))]
    directory = struct.pack(order + layout.count, len(needed)) + b"".join(needed) + bytes(layout.size(layout.offset))
    end = first + count * step + layout.size(layout.offset)
    return b"".join([data[:start], directory.ljust(end - start, b"\0"), data[end:]])


def _is_needed(entry: bytes, layout: _Layout, file_bytes: int) -> bool:
    tag, kind, count, value = struct.unpack(layout.order + layout.entry, entry)
    if tag != _PROFILE:
        return tag in _NEEDED
    size = _BYTES.get(kind, 0) * count
    (at,) = struct.unpack(layout.order + layout.offset, value)
    return bool(0 < size <= _MAX_PROFILE_BYTES and at + size <= file_bytes)
