"""An MP4 is judged by its boxes, not by what lies behind them, and its index is put in front."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import pytest

from bot.errors import ResultError
from bot.media.video.fitter import Fitter
from bot.media.video.mp4_boxes import is_cut_off, plays_from_first_byte, top_boxes
from bot.media.video.probe import inspect
from tests.media.media_clips import files, turn, write_clip

pytestmark = pytest.mark.exhaustive

SIZE = (320, 180)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the same clip with its index in front, at its end, and in fragments; its frames are out of order."""
    folder = tmp_path_factory.mktemp("boxes")
    order = {"preset": "veryfast", "bf": "2"}
    write_clip(folder / "front.mp4", size=SIZE, count=30, options=order, sound=True)
    write_clip(folder / "end.mp4", size=SIZE, count=30, options=order, sound=True, faststart=False)
    write_clip(folder / "silent.mp4", size=SIZE, count=30, options=order, faststart=False)
    fragment(folder / "end.mp4", folder / "fragments.mp4", "frag_keyframe+empty_moov+default_base_moof")
    fragment(folder / "end.mp4", folder / "fragments-behind-a-start.mp4", "frag_keyframe")
    fragment(folder / "end.mp4", folder / "dash.mp4", "dash+frag_keyframe+empty_moov")
    fragment(folder / "silent.mp4", folder / "fragments-of-frames.mp4", "frag_every_frame+empty_moov")
    turn(folder / "silent.mp4", folder / "turned.mp4")
    return folder


def fragment(path: Path, target: Path, flags: str) -> None:
    with av.open(str(path)) as source, av.open(str(target), "w", options={"movflags": flags}) as out:
        copied = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                out.mux_one(packet)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def boxes_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Every top-level box of a sound file: its kind, and all of its bytes."""
    found, start = [], 0
    while start < len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        found.append((kind, data[start : start + size]))
        start += size
    return found


def packets(path: Path) -> list[tuple[str, bytes, Fraction]]:
    """Every packet of a file, by stream: its bytes, and when it is shown."""
    with av.open(str(path)) as container:
        return sorted(
            (packet.stream.type, bytes(packet), packet.pts * packet.time_base)
            for packet in container.demux()
            if packet.pts is not None and packet.time_base is not None and packet.size
        )


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(data)
    return path


async def repacked(fitter: Fitter, path: Path) -> Path:
    """The file after the bot has looked at it and packed it anew."""
    info = await fitter.inspect(path)
    assert not info.plays_from_first_byte
    copy = await fitter.repack(path, info)
    assert copy == inspect(path)
    assert copy.plays_from_first_byte
    return path


@pytest.mark.parametrize(
    "name",
    ["end.mp4", "silent.mp4", "fragments.mp4", "fragments-of-frames.mp4", "fragments-behind-a-start.mp4", "dash.mp4"],
)
async def test_a_file_whose_index_is_not_in_front_is_packed_anew_without_loss(
    fitter: Fitter, clips: Path, tmp_path: Path, name: str
) -> None:
    before = packets(clips / name)
    path = await repacked(fitter, saved(tmp_path, (clips / name).read_bytes()))
    after = packets(path)
    assert [packet[:2] for packet in after] == [packet[:2] for packet in before]
    start, began = min(moment for *_, moment in after), min(moment for *_, moment in before)
    for (*_, moment), (*_, was) in zip(after, before, strict=True):
        assert moment - start == pytest.approx(was - began, abs=0.002)
    assert plays_from_first_byte(path)
    assert files(tmp_path) == ["clip.mp4"]


async def test_a_turned_file_is_packed_anew_and_stays_turned(fitter: Fitter, clips: Path, tmp_path: Path) -> None:
    path = await repacked(fitter, saved(tmp_path, (clips / "turned.mp4").read_bytes()))
    assert inspect(path).rotation == 90


async def test_an_index_that_is_only_moved_keeps_all_else_that_is_in_it(
    fitter: Fitter, clips: Path, tmp_path: Path
) -> None:
    parts = dict(boxes_of((clips / "end.mp4").read_bytes()))
    assert b"elst" in parts[b"moov"]
    path = await repacked(fitter, saved(tmp_path, (clips / "end.mp4").read_bytes()))
    now = dict(boxes_of(path.read_bytes()))
    assert now[b"mdat"] == parts[b"mdat"]
    assert len(now[b"moov"]) == len(parts[b"moov"])


async def test_a_file_that_cannot_be_packed_anew_stays_as_it_is(fitter: Fitter, clips: Path, tmp_path: Path) -> None:
    whole = (clips / "end.mp4").read_bytes()
    path = saved(tmp_path, whole)
    info = await fitter.inspect(path)
    path.write_bytes(b"something else")
    assert await fitter.repack(path, info) is None
    assert path.read_bytes() == b"something else"
    assert files(tmp_path) == ["clip.mp4"]


def wide_sizes(data: bytes) -> bytes:
    """The same file with its media's size in 64 bits, in place of the `free` box before it."""
    parts = boxes_of(data)
    at = next(index for index, (kind, _) in enumerate(parts) if kind == b"mdat")
    assert parts[at - 1] == (b"free", box(b"free", b""))
    body = parts[at][1][8:]
    parts[at - 1 : at + 1] = [(b"mdat", struct.pack(">I4sQ", 1, b"mdat", len(body) + 16) + body)]
    return b"".join(part for _, part in parts)


def open_end(data: bytes) -> bytes:
    """The same file with a size of 0 for its media, which are last."""
    at = data.index(b"mdat")
    return data[: at - 4] + bytes(4) + data[at:]


def followed_by(tail: bytes, data: bytes) -> bytes:
    return data + tail


JUNK = random.Random(3).randbytes(100_000)
SHAPES: dict[str, Callable[[bytes], bytes]] = {
    **{f"{count} zeros": partial(followed_by, bytes(count)) for count in (1, 4, 7, 8, 16, 22, 4_000)},
    **{f"{count} odd bytes": partial(followed_by, JUNK[:count]) for count in (1, 7, 8, 9, 22, 100_000)},
    "words": partial(followed_by, b"-- end of stream  --\r\n"),
    "a page behind": partial(followed_by, b"<!DOCTYPE html><title>200</title>"),
    "an unknown box that is too long": partial(followed_by, b"\x7f\xff\xff\xffodd!" + bytes(90)),
    "a free box": partial(followed_by, box(b"free", bytes(90))),
    "an empty free box": partial(followed_by, box(b"free", b"")),
    "a skip box": partial(followed_by, box(b"skip", bytes(90))),
    "a wide box": partial(followed_by, box(b"wide", b"")),
    "a uuid box": partial(followed_by, box(b"uuid", bytes(96))),
    "boxes and words": partial(followed_by, box(b"uuid", bytes(96)) + box(b"free", b"") + b"end"),
    "a size of 64 bits": wide_sizes,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["front.mp4", "end.mp4", "fragments.mp4"])
async def test_what_lies_around_the_media_does_no_harm(
    fitter: Fitter, clips: Path, tmp_path: Path, name: str, shape: str
) -> None:
    whole = (clips / name).read_bytes()
    if shape == "a size of 64 bits" and name == "fragments.mp4":
        return
    path = saved(tmp_path, SHAPES[shape](whole))
    assert not is_cut_off(path)
    info = inspect(path)
    assert (info.frames, info.has_audio, info.plays_from_first_byte) == (30, True, name == "front.mp4")
    if not info.plays_from_first_byte:
        await repacked(fitter, path)
        assert [packet[:2] for packet in packets(path)] == [packet[:2] for packet in packets(clips / name)]


def test_media_without_a_size_reach_to_the_end(clips: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, open_end((clips / "front.mp4").read_bytes()))
    assert inspect(path).plays_from_first_byte
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(ResultError) as caught:
        inspect(path)
    assert caught.value.retryable


@pytest.mark.parametrize("kind", [b"free", b"skip", b"uuid", b"wide", b"beam", b"Xtra"])
@pytest.mark.parametrize("name", ["front.mp4", "end.mp4"])
def test_boxes_in_front_do_no_harm(clips: Path, tmp_path: Path, name: str, kind: bytes) -> None:
    """Put between the media and the index, so that no place changes that the index knows of, or behind both."""
    parts = boxes_of((clips / name).read_bytes())
    odd = box(kind, bytes(64))
    if name == "end.mp4":
        parts.insert(len(parts) - 1, (kind, odd))
    else:
        parts.append((kind, odd))
    path = saved(tmp_path, b"".join(part for _, part in parts))
    assert inspect(path).frames == 30


async def test_a_box_of_a_new_kind_before_the_media_does_no_harm(fitter: Fitter, clips: Path, tmp_path: Path) -> None:
    parts = boxes_of((clips / "end.mp4").read_bytes())
    media = next(place for place, (name, _) in enumerate(parts) if name == b"mdat")
    kind, filler = parts[media - 1]
    assert kind == b"free", "its bytes are there to be used"
    parts[media - 1] = (b"beam", filler[:4] + b"beam" + filler[8:])
    path = saved(tmp_path, b"".join(part for _, part in parts))
    assert inspect(path).frames == 30
    await repacked(fitter, path)
    assert [found.kind for found in top_boxes(path)] == ["ftyp", "moov", "beam", "mdat"]


@pytest.mark.parametrize("name", ["front.mp4", "end.mp4", "silent.mp4", "fragments.mp4", "fragments-of-frames.mp4"])
def test_a_file_that_is_cut_off_is_noticed_wherever_it_was_cut(clips: Path, tmp_path: Path, name: str) -> None:
    whole = (clips / name).read_bytes()
    parts = [(kind, part) for kind, part in boxes_of(whole) if kind != b"mfra"]
    end = sum(len(part) for _, part in parts)
    chance = random.Random(name)
    for cut in [9, end - 1, end - 30, *(chance.randrange(40, end) for _ in range(40))]:
        at_a_box = cut in (sum(len(part) for _, part in parts[:count]) for count in range(len(parts)))
        if at_a_box and "fragments" in name:
            continue
        path = saved(tmp_path, whole[:cut])
        with pytest.raises(ResultError) as caught:
            inspect(path)
        assert caught.value.retryable or cut < 40, cut


def test_a_file_that_ends_early_in_nothing_that_counts_is_taken_at_the_last_look(clips: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, (clips / "front.mp4").read_bytes() + box(b"free", bytes(4_000))[:-100])
    with pytest.raises(ResultError, match="cut off"):
        inspect(path)
    assert inspect(path, is_last_look=True).frames == 30
    path.write_bytes((clips / "front.mp4").read_bytes()[:-100])
    with pytest.raises(ResultError, match="cut off"):
        inspect(path, is_last_look=True)


def test_no_change_of_any_length_is_more_than_an_ordinary_error(clips: Path, tmp_path: Path) -> None:
    chance = random.Random(17)
    for name in ("front.mp4", "end.mp4", "fragments.mp4"):
        whole = (clips / name).read_bytes()
        index = whole.index(b"moov")
        for _ in range(40):
            data = bytearray(whole)
            at = index + chance.randrange(1_200)
            data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1"))
            path = saved(tmp_path, bytes(data))
            plays_from_first_byte(path)
            try:
                inspect(path)
            except ResultError:
                continue


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"avc1", b"encv"), (b"mp4a", b"enca"), (b"avcC", b"sinf"), (b"udta", b"pssh"), (b"elst", b"senc")],
)
@pytest.mark.parametrize("name", ["front.mp4", "fragments.mp4"])
def test_an_encrypted_video_is_not_even_opened(clips: Path, tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    whole = (clips / name).read_bytes()
    if old not in whole:
        return
    with pytest.raises(ResultError, match="encrypted") as caught:
        inspect(saved(tmp_path, whole.replace(old, new)))
    assert not caught.value.retryable


def test_an_encrypted_fragment_is_not_even_opened(clips: Path, tmp_path: Path) -> None:
    whole = (clips / "fragments.mp4").read_bytes()
    with pytest.raises(ResultError, match="encrypted"):
        inspect(saved(tmp_path, whole.replace(b"tfdt", b"senc")))
    with pytest.raises(ResultError, match="encrypted"):
        inspect(saved(tmp_path, whole + box(b"pssh", bytes(30))))


def test_boxes_in_boxes_without_end_are_an_ordinary_error(clips: Path, tmp_path: Path) -> None:
    nested = b""
    for _ in range(20_000):
        nested = struct.pack(">I4s", len(nested) + 8, b"trak") + nested
    path = saved(tmp_path, box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", nested) + box(b"mdat", bytes(90)))
    with pytest.raises(ResultError):
        inspect(path)


def test_the_list_of_boxes_ends_where_there_is_none(clips: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, (clips / "front.mp4").read_bytes() + b"-- end of stream  --\r\n")
    assert [found.kind for found in top_boxes(path)] == ["ftyp", "moov", "free", "mdat"]
