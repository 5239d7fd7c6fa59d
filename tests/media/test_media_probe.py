"""What is said of a file that claims to be a video."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ResultError
from bot.media.errors import CutOff
from bot.media.video.mp4_boxes import is_cut_off, plays_from_first_byte, top_boxes
from bot.media.video.probe import inspect
from bot.media.video.video_info import VideoInfo
from tests.support import unreadable_video

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "name",
    [
        "empty.mp4",
        "page.mp4",
        "half.mp4",
        "half-late-index.mp4",
        "half.webm",
        "only-sound.mp4",
        "garbage.mp4",
        "playlist.mp4",
    ],
)
def test_a_file_that_is_no_playable_video_is_refused(shelf: Path, name: str) -> None:
    with pytest.raises(ResultError):
        inspect(shelf / name)


def test_a_file_that_is_not_there_is_refused_in_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(ResultError):
        inspect(tmp_path / "nothing.mp4")


@pytest.mark.parametrize(("name", "retryable"), [("half.mp4", True), ("empty.mp4", True), ("only-sound.mp4", False)])
def test_what_another_download_may_repair_is_told_from_what_it_cannot(shelf: Path, name: str, retryable: bool) -> None:
    with pytest.raises(ResultError) as caught:
        inspect(shelf / name)
    assert caught.value.retryable is retryable


def test_the_facts_of_a_plain_video_are_those_it_was_made_with(shelf: Path) -> None:
    path = shelf / "plain.mp4"
    info = inspect(path)
    assert info == VideoInfo(
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        width=640,
        height=360,
        coded_pixels=640 * 360,
        rotation=0,
        duration=1.0,
        fps=24.0,
        frames=24,
        has_audio=False,
        size=path.stat().st_size,
        media_bytes=info.media_bytes,
    )
    assert 0.9 * info.size < info.media_bytes < info.size


def test_sound_is_noticed(shelf: Path) -> None:
    assert inspect(shelf / "sound.mp4").has_audio


def test_a_turned_video_is_measured_as_it_is_shown(shelf: Path) -> None:
    info = inspect(shelf / "turned.mp4")
    assert (info.width, info.height, info.rotation) == (360, 640, 90)


def test_the_duration_is_that_of_the_frames_when_they_last_unequally(shelf: Path) -> None:
    assert inspect(shelf / "uneven.mp4").duration == pytest.approx(2.0, abs=0.1)


def test_one_frame_is_a_video(shelf: Path) -> None:
    info = inspect(shelf / "one-frame.mp4")
    assert info.frames == 1
    assert info.duration == pytest.approx(1 / 24)


@pytest.mark.parametrize(("name", "codec", "container"), [("hevc.mp4", "hevc", "mp4"), ("vp9.webm", "vp9", "webm")])
def test_a_video_that_some_browsers_cannot_play_is_said_to_be_one(
    shelf: Path, name: str, codec: str, container: str
) -> None:
    info = inspect(shelf / name)
    assert (info.codec, info.container, info.plays_anywhere) == (codec, container, False)


def test_padding_is_not_counted_as_picture(shelf: Path) -> None:
    info = inspect(shelf / "padded.mp4")
    assert info.size > 4_000_000 > 10 * info.media_bytes / 2


def test_an_index_in_front_is_told_from_one_at_the_end(shelf: Path) -> None:
    assert plays_from_first_byte(shelf / "plain.mp4")
    assert not plays_from_first_byte(shelf / "late-index.mp4")
    assert not plays_from_first_byte(shelf / "vp9.webm")


def test_what_only_begins_like_a_video_is_not_called_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(unreadable_video(9_000))
    with pytest.raises(ResultError) as caught:
        inspect(path)
    assert not isinstance(caught.value, CutOff)


def test_a_box_with_an_impossible_size_ends_the_list(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(b"\0\0\0\x08ftyp" + b"\0\0\0\x04moov" + bytes(8))
    assert [box.kind for box in top_boxes(path)] == ["ftyp"]
    assert is_cut_off(path)
