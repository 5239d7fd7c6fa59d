"""Budgets: what a refusal promises."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.budget import Budget, Payer, Spending, check_budget
from bot.errors import QuotaError

TONIGHT = datetime(2026, 8, 9, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)


def refusal(cost: int, payer: Payer = Payer.SERVER, **changes: Any) -> str:
    """What somebody is told whose video costs too much; 60 were spent today and this month."""
    spending = Spending(
        payer=payer,
        budget=Budget(**changes),
        day=60,
        month=60,
        day_name="2026-08-08",
        month_name="2026-08",
        day_ends=TONIGHT,
        month_ends=AUTUMN,
    )
    with pytest.raises(QuotaError) as caught:
        check_budget(spending, cost)
    return str(caught.value)


def test_a_budget_without_room_says_when_there_is_more_and_who_can_change_it() -> None:
    sentence = refusal(50, day=100)
    assert "This server's budget for today has no room" in sentence
    assert f"<t:{int(TONIGHT.timestamp())}:R>" in sentence
    assert "Someone who manages this server can change it" in sentence


@pytest.mark.parametrize(("name", "called"), [("day", "a day"), ("month", "a month")])
def test_a_budget_that_is_smaller_than_one_video_promises_nothing(name: str, called: str) -> None:
    sentence = refusal(50, Payer.OPERATOR, **{name: 49})
    assert f"The budget of this bot for {called} is less than this video costs" in sentence
    assert "<t:" not in sentence
    assert "Whoever runs this bot can change it" in sentence


def test_where_neither_day_nor_month_has_room_there_is_more_when_the_month_is_over() -> None:
    sentence = refusal(50, day=100, month=100)
    assert "for this month has no room" in sentence
    assert f"<t:{int(AUTUMN.timestamp())}:R>" in sentence


def test_a_month_that_is_too_small_for_one_video_is_named_before_a_day_without_room() -> None:
    assert "for a month is less than this video costs" in refusal(50, day=100, month=49)
