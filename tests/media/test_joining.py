"""Several videos as one: as they are where they are alike, else encoded anew; in order, and as long as they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
from PIL import Image

from bot.errors import ResultError
from bot.media.video.fitter import Fitter
from bot.media.video.probe import inspect
from bot.media.worker.pool import WorkerPool
from sandbox.oxen.clips import encode

LIMIT = 10_000_000


def clip(path: Path, shade: int, *, seconds: int = 2, fps: int = 8, size: tuple[int, int] = (320, 180)) -> Path:
    """A video of one shade of red."""
    frames = (Image.new("RGB", size, (shade, 0, 0)) for _ in range(seconds * fps))
    path.write_bytes(encode(frames, size=size, fps=fps))
    return path


def shades(path: Path) -> list[int]:
    """How red the middle of each frame is, rounded."""
    with av.open(str(path)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    return [round(frame.getpixel((frame.width // 2, frame.height // 2))[0] / 10) * 10 for frame in frames]


@pytest.fixture
async def fitter(tmp_path: Path) -> AsyncIterator[Fitter]:
    pool = WorkerPool(tmp_path / "workers")
    yield Fitter(pool)
    await pool.close()


async def test_alike_videos_are_put_together_without_encoding(tmp_path: Path, fitter: Fitter) -> None:
    parts = [clip(tmp_path / f"{shade}.mp4", shade) for shade in (40, 120, 200)]
    facts = [inspect(part) for part in parts]
    whole = await fitter.join(parts, tmp_path / "whole.mp4", LIMIT, facts)
    assert whole.duration == pytest.approx(6, abs=0.2)
    assert whole.frames == sum(one.frames for one in facts)
    assert whole.media_bytes == sum(one.media_bytes for one in facts)
    assert whole.plays_from_first_byte
    seen = shades(tmp_path / "whole.mp4")
    assert [seen[8], seen[24], seen[40]] == pytest.approx([40, 120, 200], abs=10)
    assert seen == sorted(seen)


async def test_videos_of_other_sizes_and_rates_are_encoded_into_the_first_ones_frame(
    tmp_path: Path, fitter: Fitter
) -> None:
    parts = [
        clip(tmp_path / "a.mp4", 40),
        clip(tmp_path / "b.mp4", 120, size=(180, 320), fps=12),
        clip(tmp_path / "c.mp4", 200, seconds=3),
    ]
    whole = await fitter.join(parts, tmp_path / "whole.mp4", LIMIT, [inspect(part) for part in parts])
    assert (whole.width, whole.height) == (320, 180)
    assert whole.duration == pytest.approx(7, abs=0.4)
    assert whole.plays_anywhere
    seen = shades(tmp_path / "whole.mp4")
    assert [seen[4], seen[28], seen[-4]] == pytest.approx([40, 120, 200], abs=20)
    with av.open(str(tmp_path / "whole.mp4")) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    assert frames[28].getpixel((5, 90)) == pytest.approx((0, 0, 0), abs=20)  # a margin beside the upright one


async def test_a_file_that_is_no_video_joins_nothing(tmp_path: Path, fitter: Fitter) -> None:
    good = clip(tmp_path / "a.mp4", 40)
    bad = tmp_path / "b.mp4"
    bad.write_bytes(b"no video" * 1_000)
    facts = inspect(good)
    with pytest.raises(ResultError):
        await fitter.join([good, bad], tmp_path / "whole.mp4", LIMIT, [facts, facts])
    assert sorted(path.name for path in tmp_path.glob("*.mp4*")) == ["a.mp4", "b.mp4"]
