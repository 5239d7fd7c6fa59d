"""How long a video usually takes."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.job_times import usual_time


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_below_ten_videos_nothing_is_usual() -> None:
    assert usual_time(minutes(*range(1, 10))) is None


def test_half_of_ten_took_no_longer_than_the_fifth_and_nine_no_longer_than_the_ninth() -> None:
    usual = usual_time(minutes(10, 9, 8, 7, 6, 5, 4, 3, 2, 1))
    assert usual is not None
    assert [usual.median, usual.slow] == minutes(5, 9)


def test_one_that_took_a_day_moves_neither() -> None:
    usual = usual_time(minutes(*[3] * 9, 24 * 60))
    assert usual is not None
    assert [usual.median, usual.slow] == minutes(3, 3)
