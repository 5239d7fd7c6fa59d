"""Several videos as one: as they are where they are alike, else encoded anew; in order, and as long as they are."""

from collections.abc import AsyncIterator
from io import BytesIO
from itertools import pairwise
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


def red(path: Path, x: int = 160, y: int = 90) -> list[int]:
    """How red a pixel of each frame is."""
    with av.open(str(path)) as container:
        frames: list[Image.Image] = [frame.to_image() for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]
    return [frame.convert("RGB").tobytes()[3 * (y * frame.width + x)] for frame in frames]


@pytest.fixture
async def fitter(tmp_path: Path) -> AsyncIterator[Fitter]:
    pool = WorkerPool(tmp_path / "workers")
    yield Fitter(pool)
    await pool.close()


@pytest.mark.slow
async def test_alike_videos_are_put_together_without_encoding(tmp_path: Path, fitter: Fitter) -> None:
    parts = [clip(tmp_path / f"{shade}.mp4", shade) for shade in (40, 120, 200)]
    info = [inspect(part) for part in parts]
    whole, strip = await fitter.join(parts, tmp_path / "whole.mp4", LIMIT, info)
    assert whole.duration == pytest.approx(6, abs=0.2)
    assert whole.frames == sum(one.frames for one in info)
    assert whole.media_bytes == sum(one.media_bytes for one in info)
    assert whole.plays_from_first_byte
    with Image.open(BytesIO(strip)) as shown:
        assert shown.size == (3 * 208, 120)
        shots = [shown.convert("RGB").getpixel((104 + 208 * number, 60)) for number in range(3)]
    assert [shot[0] for shot in shots if isinstance(shot, tuple)] == pytest.approx([40, 120, 200], abs=12)
    seen = red(tmp_path / "whole.mp4")
    assert [seen[8], seen[24], seen[40]] == pytest.approx([40, 120, 200], abs=10)
    assert all(before <= after + 5 for before, after in pairwise(seen))


@pytest.mark.slow
async def test_videos_of_other_sizes_and_rates_are_encoded_into_the_first_ones_frame(
    tmp_path: Path, fitter: Fitter
) -> None:
    parts = [
        clip(tmp_path / "a.mp4", 40),
        clip(tmp_path / "b.mp4", 120, size=(180, 320), fps=12),
        clip(tmp_path / "c.mp4", 200, seconds=3),
    ]
    whole, strip = await fitter.join(parts, tmp_path / "whole.mp4", LIMIT, [inspect(part) for part in parts])
    assert (whole.width, whole.height) == (320, 180)
    with Image.open(BytesIO(strip)) as shown:
        assert shown.size == (3 * 208, 120)
    assert whole.duration == pytest.approx(7, abs=0.4)
    assert whole.plays_anywhere
    seen = red(tmp_path / "whole.mp4")
    assert [seen[4], seen[28], seen[-4]] == pytest.approx([40, 120, 200], abs=20)
    assert red(tmp_path / "whole.mp4", x=5)[28] == pytest.approx(0, abs=20)  # a margin beside the upright one


@pytest.mark.slow
async def test_a_file_that_is_no_video_joins_nothing(tmp_path: Path, fitter: Fitter) -> None:
    good = clip(tmp_path / "a.mp4", 40)
    bad = tmp_path / "b.mp4"
    bad.write_bytes(b"no video" * 1_000)
    info = inspect(good)
    with pytest.raises(ResultError):
        await fitter.join([good, bad], tmp_path / "whole.mp4", LIMIT, [info, info])
    assert not (tmp_path / "whole.mp4").exists()
