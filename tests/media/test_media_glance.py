"""A glance knows the ordinary video, and leaves everything else to the worker."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.media.fitter import Fitter
from bot.media.glance import glance
from sandbox.oxen import pad_mp4, tiny_clip


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("shape", "seconds"), [("16:9", 5), ("9:16", 10), ("1:1", 5)])
async def test_a_glance_says_what_a_proper_look_says(tmp_path: Path, shape: str, seconds: int) -> None:
    path = saved(tmp_path, tiny_clip(shape, seconds))
    quick, proper = glance(path), await Fitter().inspect(path)
    assert quick is not None
    for name in ("container", "codec", "pixel_format", "width", "height", "frames", "has_audio", "size", "rotation"):
        assert getattr(quick, name) == getattr(proper, name), name
    assert quick.duration == pytest.approx(proper.duration, abs=0.05)


def test_a_padded_video_is_known_too(tmp_path: Path) -> None:
    assert glance(saved(tmp_path, pad_mp4(tiny_clip("16:9", 5), 1_000_000))) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>" * 50,
        tiny_clip("16:9", 5)[:-1],
        tiny_clip("16:9", 5)[:1_000],
        tiny_clip("16:9", 5).replace(b"avc1", b"hev1"),
        tiny_clip("16:9", 5).replace(b"vide", b"soun"),
        tiny_clip("16:9", 5) + b"x",
    ],
)
def test_what_is_not_the_ordinary_case_is_left_to_the_worker(tmp_path: Path, data: bytes) -> None:
    assert glance(saved(tmp_path, data)) is None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3_100), st.integers(0, 255)), min_size=1, max_size=12))
def test_no_damage_makes_a_glance_fail(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(tiny_clip("16:9", 5))
    for place, value in changes:
        data[place % len(data)] = value
    glance(saved(tmp_path, bytes(data)))
