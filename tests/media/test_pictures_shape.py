"""The size that a picture gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_spec import PICTURE_LIMITS
from bot.media.pictures.shape import shape_for

side = st.integers(200, 100_000)


@given(side, side, st.sampled_from((2048, 4096)))
def test_every_size_from_200_pixels_on_gets_one_that_the_model_takes(width: int, height: int, longest: int) -> None:
    shape = shape_for((width, height), longest=longest)
    canvas_width, canvas_height = shape.canvas
    assert min(shape.canvas) >= PICTURE_LIMITS.min_side
    assert max(shape.canvas) <= longest
    assert PICTURE_LIMITS.min_aspect <= canvas_width / canvas_height <= PICTURE_LIMITS.max_aspect
    assert 1 <= shape.picture[0] <= canvas_width
    assert 1 <= shape.picture[1] <= canvas_height


@given(side, side)
def test_only_a_ribbon_gets_margins(width: int, height: int) -> None:
    is_ribbon = max(width, height) > 2.5 * min(width, height)
    assert shape_for((width, height)).is_padded == is_ribbon


@given(side, side)
def test_a_picture_keeps_its_proportions(width: int, height: int) -> None:
    wide, high = shape_for((width, height)).picture
    assert abs(wide * height - high * width) <= 1.5 * max(width, height)


@given(st.integers(300, 4096), st.floats(0.4, 2.5))
def test_a_size_within_the_limits_is_kept(short: int, ratio: float) -> None:
    long = min(4096, int(short * max(ratio, 1 / ratio)))
    assert shape_for((long, short)).canvas == (long, short) or long < short
    assert shape_for((short, long)).canvas == (short, long) or long < short


@pytest.mark.parametrize(
    ("size", "canvas"),
    [((250, 400), (300, 480)), ((1200, 400), (1200, 480)), ((5000, 2000), (4096, 1639)), ((200, 20_000), (1639, 4096))],
)
def test_some_sizes_and_what_becomes_of_them(size: tuple[int, int], canvas: tuple[int, int]) -> None:
    assert shape_for(size).canvas == canvas
