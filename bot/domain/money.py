"""Money: whole micro-dollars, so that nothing is ever rounded away on the way to a sum."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

MICROS: Final = 1_000_000
"""Micro-dollars in a dollar."""

_MAX_PRICE: Final = 1_000 * MICROS


def micros(dollars: Decimal) -> int:
    """Dollars as micro-dollars."""
    return int((dollars * MICROS).to_integral_value(ROUND_HALF_UP))


def dollars(amount: int) -> str:
    """Micro-dollars as people read them: ``$1,234.56``; less than ten cents has four places."""
    value = Decimal(amount) / MICROS
    return f"${value:,.4f}" if 0 < amount < MICROS // 10 else f"${value:,.2f}"


def price_per_second(model: Mapping[str, object]) -> int | None:
    """What a second of output costs, in micro-dollars; ``None`` where the model object has no such price.

    Source: Oxen page "Models": ``pricing.method`` is ``per_video_output_second``, and the price is ``cost_per_second``.
    """
    pricing = model.get("pricing")
    if not isinstance(pricing, Mapping) or pricing.get("method") != "per_video_output_second":
        return None
    return price_in_micros(pricing.get("cost_per_second"))


def price_in_micros(said: object) -> int | None:
    """A price in dollars as Oxen writes one, in micro-dollars; ``None`` for what makes no sense as a price."""
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        return None
    try:
        price = Decimal(str(said))
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 < price <= _MAX_PRICE:
        return None
    amount = micros(price)
    return amount if 0 < amount <= _MAX_PRICE else None
