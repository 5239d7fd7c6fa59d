"""Quota rules."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import UTC_CALENDAR
from bot.domain.policy import NO_LIMIT, Policy
from bot.domain.quota import Grant, QuotaView, Standing, Tally, check_quota, view_quota
from bot.errors import QuotaError

NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)


def view(used: int = 0, held: int = 0, active: int = 0, grants: Any = (), **policy: Any) -> QuotaView:
    """Sixty seconds a day, two at once, and what was used of it today and this month."""
    tally = Tally(used=used, held=held)
    values: dict[str, Any] = {"daily_seconds": 60, "max_active": 2}
    standing = Standing(day=tally, month=tally, active=active, grants=grants)
    return view_quota(Policy(**values | policy), standing, NOON, UTC_CALENDAR)


def test_what_fits_exactly_is_let_through() -> None:
    assert check_quota(view(used=50, held=5, active=1), 5).own == 5


def test_what_does_not_fit_is_refused_with_what_is_left_when_there_is_more_and_who_can_change_it() -> None:
    with pytest.raises(QuotaError) as caught:
        check_quota(view(used=50, held=5, active=1), 10)
    sentence = str(caught.value)
    assert "5 s of 60 s left today" in sentence
    assert "5 s are held" in sentence
    assert f"<t:{int(datetime(2026, 8, 9, tzinfo=UTC).timestamp())}:R>" in sentence
    assert "Someone who manages this server can change that" in sentence


def test_a_month_that_is_used_up_is_the_limit_that_is_named() -> None:
    with pytest.raises(QuotaError) as caught:
        check_quota(view(used=50, monthly_seconds=52), 5)
    assert "2 s of 52 s left this month" in str(caught.value)
    assert f"<t:{int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())}:R>" in str(caught.value)


def test_on_the_last_day_of_a_month_the_limit_of_the_month_is_named() -> None:
    standing = Standing(day=Tally(), month=Tally(used=298))
    last_day = datetime(2026, 8, 31, 12, tzinfo=UTC)
    seen = view_quota(Policy(daily_seconds=60, monthly_seconds=300, max_active=2), standing, last_day, UTC_CALENDAR)
    assert "2 s of 300 s left this month" in refusal(seen, 5)


def test_in_direct_messages_it_is_the_operator_who_can_change_it() -> None:
    alone = view_quota(Policy(daily_seconds=0, max_active=1), Standing(), NOON, UTC_CALENDAR, is_server=False)
    with pytest.raises(QuotaError, match="Whoever runs this bot sets that"):
        check_quota(alone, 5)


def refusal(seen: QuotaView, seconds: int) -> str:
    with pytest.raises(QuotaError) as caught:
        check_quota(seen, seconds)
    return str(caught.value)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"daily_seconds": 0}, "takes 10 s, and the limit here is 0 s a day"),
        ({"daily_seconds": 5}, "takes 10 s, and the limit here is 5 s a day"),
        ({"monthly_seconds": 9}, "takes 10 s, and the limit here is 9 s a month"),
        ({"max_active": 0}, "No video may be in the making for you here"),
    ],
)
def test_a_limit_that_is_too_small_for_the_video_promises_nothing_and_says_who_can_change_it(
    policy: dict[str, int], words: str
) -> None:
    sentence = refusal(view(**policy), 10)
    assert words in sentence
    assert "<t:" not in sentence
    assert "wait" not in sentence
    assert "Someone who manages this server can change that" in sentence


def test_where_day_and_month_are_both_used_up_there_is_more_when_the_month_is_over() -> None:
    sentence = refusal(view(used=58, monthly_seconds=62), 5)
    assert "4 s of 62 s left this month" in sentence
    assert f"<t:{int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())}:R>" in sentence


def test_what_only_a_grant_makes_possible_is_not_promised_for_when_it_has_expired() -> None:
    grant = Grant(id=1, seconds=5, left=5, expires_at=NOON + timedelta(hours=1))
    sentence = refusal(view(used=1, daily_seconds=5, grants=(grant,)), 10)
    assert "the limit here is 5 s a day" in sentence
    assert "<t:" not in sentence


def test_too_many_at_once_are_refused_even_with_seconds_left() -> None:
    with pytest.raises(QuotaError, match="2 at once"):
        check_quota(view(active=2), 5)


def test_a_video_that_is_too_long_is_refused_even_with_seconds_left() -> None:
    with pytest.raises(QuotaError, match="A video may have 5 s here"):
        check_quota(view(max_duration=5), 10)


def test_a_block_goes_before_everything_that_is_left() -> None:
    blocked = view(is_blocked=True, grants=(Grant(id=1, seconds=60, left=60),))
    assert blocked.left == 0
    with pytest.raises(QuotaError, match="can't make videos"):
        check_quota(blocked, 5)


def test_without_a_limit_there_always_is_room() -> None:
    free = view(used=10**9, active=50, daily_seconds=NO_LIMIT, max_active=NO_LIMIT)
    assert check_quota(free, 10).own == 10


def test_a_limit_that_was_lowered_leaves_nothing_rather_than_less() -> None:
    assert view(used=70).left == 0


def test_grants_pay_what_the_period_can_not_those_that_expire_first_at_first() -> None:
    grants = (
        Grant(id=5, seconds=10, left=2, expires_at=NOON + timedelta(days=1)),
        Grant(id=3, seconds=10, left=10),
    )
    charge = check_quota(view(used=57, grants=grants), 10)
    assert (charge.own, charge.grants) == (3, ((5, 2), (3, 5)))


@given(
    used=st.integers(0, 100),
    held=st.integers(0, 100),
    daily=st.integers(0, 100),
    monthly=st.integers(0, 100),
    lefts=st.lists(st.integers(1, 20), max_size=4),
    seconds=st.sampled_from([5, 10]),
)
def test_a_charge_is_what_the_video_takes_and_never_more_than_anything_has_left(
    used: int, held: int, daily: int, monthly: int, lefts: list[int], seconds: int
) -> None:
    grants = [Grant(id=number, seconds=left, left=left) for number, left in enumerate(lefts)]
    seen = view(used, held, grants=grants, daily_seconds=daily, monthly_seconds=monthly)
    own = max(0, min(daily, monthly) - used - held)
    try:
        charge = check_quota(seen, seconds)
    except QuotaError:
        assert own + sum(lefts) < seconds
        return
    assert charge.own + charge.granted == seconds
    assert charge.own == min(seconds, own)
    assert all(part <= lefts[number] for number, part in charge.grants)


@given(
    used=st.integers(0, 100),
    daily=st.integers(0, 30),
    monthly=st.integers(0, 60),
    grants=st.lists(st.tuples(st.integers(1, 20), st.none() | st.integers(1, 60)), max_size=3),
    seconds=st.sampled_from([5, 10]),
)
def test_a_time_that_a_refusal_names_is_one_at_which_the_video_fits(
    used: int, daily: int, monthly: int, grants: list[tuple[int, int | None]], seconds: int
) -> None:
    given = [
        Grant(id=n, seconds=left, left=left, expires_at=None if days is None else NOON + timedelta(days=days))
        for n, (left, days) in enumerate(grants)
    ]
    seen = view(used, grants=given, daily_seconds=daily, monthly_seconds=monthly)
    try:
        check_quota(seen, seconds)
    except QuotaError as error:
        named = re.findall(r"<t:(\d+):R>", str(error))
        then = datetime.fromtimestamp(int(named[0]), UTC) if named else seen.month_ends
        month = Tally() if then == seen.month_ends else Tally(used=used)
        living = [grant for grant in given if grant.expires_at is None or grant.expires_at > then]
        later = view_quota(seen.policy, Standing(month=month, grants=living), then, UTC_CALENDAR)
        assert (seconds <= later.left) is bool(named)
