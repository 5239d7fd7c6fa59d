"""Which frame, rate and preset are chosen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.errors import CannotFit
from bot.media.video.plan import FLOOR_BITS, GOOD_BITS, PIXELS_PER_SECOND, EncodingPlan, frame_sizes, make_plan
from bot.media.video.video_info import VideoInfo

MIB = 1024 * 1024


def video(**changes: Any) -> VideoInfo:
    """A video as Oxen's model makes it, large."""
    values: dict[str, Any] = {
        "container": "mp4",
        "codec": "h264",
        "pixel_format": "yuv420p",
        "width": 1920,
        "height": 1080,
        "rotation": 0,
        "duration": 5.0,
        "fps": 24.0,
        "has_audio": False,
        "size": 47_359_974,
        "media_bytes": 47_300_000,
    } | changes
    values.setdefault("coded_pixels", values["width"] * values["height"])
    values.setdefault("frames", max(1, round(values["duration"] * values["fps"])))
    return VideoInfo(**values)


def plan_for(limit: int, *, cores: int = 2, seconds: float = 60, lower: float = 1.0, **changes: Any) -> EncodingPlan:
    """The plan for a video on two cores within a minute."""
    return make_plan(video(**changes), limit, cores=cores, seconds=seconds, lower=lower)


def test_the_ordinary_result_stays_1080p_under_the_ordinary_limit() -> None:
    plan = plan_for(10 * MIB)
    assert (plan.width, plan.height, plan.every, plan.preset) == (1920, 1080, 1, "veryfast")


def test_fewer_bits_get_a_smaller_frame_of_the_same_shape() -> None:
    heights = [plan_for(limit).height for limit in (10 * MIB, 700_000, 300_000, 150_000)]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 4


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1920, 1080), (1280, 720)), ((1080, 1920), (720, 1280)), ((1440, 1440), (720, 720))],
)
def test_the_shape_is_kept_when_the_frame_shrinks(size: tuple[int, int], expected: tuple[int, int]) -> None:
    plan = plan_for(int(1.8 * MIB) * size[0] * size[1] // 3_000_000 + MIB // 2, width=size[0], height=size[1])
    assert abs(plan.width / plan.height - size[0] / size[1]) < 0.01
    assert expected in frame_sizes(*size)


def test_a_video_too_long_for_the_bits_is_refused_not_smeared() -> None:
    with pytest.raises(CannotFit):
        plan_for(40_000)


def test_frames_too_large_to_decode_safely_are_refused() -> None:
    with pytest.raises(CannotFit):
        plan_for(10 * MIB, width=7680, height=4320)


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(CannotFit):
        plan_for(0)


def test_sixty_frames_a_second_become_thirty_before_the_frame_shrinks() -> None:
    plan = plan_for(2 * MIB, fps=60.0, duration=6.0)
    assert (plan.height, plan.every) == (1080, 2)


def test_sixty_frames_a_second_stay_where_there_are_bits_for_them() -> None:
    assert plan_for(16 * MIB, fps=60.0).every == 1


def test_less_time_takes_a_faster_preset_then_a_smaller_frame() -> None:
    plans = [plan_for(8 * MIB, seconds=seconds) for seconds in (60, 15, 10, 7)]
    speeds = [list(PIXELS_PER_SECOND).index(plan.preset) for plan in plans]
    assert speeds[:3] == [0, 1, 2]
    assert plans[3].height < 1080
    assert all(plan.seconds <= seconds for plan, seconds in zip(plans, (60, 15, 10, 7), strict=True))


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(CannotFit):
        plan_for(8 * MIB, seconds=1)


def test_a_slow_machine_is_asked_for_less() -> None:
    usual = make_plan(video(duration=10.0), 10 * MIB, cores=2, seconds=60)
    slow = make_plan(video(duration=10.0), 10 * MIB, cores=2, seconds=60, slowness=3)
    assert (slow.preset, slow.height) != (usual.preset, usual.height)
    assert slow.seconds <= 60


def test_sound_gets_its_share_and_the_whole_stays_below_the_limit() -> None:
    silent, spoken = plan_for(8 * MIB), plan_for(8 * MIB, has_audio=True)
    assert spoken.audio_rate > 0
    assert spoken.audio_rate + spoken.video_rate == silent.video_rate


def test_the_retry_asks_for_less() -> None:
    assert plan_for(8 * MIB, lower=0.9).video_rate == pytest.approx(0.9 * plan_for(8 * MIB).video_rate, rel=0.01)


@pytest.mark.slow
@given(
    width=st.integers(16, 4096),
    height=st.integers(16, 2304),
    duration=st.floats(0.04, 100),
    fps=st.floats(1, 120),
    limit=st.integers(1000, 60 * MIB),
    has_audio=st.booleans(),
    cores=st.integers(1, 8),
)
def test_every_plan_keeps_to_the_rules(
    width: int, height: int, duration: float, fps: float, limit: int, has_audio: bool, cores: int
) -> None:
    info = video(width=width, height=height, duration=duration, fps=fps, has_audio=has_audio)
    try:
        plan = make_plan(info, limit, cores=cores, seconds=60)
    except CannotFit:
        return
    assert plan.width % 2 == plan.height % 2 == 0
    assert 2 <= plan.width <= max(2, width)
    assert 2 <= plan.height <= max(2, height)
    assert plan.width * plan.height <= 1920 * 1080
    assert (plan.video_rate + plan.audio_rate) * duration <= 0.96 * limit * 8
    bits = plan.video_rate / (plan.width * plan.height * fps / plan.every)
    assert bits >= FLOOR_BITS
    assert plan.seconds <= 60
    assert bits >= GOOD_BITS or (plan.width, plan.height) == frame_sizes(width, height)[-1]
