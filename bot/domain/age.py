"""Ages as an operator types them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DIGITS: Final = 9
_LONGEST: Final = timedelta(days=36_500)


def parse_age(text: str) -> timedelta:
    """An age such as ``90s``, ``30m``, ``2h`` or ``1d``.

    Raises:
        ValueError: it is none.
    """
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isascii() or not number.isdecimal() or len(number) > _DIGITS:
        raise ValueError(f"{text!r} is no age. Write for example 30m, 2h or 1d.")
    return min(timedelta(**{_UNITS[unit]: int(number)}), _LONGEST)
