"""What comes out of fitting: opened again, frame by frame."""

from __future__ import annotations

import asyncio
from itertools import chain, pairwise, repeat
from pathlib import Path

import av
import pytest

from bot.errors import BotError
from bot.media.errors import CannotFit
from bot.media.video.fit import fit
from bot.media.video.fitter import Fitter
from bot.media.video.mp4_boxes import plays_from_first_byte
from bot.media.video.probe import inspect
from bot.media.video.video_info import FittedVideo, VideoInfo
from tests.media.media_clips import files, times

pytestmark = pytest.mark.exhaustive


async def fitted(fitter: Fitter, source: Path, folder: Path, limit: int) -> tuple[VideoInfo, FittedVideo, VideoInfo]:
    """Fit a clip; what it was, what was said, and what is there now."""
    before = await fitter.inspect(source)
    said = await fitter.fit(source, folder / "copy.mp4", limit, before)
    return before, said, inspect(said.path)


@pytest.mark.parametrize(
    ("name", "limit", "frame"),
    [
        ("plain.mp4", 150_000, (640, 360)),
        ("noise.mp4", 1_000_000, (1920, 1080)),
        ("noise.mp4", 110_000, (1280, 720)),
        ("late-index.mp4", 150_000, (640, 360)),
        ("one-frame.mp4", 15_000, (640, 360)),
        ("uneven.mp4", 150_000, (640, 360)),
        ("sixty.mp4", 400_000, (640, 360)),
        ("sound.mp4", 200_000, (640, 360)),
        ("hevc.mp4", 120_000, (640, 360)),
        ("vp9.webm", 150_000, (640, 360)),
        ("odd.webm", 300_000, (852, 478)),
        ("turned.mp4", 150_000, (360, 640)),
    ],
)
async def test_a_copy_fits_and_plays_everywhere_from_its_first_byte(
    fitter: Fitter, shelf: Path, tmp_path: Path, name: str, limit: int, frame: tuple[int, int]
) -> None:
    before, said, now = await fitted(fitter, shelf / name, tmp_path, limit)
    assert now.size == said.size <= limit
    assert (now.width, now.height) == (said.width, said.height) == frame
    assert now.duration == pytest.approx(before.duration, abs=0.1)
    assert now.plays_anywhere
    assert now.rotation == 0
    assert now.has_audio == before.has_audio
    assert plays_from_first_byte(said.path)
    assert files(tmp_path) == ["copy.mp4"]


@pytest.mark.parametrize("limit", [15_000, 60_000, 120_000, 300_000, 800_000])
async def test_a_copy_is_never_above_the_limit(fitter: Fitter, shelf: Path, tmp_path: Path, limit: int) -> None:
    try:
        _, said, now = await fitted(fitter, shelf / "busy.mp4", tmp_path, limit)
    except CannotFit:
        assert limit < 50_000
        assert files(tmp_path) == []
    else:
        assert now.size == said.size <= limit


@pytest.mark.parametrize("limit", [70_000, 140_000])
def test_a_copy_that_came_out_too_large_is_made_again_smaller(shelf: Path, tmp_path: Path, limit: int) -> None:
    # Two frames of noise: the encoder fills its buffer at once, and passes the limit by an eighth.
    source, told = shelf / "two-frames.mp4", list[float]()
    copy = fit(source, tmp_path / "copy.mp4", limit, inspect(source), cores=1, seconds=60, progress=told.append)
    assert len(told) > 2, "one try is told of once a frame"
    assert copy.size == (tmp_path / "copy.mp4").stat().st_size <= limit
    assert len(times(tmp_path / "copy.mp4")) == 2


async def test_sound_that_goes_on_after_the_picture_does_not_cost_the_picture(
    fitter: Fitter, shelf: Path, tmp_path: Path
) -> None:
    before, said, now = await fitted(fitter, shelf / "long-sound.mp4", tmp_path, 200_000)
    assert before.has_audio
    assert now.has_audio
    assert now.size <= 200_000
    with av.open(str(said.path)) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(before.duration, abs=0.1)


async def test_frames_of_unequal_length_keep_their_moments(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    _, said, _ = await fitted(fitter, shelf / "uneven.mp4", tmp_path, 150_000)
    assert times(said.path) == pytest.approx(times(shelf / "uneven.mp4"), abs=0.002)


async def test_sixty_frames_a_second_become_thirty_even_ones(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    before, said, now = await fitted(fitter, shelf / "sixty.mp4", tmp_path, 60_000)
    shown = times(said.path)
    assert now.frames == before.frames // 2
    assert [after - moment for moment, after in pairwise(shown)] == pytest.approx([1 / 30] * 44)


async def test_a_turned_video_is_upright_without_being_told(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    _, upright, _ = await fitted(fitter, shelf / "plain.mp4", tmp_path, 200_000)
    with av.open(str(upright.path)) as container:
        plain = next(container.decode(video=0)).to_rgb()
    _, turned_copy, _ = await fitted(fitter, shelf / "turned.mp4", tmp_path, 200_000)
    with av.open(str(turned_copy.path)) as container:
        turned = next(container.decode(video=0)).to_rgb()
    for x, y in ((40, 40), (600, 40), (40, 320), (600, 320), (320, 100)):
        # By 90 degrees clockwise: what was at the left edge is at the top, what was at the top is at the right.
        then, now = _pixel(plain, x, y), _pixel(turned, plain.height - 1 - y, x)
        assert max(abs(a - b) for a, b in zip(then, now, strict=True)) < 40


def _pixel(frame: av.VideoFrame, x: int, y: int) -> tuple[int, ...]:
    at = y * frame.planes[0].line_size + x * 3
    return tuple(bytes(frame.planes[0])[at : at + 3])


async def test_a_file_that_is_large_by_its_padding_keeps_every_picture_as_it_was(
    fitter: Fitter, shelf: Path, tmp_path: Path
) -> None:
    before, said, now = await fitted(fitter, shelf / "padded.mp4", tmp_path, 1_000_000)
    assert now.media_bytes == before.media_bytes
    assert said.size < 1_000_000


def test_an_encoding_that_will_not_end_in_time_starts_anew_with_a_smaller_frame(shelf: Path, tmp_path: Path) -> None:
    # Asked for the start, for the time left, for the start of the first try, and after each frame: by then it is late.
    moments = chain([0.0, 0.0, 6.0], repeat(8.5))
    source = shelf / "noise.mp4"
    copy = fit(
        source,
        tmp_path / "copy.mp4",
        1_000_000,
        inspect(source),
        cores=1,
        seconds=20,
        progress=lambda _: None,
        clock=lambda: next(moments),
    )
    assert copy.height < 1080
    assert copy.duration == pytest.approx(0.5, abs=0.1)


async def test_a_decompression_monster_is_not_decoded_whole(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotFit):
        await fitted(fitter, shelf / "monster.mp4", tmp_path, 100_000)
    assert files(tmp_path) == []


async def test_facts_that_are_wrong_do_not_get_a_monster_in(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    info = await fitter.inspect(shelf / "plain.mp4")
    with pytest.raises(BotError):
        await fitter.fit(shelf / "monster.mp4", tmp_path / "copy.mp4", 100_000, info)
    assert files(tmp_path) == []


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", ["plain.mp4", "turned.mp4", "vp9.webm", "one-frame.mp4", "uneven.mp4", "monster.mp4"])
async def test_a_still_is_a_jpeg_as_large_as_the_video_is_shown(
    fitter: Fitter, shelf: Path, tmp_path: Path, name: str, last: bool
) -> None:
    info = inspect(shelf / name)
    picture = tmp_path / "still.jpg"
    picture.write_bytes(await fitter.frame(shelf / name, last=last))
    with av.open(str(picture)) as container:
        shown = next(container.decode(video=0))
    assert (shown.width, shown.height) == (info.width, info.height)
    assert picture.read_bytes()[:2] == b"\xff\xd8"


async def test_the_last_frame_is_the_last_one(fitter: Fitter, shelf: Path, tmp_path: Path) -> None:
    picture = tmp_path / "still.jpg"
    picture.write_bytes(await fitter.frame(shelf / "plain.mp4", last=True))
    with av.open(str(shelf / "plain.mp4")) as container:
        wanted = [frame.to_rgb() for frame in container.decode(video=0)]
    with av.open(str(picture)) as container:
        got = next(container.decode(video=0)).to_rgb()
    distances = [_distance(got, frame) for frame in wanted]
    assert distances.index(min(distances)) == len(wanted) - 1


def _distance(one: av.VideoFrame, other: av.VideoFrame) -> int:
    return sum(abs(a - b) for a, b in zip(bytes(one.planes[0])[::31], bytes(other.planes[0])[::31], strict=True))


async def test_an_unreadable_file_has_no_still(fitter: Fitter, shelf: Path) -> None:
    answers = await asyncio.gather(
        *(fitter.frame(shelf / name, last=False) for name in ("page.mp4", "only-sound.mp4", "garbage.mp4")),
        return_exceptions=True,
    )
    assert all(isinstance(answer, BotError) for answer in answers)
