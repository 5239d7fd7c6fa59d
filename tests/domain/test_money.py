"""Prices, budgets and how they are said."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Budget, Payer, Spending, check_budget
from bot.domain.money import dollars, micros, price_per_second
from bot.errors import QuotaError
from bot.text import text
from cogs.ui.texts import ENGLISH
from sandbox.oxen.catalogue import models

LATER = datetime(2026, 8, 9, tzinfo=UTC)


def spending(payer: Payer = Payer.SERVER, spent: int = 0, **ceilings: int) -> Spending:
    budget = Budget(**ceilings)
    return Spending(
        payer=payer,
        budget=budget,
        day=spent,
        month=spent,
        day_name="2026-08-08",
        month_name="2026-08",
        day_ends=LATER,
        month_ends=LATER,
    )


def test_the_price_is_what_the_model_object_says() -> None:
    assert price_per_second(models("video")["video"]) == 112_000


@pytest.mark.parametrize(
    "pricing",
    [
        None,
        {},
        {"method": "token", "cost_per_second": 0.1},
        {"method": "per_video_output_second"},
        *(
            {"method": "per_video_output_second", "cost_per_second": price}
            for price in (0, -1, "free", "NaN", "Infinity", True, None, [1], 1e9, 1e-12)
        ),
    ],
)
def test_a_price_that_makes_no_sense_is_no_price(pricing: Any) -> None:
    assert price_per_second({"id": "video", "pricing": pricing}) is None


@given(st.integers(0, 10**12))
def test_micro_dollars_lose_nothing_on_their_way(amount: int) -> None:
    assert micros(Decimal(amount) / 1_000_000) == amount


def test_amounts_read_as_dollars() -> None:
    assert [dollars(n) for n in (0, 5_600_000, 1_234_560_000, 12_345)] == ["$0.00", "$5.60", "$1,234.56", "$0.0123"]


def test_what_reaches_the_ceiling_exactly_is_let_through_and_told() -> None:
    [warning] = check_budget(spending(spent=4_000_000, day=5_000_000), 1_000_000)
    assert (warning.spent, warning.ceiling, warning.period) == (5_000_000, 5_000_000, "2026-08-08")


def test_below_four_fifths_nothing_is_told() -> None:
    assert check_budget(spending(spent=2_000_000, day=5_000_000), 1_999_999) == []
    assert len(check_budget(spending(spent=2_000_000, day=5_000_000), 2_000_000)) == 1


@pytest.mark.parametrize(
    ("payer", "ceilings"),
    [
        (Payer.SERVER, {"day": 5_000_000}),
        (Payer.SERVER, {"month": 5_000_000}),
        (Payer.SHARE, {"day": 5_000_000}),
        (Payer.DIRECT, {"day": 5_000_000}),
        (Payer.OPERATOR, {"day": 5_000_000}),
        (Payer.OPERATOR, {"month": 5_000_000}),
    ],
)
def test_what_passes_a_ceiling_is_refused_with_whose_it_is(payer: Payer, ceilings: Any) -> None:
    with pytest.raises(QuotaError) as caught:
        check_budget(spending(payer, 4_000_001, **ceilings), 1_000_000)
    [period] = ceilings
    assert caught.value.user_message == text(f"budget.{payer}.{period}.full", ends_at=LATER)
    assert "can change it" in ENGLISH.render(caught.value.user_message)


def test_without_a_price_a_budget_refuses_and_no_budget_lets_through() -> None:
    assert check_budget(spending(), None) == []
    with pytest.raises(QuotaError, match=r"budget\.unknown_price"):
        check_budget(spending(day=5_000_000), None)
