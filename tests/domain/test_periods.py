"""Days and months, as a server's clock has them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import calendar, parse_expiry
from bot.errors import RequestError

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
moments = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
INSTANT = timedelta(microseconds=1)


@pytest.mark.slow
@given(moment=moments, zone=st.sampled_from(ZONES))
def test_a_day_lasts_until_the_moment_before_its_end_whatever_the_clocks_do(moment: datetime, zone: str) -> None:
    here = calendar(zone)
    end = here.day_end(moment)
    assert end > moment
    assert here.day(end - INSTANT) == here.day(moment)
    assert here.day(end) > here.day(moment)
    assert timedelta(hours=22) < here.day_end(end) - end < timedelta(hours=26)


@given(moment=moments, zone=st.sampled_from(ZONES))
def test_a_month_lasts_until_the_moment_before_its_end(moment: datetime, zone: str) -> None:
    here = calendar(zone)
    end = here.month_end(moment)
    assert here.month(end - INSTANT) == here.month(moment)
    assert here.month(end) > here.month(moment)
    assert here.day(end).endswith("-01")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC), 23),
        ("Europe/Berlin", datetime(2026, 10, 25, 12, tzinfo=UTC), 25),
        ("America/Santiago", datetime(2026, 9, 6, 12, tzinfo=UTC), 23),
        ("UTC", datetime(2026, 3, 29, 12, tzinfo=UTC), 24),
    ],
)
def test_a_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer(zone: str, day: datetime, hours: int) -> None:
    here = calendar(zone)
    end = here.day_end(day)
    begin = here.day_end(day - timedelta(days=1))
    assert here.day(begin) == here.day(day)
    assert end - begin == timedelta(hours=hours)


def test_the_day_is_the_servers_and_not_that_of_greenwich() -> None:
    late = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    assert calendar("Europe/Berlin").day(late) == "2026-09-01"
    assert calendar("Europe/Berlin").month(late) == "2026-09"
    assert calendar("America/New_York").day(late) == "2026-08-31"


def test_a_week_so_far_begins_on_monday_and_a_month_so_far_on_the_first() -> None:
    here = calendar("UTC")
    wednesday = datetime(2026, 9, 2, 12, tzinfo=UTC)
    assert here.days_of_week(wednesday) == ["2026-08-31", "2026-09-01", "2026-09-02"]
    assert here.days_of_month(wednesday) == ["2026-09-01", "2026-09-02"]


@pytest.mark.parametrize("zone", ["", "Middle/Earth", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b"])
def test_what_is_no_time_zone_is_refused_with_what_to_write(zone: str) -> None:
    with pytest.raises(RequestError, match=r"admin\.time_zone_unknown"):
        calendar(zone)


NOW = datetime(2026, 8, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("12h", NOW + timedelta(hours=12)),
        (" 30 days", NOW + timedelta(days=30)),
        ("2W", NOW + timedelta(weeks=2)),
        ("2026-08-08", datetime(2026, 8, 8, 22, tzinfo=UTC)),
        ("2026-12-31", datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_span_or_the_end_of_a_date_there(text: str, expires: datetime) -> None:
    assert parse_expiry(text, NOW, calendar("Europe/Berlin")) == expires


@pytest.mark.parametrize("text", ["", "soon", "0", "0d", "30", "2026-13-01", "2020-01-01", "9999-12-31"])
def test_an_end_that_cannot_be_read_or_is_over_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        parse_expiry(text, NOW, calendar("UTC"))
