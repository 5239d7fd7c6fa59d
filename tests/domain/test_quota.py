"""Quota rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ceilings import Everywhere
from bot.domain.periods import UTC_CALENDAR
from bot.domain.policy import NO_LIMIT, Policy
from bot.domain.quota import Grant, QuotaView, Standing, Tally, check_quota, view_quota
from bot.errors import QuotaError
from bot.text import Text, text
from cogs.ui.texts import ENGLISH

NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)


def view(used: int = 0, held: int = 0, active: int = 0, grants: Any = (), **policy: Any) -> QuotaView:
    """Sixty seconds a day, two at once, and what was used of it today and this month."""
    tally = Tally(used=used, held=held)
    values: dict[str, Any] = {"daily_seconds": 60, "max_active": 2}
    standing = Standing(day=tally, month=tally, active=active, grants=grants)
    return view_quota(Policy(**values | policy), standing, NOON, UTC_CALENDAR)


def test_what_fits_exactly_is_let_through() -> None:
    assert check_quota(view(used=50, held=5, active=1), 5).own == 5


def refused(seen: QuotaView, seconds: int) -> Text:
    with pytest.raises(QuotaError) as caught:
        check_quota(seen, seconds)
    assert isinstance(caught.value.user_message, Text)
    return caught.value.user_message


ADMIN, OPERATOR = text("quota.who.admin"), text("quota.who.operator")
TOMORROW, NEXT_MONTH = datetime(2026, 8, 9, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


def test_what_does_not_fit_is_refused_with_what_is_left_when_there_is_more_and_who_can_change_it() -> None:
    assert refused(view(used=50, held=5, active=1), 10) == text(
        "quota.too_little.day",
        seconds=10,
        left=5,
        limit=60,
        held=text("quota.reserved", seconds=5),
        granted="",
        ends_at=TOMORROW,
        who=ADMIN,
    )


def test_a_refusal_reads_well() -> None:
    said = ENGLISH.render(refused(view(used=50, held=5, active=1), 10)).replace("\u00a0", " ")
    assert said == (
        "This video takes 10 s. You have 5 of 60 s left today (5 s reserved for running videos). "
        f"Resets <t:{int(TOMORROW.timestamp())}:R>. A server admin can change this."
    )


def test_a_month_that_is_used_up_is_the_limit_that_is_named() -> None:
    sentence = refused(view(used=50, monthly_seconds=52), 5)
    assert sentence.key == "quota.too_little.month"
    assert (sentence.values["left"], sentence.values["limit"], sentence.values["ends_at"]) == (2, 52, NEXT_MONTH)


def test_on_the_last_day_of_a_month_the_limit_of_the_month_is_named() -> None:
    standing = Standing(day=Tally(), month=Tally(used=298))
    last_day = datetime(2026, 8, 31, 12, tzinfo=UTC)
    seen = view_quota(Policy(daily_seconds=60, monthly_seconds=300, max_active=2), standing, last_day, UTC_CALENDAR)
    sentence = refused(seen, 5)
    assert (sentence.key, sentence.values["left"]) == ("quota.too_little.month", 2)


def test_in_direct_messages_it_is_the_operator_who_can_change_it() -> None:
    alone = view_quota(Policy(daily_seconds=0, max_active=1), Standing(), NOON, UTC_CALENDAR, is_server=False)
    assert refused(alone, 5).values["who"] == OPERATOR


@pytest.mark.parametrize(
    ("policy", "key", "limit"),
    [
        ({"daily_seconds": 0}, "quota.too_small.day", 0),
        ({"daily_seconds": 5}, "quota.too_small.day", 5),
        ({"monthly_seconds": 9}, "quota.too_small.month", 9),
        ({"max_active": 0}, "quota.none_at_once", None),
    ],
)
def test_a_limit_that_is_too_small_for_the_video_promises_nothing_and_says_who_can_change_it(
    policy: dict[str, int], key: str, limit: int | None
) -> None:
    sentence = refused(view(**policy), 10)
    assert (sentence.key, sentence.values.get("limit"), sentence.values["who"]) == (key, limit, ADMIN)
    assert "<t:" not in ENGLISH.render(sentence)


def test_where_day_and_month_are_both_used_up_there_is_more_when_the_month_is_over() -> None:
    sentence = refused(view(used=58, monthly_seconds=62), 5)
    assert (sentence.key, sentence.values["left"]) == ("quota.too_little.month", 4)
    assert sentence.values["ends_at"] == NEXT_MONTH


@pytest.mark.parametrize("access", [{}, {"daily_seconds": NO_LIMIT, "max_active": NO_LIMIT}])
@pytest.mark.parametrize("granted", [0, 10_000])
def test_no_rule_and_no_grant_of_an_admin_lifts_the_operators_ceiling(access: dict[str, int], granted: int) -> None:
    grants = [Grant(id=1, seconds=granted, left=granted)] if granted else []
    here = view(grants=grants, **access)
    seen = replace(here, everywhere=Everywhere(limit=20, taken=13, ends=TOMORROW))
    assert seen.left == 7
    assert check_quota(seen, 5).own == 5
    assert refused(seen, 10) == text("quota.everywhere.too_little", seconds=10, left=7, limit=20, ends_at=TOMORROW)
    small = replace(here, everywhere=Everywhere(limit=5, ends=TOMORROW))
    assert refused(small, 10) == text("quota.everywhere.too_small", seconds=10, limit=5)


def test_what_only_a_grant_makes_possible_is_not_promised_for_when_it_has_expired() -> None:
    grant = Grant(id=1, seconds=5, left=5, expires_at=NOON + timedelta(hours=1))
    sentence = refused(view(used=1, daily_seconds=5, grants=(grant,)), 10)
    assert (sentence.key, sentence.values["limit"]) == ("quota.too_small.day", 5)
    assert "<t:" not in ENGLISH.render(sentence)


def test_too_many_at_once_are_refused_even_with_seconds_left() -> None:
    assert refused(view(active=2), 5) == text("quota.at_once", active=2, limit=2, who=ADMIN)


def test_a_video_that_is_too_long_is_refused_even_with_seconds_left() -> None:
    assert refused(view(max_duration=5), 10) == text("quota.too_long", seconds=10, limit=5, who=ADMIN)


def test_a_block_goes_before_everything_that_is_left() -> None:
    blocked = view(is_blocked=True, grants=(Grant(id=1, seconds=60, left=60),))
    assert blocked.left == 0
    assert refused(blocked, 5) == text("quota.blocked", who=ADMIN)


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    except QuotaError:
        named = refused(seen, seconds).values.get("ends_at")
        then = named if isinstance(named, datetime) else seen.month_ends
        month = Tally() if then == seen.month_ends else Tally(used=used)
        living = [grant for grant in given if grant.expires_at is None or grant.expires_at > then]
        later = view_quota(seen.policy, Standing(month=month, grants=living), then, UTC_CALENDAR)
        assert (seconds <= later.left) is (named is not None)
