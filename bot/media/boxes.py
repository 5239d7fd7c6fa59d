"""The top level of an MP4 or MOV file (ISO 14496-12, 4.2): which boxes, in which order, and whether it is all there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HEADER = 8
_LONG_HEADER = 16
_MOST = 100_000
_FIRST_KINDS = frozenset({"ftyp", "moov", "mdat", "free", "skip", "wide", "styp", "pnot"})
_CONTENT_KINDS = frozenset({"moov", "moof", "mdat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box: its four letters, where it starts, and how many bytes it says it has."""

    kind: str
    offset: int
    size: int


def top_boxes(path: Path) -> list[Box]:
    """List the top-level boxes; empty for a file that is no MP4 or MOV. The last one may claim more than there is."""
    end = path.stat().st_size
    boxes: list[Box] = []
    offset = 0
    with path.open("rb") as file:
        while offset + _HEADER <= end and len(boxes) < _MOST:
            file.seek(offset)
            head = file.read(_LONG_HEADER)
            size = int.from_bytes(head[:4], "big")
            kind = head[4:8].decode("latin-1")
            if not boxes and kind not in _FIRST_KINDS:
                return []
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            elif size == 0:
                size = end - offset
            if size < _HEADER:
                break
            boxes.append(Box(kind=kind, offset=offset, size=size))
            offset += size
    return boxes


def is_cut_off(path: Path) -> bool:
    """Whether an MP4 or MOV ends before its last box does, or lacks its index."""
    boxes = top_boxes(path)
    if not boxes:
        return False
    last = boxes[-1]
    whole = last.offset + last.size <= path.stat().st_size
    return not whole or all(box.kind != "moov" for box in boxes)


def is_truncated(path: Path) -> bool:
    """Whether the index or the media of an MP4 or MOV goes on past the end of the file: the rest of it is missing."""
    size = path.stat().st_size
    return any(box.kind in _CONTENT_KINDS and box.offset + box.size > size for box in top_boxes(path))


def plays_from_first_byte(path: Path) -> bool:
    """Whether the index (``moov``) is before the media (``mdat``), so that a player need not fetch the end first."""
    kinds = [box.kind for box in top_boxes(path)]
    return "moov" in kinds and "mdat" in kinds and kinds.index("moov") < kinds.index("mdat")
