"""The boxes of an MP4 or MOV file (ISO 14496-12): which there are, whether media lacks, and how to move the index.

Bytes that form no box end the list: a file is judged by its boxes, not by what lies behind them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_HEADER: Final = 8
_PIECE: Final = 1024 * 1024
_LONG_HEADER: Final = 16
_MOST: Final = 100_000
_DEEPEST: Final = 16
_MOST_INDEX_BYTES: Final = 64 * 1024 * 1024
_FIRST_KINDS: Final = frozenset({"ftyp", "moov", "mdat", "free", "skip", "wide", "styp", "pnot", "uuid"})
_KINDS: Final = _FIRST_KINDS | {
    "pssh",
    "moof",
    "mfra",
    "sidx",
    "ssix",
    "prft",
    "emsg",
    "pdin",
    "meta",
    "udta",
    "bxml",
}
_PARENTS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_ALL_PARENTS: Final = _PARENTS | {b"edts", b"dinf", b"udta", b"mvex", b"moof", b"traf", b"mfra", b"sinf", b"schi"}
_OF_ENCRYPTION: Final = frozenset({b"sinf", b"encv", b"enca", b"encs", b"enct", b"pssh", b"senc", b"tenc", b"schm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box: its four letters, where it starts, and how many bytes it says it has."""

    kind: str
    offset: int
    size: int

    @property
    def end(self) -> int:
        """Where it ends, if it is whole."""
        return self.offset + self.size


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
            is_known = kind in (_KINDS if boxes else _FIRST_KINDS)
            if not is_known and not (boxes and _may_be_new(kind, size, end - offset)):
                break
            least = _HEADER
            if size == 1:
                size, least = int.from_bytes(head[8:16], "big"), _LONG_HEADER
            elif size == 0:
                size = end - offset
            if size < least:
                break
            boxes.append(Box(kind=kind, offset=offset, size=size))
            offset += size
    return boxes


def _may_be_new(kind: str, size: int, left: int) -> bool:
    """Whether what is of no known kind looks like a box all the same: a word for a name, and it is all there.

    Players pass over such a box, also before the media. Text that only lies behind would be too long by its size.
    """
    return kind.isascii() and kind.isalnum() and _HEADER <= size <= left


def is_cut_off(path: Path) -> bool:
    """Whether an MP4 or MOV ends before its last box does, or lacks media or its index."""
    boxes = top_boxes(path)
    return bool(boxes) and (boxes[-1].end > path.stat().st_size or lacks_media(path))


def lacks_media(path: Path) -> bool:
    """Whether an MP4 or MOV lacks its index, or media that is listed there."""
    boxes, size = top_boxes(path), path.stat().st_size
    if not boxes:
        return False
    kinds = [box.kind for box in boxes]
    if not {"moov", "mdat", "moof"} & set(kinds) and _kind_at(path, boxes[-1].end) not in _KINDS | {""}:
        return False  # what follows was never a box: another download brings the same
    index = next((box for box in boxes if box.kind == "moov"), None)
    if index is None or index.end > size or "mdat" not in kinds:
        return True
    if "moof" in kinds:
        behind = boxes[len(kinds) - kinds[::-1].index("moof") :]
        media = next((box for box in behind if box.kind == "mdat"), None)
        return media is None or media.end > size
    try:
        return _media_end(_index(path, index)) > size
    except (struct.error, IndexError):
        return False  # whoever decodes it will say


def _kind_at(path: Path, offset: int) -> str:
    """The four letters of a box that would begin there; empty where the file has ended by then."""
    with path.open("rb") as file:
        file.seek(offset)
        head = file.read(_HEADER)
    return head[4:].decode("latin-1") if len(head) == _HEADER else ""


def plays_from_first_byte(path: Path) -> bool:
    """Whether one index (``moov``) of everything is before the media, so that a player need not fetch the end first."""
    kinds = [box.kind for box in top_boxes(path)]
    if "moov" not in kinds or "mdat" not in kinds or "moof" in kinds:
        return False
    return kinds.index("moov") < kinds.index("mdat")


def is_encrypted(path: Path) -> bool:
    """Whether an MP4 or MOV says that its media are encrypted (ISO 23001-7). What Oxen makes never is."""
    for box in top_boxes(path):
        if box.kind.encode("latin-1") in _OF_ENCRYPTION:
            return True
        if box.kind in ("moov", "moof") and _lists_encryption(_index(path, box)):
            return True
    return False


def _lists_encryption(data: bytes) -> bool:
    try:
        for kind, begin, stop in _leaves(data, 0, len(data), _ALL_PARENTS):
            if kind in _OF_ENCRYPTION:
                return True
            if kind == b"stsd" and any(name in data[begin:stop] for name in _OF_ENCRYPTION):
                return True
    except (struct.error, IndexError):
        return any(name in data for name in _OF_ENCRYPTION)
    return False


def move_index_to_front(source: Path, target: Path) -> bool:
    """Write the same file with its index before the media, all else as it is; ``False`` where that cannot be done.

    What lies behind the last box is left out.
    """
    boxes = top_boxes(source)
    indexes = [box for box in boxes if box.kind == "moov"]
    if len(indexes) != 1 or any(box.kind == "moof" for box in boxes) or indexes[0].size > _MOST_INDEX_BYTES:
        return False
    index, front = indexes[0], boxes[0].end if boxes[0].kind == "ftyp" else 0
    try:
        moov = _shifted(_index(source, index), front, index.offset, index.size)
    except (struct.error, IndexError):
        return False
    with source.open("rb") as file, target.open("wb") as out:
        _copy(file, out, 0, front)
        out.write(moov)
        _copy(file, out, front, index.offset)
        _copy(file, out, index.end, max(boxes[-1].end, index.end))
    return True


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    left = end - start
    while left > 0 and (piece := source.read(min(left, _PIECE))):
        target.write(piece)
        left -= len(piece)


def _index(path: Path, box: Box) -> bytes:
    if box.size > _MOST_INDEX_BYTES:
        raise IndexError("an index of that size is not read")
    with path.open("rb") as file:
        file.seek(box.offset)
        return file.read(box.size)


def _inner(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places of an index: kind, start and end of the content."""
    for _ in range(_MOST):
        if start + _HEADER > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = _HEADER
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + _HEADER), _LONG_HEADER
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise IndexError("a box that is longer than what holds it")
        yield kind, start + head, start + size
        start += size


def _leaves(
    data: bytes, start: int, end: int, parents: frozenset[bytes] = _PARENTS, depth: int = _DEEPEST
) -> Iterator[tuple[bytes, int, int]]:
    """Every box between two places, what is in it before itself: kind, start and end of the content."""
    for kind, begin, stop in _inner(data, start, end):
        if kind in parents:
            if not depth:
                raise IndexError("boxes in boxes in boxes")
            yield from _leaves(data, begin, stop, parents, depth - 1)
        yield kind, begin, stop


def _offsets(data: bytes, kind: bytes, begin: int) -> tuple[str, tuple[int, ...]]:
    (count,) = struct.unpack_from(">I", data, begin + 4)
    layout = f">{min(count, len(data))}{'I' if kind == b'stco' else 'Q'}"
    return layout, struct.unpack_from(layout, data, begin + 8)


def _numbers(data: bytes, start: int, count: int) -> tuple[int, ...]:
    """So many numbers of 32 bits. Raises struct.error where there are fewer."""
    return struct.unpack_from(f">{min(count, len(data))}I", data, start)


def _shifted(moov: bytes, front: int, old: int, by: int) -> bytes:
    """The index for media between ``front`` and ``old`` that lies ``by`` bytes further on now."""
    changed = bytearray(moov)
    for kind, begin, _ in _leaves(moov, 0, len(moov)):
        if kind in (b"stco", b"co64"):
            layout, offsets = _offsets(moov, kind, begin)
            moved = (offset + by if front <= offset < old else offset for offset in offsets)
            struct.pack_into(layout, changed, begin + 8, *moved)
    return bytes(changed)


def _media_end(moov: bytes) -> int:
    """Where the last sample of all tracks ends."""
    end, tables = 0, dict[bytes, int]()
    for kind, begin, _ in _leaves(moov, 0, len(moov)):
        tables[kind] = begin
        if kind == b"stbl":
            end = max(end, _last_sample_end(moov, tables))
            tables.clear()
    return end


def _last_sample_end(moov: bytes, tables: dict[bytes, int]) -> int:
    """Where the sample of a track ends that lies furthest in the file, as far as its tables tell."""
    chunk_kind = b"stco" if b"stco" in tables else b"co64"
    if not {chunk_kind, b"stsc", b"stsz"} <= tables.keys():
        return 0
    _, offsets = _offsets(moov, chunk_kind, tables[chunk_kind])
    same, count = _numbers(moov, tables[b"stsz"] + 4, 2)
    sizes = () if same else _numbers(moov, tables[b"stsz"] + 12, count)
    (runs,) = _numbers(moov, tables[b"stsc"] + 4, 1)
    steps = _numbers(moov, tables[b"stsc"] + 8, 3 * runs)
    end = sample = 0
    for run, (first, samples) in enumerate(zip(steps[::3], steps[1::3], strict=True)):
        until = steps[3 * run + 3] if 3 * run + 3 < len(steps) else len(offsets) + 1
        for offset in offsets[first - 1 : until - 1]:
            taken = min(samples, count - sample)
            end = max(end, offset + (same * taken if same else sum(sizes[sample : sample + taken])))
            sample += taken
            if sample >= count:
                return end
    return end
