"""Quota rules."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.quota import Policy, Usage, check_quota, day_of, next_reset, view_quota
from bot.errors import QuotaError

NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)
POLICY = Policy(daily_seconds=60, max_active=2)


def test_what_fits_exactly_is_let_through() -> None:
    check_quota(POLICY, Usage(used=50, held=5, active=1), 5, NOON)


def test_what_does_not_fit_is_refused_with_what_is_left_and_when_there_is_more() -> None:
    with pytest.raises(QuotaError) as caught:
        check_quota(POLICY, Usage(used=50, held=5, active=1), 10, NOON)
    sentence = str(caught.value)
    assert "5 s of 60 s left" in sentence
    assert "5 s are held" in sentence
    assert f"<t:{int(datetime(2026, 8, 9, tzinfo=UTC).timestamp())}:R>" in sentence


def test_too_many_at_once_are_refused_even_with_seconds_left() -> None:
    with pytest.raises(QuotaError, match="2 at once"):
        check_quota(POLICY, Usage(active=2), 5, NOON)


def test_the_day_is_that_of_utc_wherever_the_moment_was_read() -> None:
    late = datetime(2026, 8, 8, 23, 30, tzinfo=timezone(timedelta(hours=-3)))
    assert day_of(late).isoformat() == "2026-08-09"
    assert next_reset(late) == datetime(2026, 8, 10, tzinfo=UTC)


def test_a_limit_that_was_lowered_leaves_nothing_rather_than_less() -> None:
    assert view_quota(Policy(daily_seconds=10, max_active=1), Usage(used=30), NOON).left == 0
