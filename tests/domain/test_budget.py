"""Budgets: what a refusal promises."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.budget import Budget, Payer, Spending, check_budget
from bot.errors import QuotaError
from bot.text import Text, text
from cogs.ui.texts import ENGLISH
from cogs.ui.texts.english import MESSAGES

TONIGHT = datetime(2026, 8, 9, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)


def refusal(cost: int, payer: Payer = Payer.SERVER, **changes: Any) -> Text | str | None:
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
    return caught.value.user_message


def test_a_budget_without_room_says_when_there_is_more() -> None:
    assert refusal(50, day=100) == text("budget.server.day.full", ends_at=TONIGHT)


@pytest.mark.parametrize("period", ["day", "month"])
@pytest.mark.parametrize("payer", [Payer.SERVER, Payer.OPERATOR])
def test_a_budget_that_is_smaller_than_one_video_promises_nothing(payer: Payer, period: str) -> None:
    assert refusal(50, payer, **{period: 49}) == text(f"budget.{payer}.{period}.too_small")


@pytest.mark.parametrize("payer", [Payer.SHARE, Payer.DIRECT])
def test_a_share_that_is_smaller_than_one_video_promises_nothing(payer: Payer) -> None:
    assert refusal(50, payer, day=49) == text(f"budget.{payer}.day.too_small")


def test_where_neither_day_nor_month_has_room_there_is_more_when_the_month_is_over() -> None:
    assert refusal(50, day=100, month=100) == text("budget.server.month.full", ends_at=AUTUMN)


def test_a_month_that_is_too_small_for_one_video_is_named_before_a_day_without_room() -> None:
    assert refusal(50, day=100, month=49) == text("budget.server.month.too_small")


@pytest.mark.parametrize(
    "key", [key for key in MESSAGES if key.startswith("budget.") and key.endswith(("full", "small"))]
)
def test_every_refusal_names_who_can_change_it(key: str) -> None:
    who = "A server admin" if key.startswith("budget.server.") else "The bot's operator"
    assert f"{who} can change it." in ENGLISH(key, ends_at=TONIGHT)
