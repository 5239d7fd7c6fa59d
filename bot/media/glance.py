"""A glance at an MP4's index (ISO 14496-12 and -15): enough to know an ordinary video without starting a process.

It is cautious: whatever is not the plain case (one H.264 video track of 8 bits and 4:2:0, not rotated,
the file as long as it says) is left to the worker, which really opens the file. Nothing is decoded here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.media.boxes import top_boxes
from bot.media.facts import VideoFacts

_MOST_INDEX_BYTES: Final = 4 * 1024 * 1024
_MOST_BOXES: Final = 4_096
_EIGHT_BIT_PROFILES: Final = frozenset({66, 77, 88, 100})
_UPRIGHT: Final = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SAMPLE_ENTRY: Final = 78


def glance(path: Path) -> VideoFacts | None:
    """What an ordinary MP4 says of itself; ``None`` where a proper look is needed.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    boxes = top_boxes(path)
    kinds = [box.kind for box in boxes]
    if not boxes or kinds[0] != "ftyp" or kinds.count("moov") != 1 or "mdat" not in kinds or "moof" in kinds:
        return None
    if boxes[-1].end != size or kinds.index("moov") > kinds.index("mdat"):
        return None
    index = boxes[kinds.index("moov")]
    if index.size > _MOST_INDEX_BYTES:
        return None
    with path.open("rb") as file:
        file.seek(index.offset)
        moov = file.read(index.size)
    try:
        media_bytes = sum(box.size for box in boxes if box.kind == "mdat")
        return _facts(moov[8:], size, media_bytes)
    except (struct.error, IndexError, ValueError):
        return None


def _children(data: bytes) -> Iterator[tuple[str, bytes]]:
    offset = 0
    for _ in range(_MOST_BOXES):
        if offset + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, offset)
        if size < 8 or offset + size > len(data):
            raise ValueError("a box that is longer than what holds it")
        yield kind.decode("latin-1"), data[offset + 8 : offset + size]
        offset += size
    raise ValueError("too many boxes")


def _child(data: bytes, *kinds: str) -> bytes:
    for kind in kinds:
        data = next((body for name, body in _children(data) if name == kind), b"")
        if not data:
            raise ValueError(f"no {kind}")
    return data


def _facts(moov: bytes, size: int, media_bytes: int) -> VideoFacts | None:
    tracks = [body for kind, body in _children(moov) if kind == "trak"]
    handlers = [_child(track, "mdia", "hdlr")[8:12] for track in tracks]
    if handlers.count(b"vide") != 1 or set(handlers) - {b"vide", b"soun"}:
        return None
    track = tracks[handlers.index(b"vide")]
    header = _child(track, "tkhd")
    if header[-44:-8] != _UPRIGHT:
        return None
    table = _child(track, "mdia", "minf", "stbl")
    (frames,) = struct.unpack_from(">I", _child(table, "stsz"), 8)
    duration = _duration(_child(moov, "mvhd"))
    width, height = _coded_size(_child(table, "stsd"))
    shown = tuple(value >> 16 for value in struct.unpack(">2I", header[-8:]))
    if not frames or duration <= 0 or shown != (width, height):
        return None
    return VideoFacts(
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        width=width,
        height=height,
        coded_pixels=width * height,
        rotation=0,
        duration=duration,
        fps=frames / duration,
        frames=frames,
        has_audio=b"soun" in handlers,
        size=size,
        media_bytes=media_bytes,
    )


def _duration(header: bytes) -> float:
    scale, length = struct.unpack_from(">IQ", header, 20) if header[0] == 1 else struct.unpack_from(">II", header, 12)
    if not scale:
        raise ValueError("no time scale")
    return float(length / scale)


def _coded_size(descriptions: bytes) -> tuple[int, int]:
    """The frame size of the one H.264 sample description, if players of 8-bit 4:2:0 can play it."""
    [(kind, entry)] = list(_children(descriptions[8:]))
    if kind not in ("avc1", "avc3"):
        raise ValueError("not H.264")
    if _child(entry[_SAMPLE_ENTRY:], "avcC")[1] not in _EIGHT_BIT_PROFILES:
        raise ValueError("not 8-bit 4:2:0")
    width, height = struct.unpack_from(">2H", entry, 24)
    return width, height
