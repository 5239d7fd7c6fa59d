"""How many calls may begin when."""

from bot.domain.rate_window import RateWindow, RateWindows


def test_as_many_as_the_window_takes_begin_at_once_and_the_next_when_the_first_is_over() -> None:
    window = RateWindow(2, 5.0)
    for moment in (10.0, 11.0):
        assert window.wait(moment) == 0.0
        window.take(moment)
    assert window.wait(12.0) == 3.0
    assert window.wait(15.0) == 0.0


def test_never_more_than_that_lie_in_any_stretch_of_that_length() -> None:
    window, now, begun = RateWindow(3, 2.0), 0.0, []
    for _ in range(20):
        now += window.wait(now) + 0.1
        window.take(now)
        begun.append(now)
    assert all(later - earlier >= 2.0 for earlier, later in zip(begun, begun[3:], strict=False))


def test_each_key_has_a_window_of_its_own() -> None:
    windows = RateWindows(1, 5.0)
    windows.take("a", 0.0)
    assert windows.wait("a", 1.0) == 4.0
    assert windows.wait("b", 1.0) == 0.0
    windows.take("b", 6.0)
    assert windows.wait("a", 6.0) == 0.0


def test_of_all_who_ever_came_little_more_than_those_of_now_are_kept() -> None:
    windows = RateWindows(1, 5.0)
    for key in range(10_000):
        windows.take(key, key / 100)  # so that 500 of them lie within five seconds
        assert len(windows) <= 1_002
    assert all(windows.wait(key, 99.99) for key in range(9_500, 10_000))
