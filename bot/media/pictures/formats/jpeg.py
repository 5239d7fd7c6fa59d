"""Segments of a JPEG file (ITU-T T.81 annex B; JFIF, Exif and ICC as their own specifications say)."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

START: Final = b"\xff\xd8"
END: Final = b"\xff\xd9"

_SOS, _EOI, _SOI, _COM = 0xDA, 0xD9, 0xD8, 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = {0xC2, 0xC6, 0xCA, 0xCE}
_LINES: Final = 0xDC  # the number of lines, where the frame's header left it open
_TABLES: Final = {0xC4, 0xCC, 0xDB, 0xDD}
_WITHOUT_LENGTH: Final = {0x01, *range(0xD0, 0xD8)}
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]")
_MARKER_BEHIND_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_NOISE_BYTES: Final = 4096
_FEWEST_ZEROS: Final = 4
_MAX_PROFILE_BYTES: Final = 4 * 1024 * 1024

_JFIF, _EXIF, _XMP = b"JFIF\0", b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_PROFILE, _ADOBE = b"ICC_PROFILE\0", b"Adobe"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """A marker and what belongs to it, with a scan's coded pixels."""

    marker: int
    payload: memoryview
    coded: memoryview | None = None

    @property
    def whole(self) -> bytes:
        head = struct.pack(">BBH", 0xFF, self.marker, len(self.payload) + 2)
        return b"".join([head, self.payload, self.coded or b""])


@dataclass(slots=True)
class _Scans:
    """Which coefficients of which component the scans hold so far, in all their bits."""

    components: set[int] = field(default_factory=set)
    is_progressive: bool = False
    whole: dict[int, set[int]] = field(default_factory=dict)

    def note_frame(self, marker: int, payload: memoryview) -> None:
        self.is_progressive = marker in _PROGRESSIVE
        self.components = set(payload[6 : 6 + 3 * payload[5] : 3])

    def note_scan(self, payload: memoryview) -> None:
        count = payload[0]
        first, last, bits = payload[1 + 2 * count : 4 + 2 * count]
        coefficients = range(first, last + 1) if self.is_progressive else range(64)
        for component in payload[1 : 1 + 2 * count : 2]:
            if not (self.is_progressive and bits & 0x0F):
                self.whole.setdefault(component, set()).update(coefficients)

    @property
    def are_complete(self) -> bool:
        return bool(self.components) and all(len(self.whole.get(each, ())) >= 64 for each in self.components)


def _segments(data: bytes) -> Iterator[_Segment | None]:
    """Every segment up to the end marker; ``None`` stands for that marker, and is missing where it is missing."""
    view, position = memoryview(data), 2
    while found := _MARKER.search(data, position):
        marker, position = data[found.end() - 1], found.end()
        if marker == _EOI:
            yield None
            return
        if marker == _SOI:
            return
        if marker in _WITHOUT_LENGTH:
            continue
        if position + 2 > len(data) or not _is_known(marker):
            return
        (length,) = struct.unpack_from(">H", data, position)
        end = position + max(length, 2)
        if end > len(data):
            return
        payload, position = view[position + 2 : end], end
        if marker != _SOS:
            yield _Segment(marker=marker, payload=payload)
            continue
        behind = _MARKER_BEHIND_SCAN.search(data, end)
        position = behind.start() if behind else len(data)
        yield _Segment(marker=marker, payload=payload, coded=view[end:position])


def _is_known(marker: int) -> bool:
    return marker in _FRAMES | _TABLES | {_SOS, _LINES, _COM} or marker in _APPLICATION


def readable(data: bytes) -> tuple[bytes, bool]:
    """The file with nothing but the picture, its colours and its orientation, and whether its end marker was added.

    The marker is added where every scan has at least begun; whether the last one has all its rows is for whoever
    decodes it to find out, with `with_noise_at_the_end`.
    """
    parts: list[bytes | memoryview] = [START]
    kept, scans = _Metadata(), _Scans()
    for segment in _segments(data):
        if segment is None:
            parts.append(END)
            return b"".join(parts), False
        if segment.marker in _APPLICATION or segment.marker == _COM:
            parts.append(kept.take(segment.marker, bytes(segment.payload)))
            continue
        try:
            if segment.marker in _FRAMES:
                scans.note_frame(segment.marker, segment.payload)
            elif segment.marker == _SOS:
                scans.note_scan(segment.payload)
        except (IndexError, ValueError):
            return data, False
        parts.append(segment.whole)
    if not scans.are_complete:
        return data, False
    return _without_filling(b"".join(parts)).rstrip(b"\xff") + END, True


def _without_filling(data: bytes) -> bytes:
    """The file without the zeros that a download leaves where it reserved room and broke off.

    They would be read as pixels. A single zero may be the end of the last ones, or escape the byte before it.
    """
    whole = data.rstrip(b"\0")
    if len(data) - len(whole) < _FEWEST_ZEROS:
        return data
    return whole + b"\0" if whole.endswith(b"\xff") else whole


class _Metadata:
    """Decides what of a file's metadata a decoder needs: the first of each kind, of the right shape."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._profile_bytes = 0

    def take(self, marker: int, payload: bytes) -> bytes:
        """The segment as it is kept; empty where it is not."""
        if marker == 0xE0 and payload.startswith(_JFIF) and len(payload) >= 14:
            return self._first(_JFIF, _segment(marker, payload[:12] + b"\0\0"))  # without the small copy
        if marker == 0xE1 and payload.startswith(_EXIF):
            return self._first(_EXIF, _segment(marker, payload))
        if marker == 0xE1 and payload.startswith(_XMP) and b"Orientation" in payload:
            return self._first(_XMP, _segment(marker, payload))
        if marker == 0xE2 and payload.startswith(_PROFILE) and len(payload) > len(_PROFILE) + 2:
            self._profile_bytes += len(payload)
            return _segment(marker, payload) if self._profile_bytes <= _MAX_PROFILE_BYTES else b""
        if marker == 0xEE and payload.startswith(_ADOBE) and len(payload) >= 12:
            return self._first(_ADOBE, _segment(marker, payload[:12]))
        return b""

    def _first(self, kind: bytes, segment: bytes) -> bytes:
        if kind in self._seen:
            return b""
        self._seen.add(kind)
        return segment


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_noise_at_the_end(data: bytes) -> bytes:
    """The file with random bits between its last coded pixel and its end marker.

    A decoder that has all its pixels skips them. One that lacks some takes them for pixels, and shows another picture.
    """
    noise = random.Random(1).randbytes(_NOISE_BYTES).replace(b"\xff", b"\x5a")  # noqa: S311 - no secret
    return data.removesuffix(END) + noise + END


def bare(data: bytes) -> bytes | None:
    """The file without metadata and further pictures; ``None`` where its pixels must be encoded anew."""
    parts: list[bytes] = [START]
    for segment in _segments(data):
        if segment is None:
            return b"".join([*parts, END])
        if segment.marker == 0xE0 and segment.payload[:5] == _JFIF:
            if len(segment.payload) != 14 or any(segment.payload[12:]):  # it holds a small copy of the picture
                return None
            parts.append(segment.whole)
        elif segment.marker in _FRAMES | _TABLES | {_SOS} or _is_adobe(segment):
            parts.append(segment.whole)
        elif segment.marker == _LINES:
            return None
    return None


def _is_adobe(segment: _Segment) -> bool:
    """The Adobe segment says how the colours are stored: without it they would be read wrongly."""
    return segment.marker == 0xEE and segment.payload[:5] == _ADOBE and len(segment.payload) == 12
