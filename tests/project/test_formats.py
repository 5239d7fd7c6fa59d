"""How each language writes numbers, money and lists: as Babel would, without Babel."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from cogs.ui.texts.catalogues import LOCALES
from cogs.ui.texts.cldr import as_json, formats_of
from cogs.ui.texts.formats import FILE_NAME, FORMATS

NAMES = ["en_US", *LOCALES.values()]
OTHERS = ["ar_EG", "ja_JP", "pl_PL", "sv", "tr", "nl"]
"""Languages that the bot does not speak: the pseudo-locale's, and some that somebody may add."""
SEED = 20261126


def amounts() -> list[Decimal]:
    """Numbers of every size, whole and not, and those between two roundings."""
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    some = [Decimal(chance.randrange(10 ** chance.randrange(1, 13))).scaleb(-chance.randrange(7)) for _ in range(300)]
    return [*some, *map(Decimal, ("0", "0.04", "0.05", "0.15", "0.25", "2.675", "999.95", "999.995", "1E+3", "1E+6"))]


def test_the_file_says_what_babel_knows() -> None:
    """Where it does not, ``make texts`` writes it anew."""
    assert Path("bot/locales", FILE_NAME).read_text(encoding="utf-8") == as_json(NAMES)


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_numbers_are_written_as_babel_writes_them(name: str) -> None:
    locale = Locale.parse(name)
    formats = FORMATS[name] if name in FORMATS else formats_of(locale)
    for amount in amounts():
        for value in (amount, -amount, int(amount), float(amount)):
            assert formats.number(value) == format_decimal(round(Decimal(value), 1), locale=locale), value


@pytest.mark.parametrize("name", NAMES)
def test_money_is_written_as_babel_writes_it(name: str) -> None:
    locale = Locale.parse(name)
    whole = locale.currency_formats["standard"].pattern
    for amount in amounts():
        assert FORMATS[name].usd(amount) == format_currency(amount, "USD", locale=locale)
        assert FORMATS[name].usd(-amount) == format_currency(-amount, "USD", locale=locale)
        assert FORMATS[name].usd(amount, places=4) == format_currency(
            amount, "USD", whole.replace("0.00", "0.0000"), locale=locale, currency_digits=False
        )


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_lists_are_written_as_babel_writes_them(name: str) -> None:
    locale = Locale.parse(name)
    formats = FORMATS[name] if name in FORMATS else formats_of(locale)
    for count in range(6):
        parts = ["A", "{0}", "C", "{D}", "E"][:count]
        assert formats.all_of.join(parts) == format_list(parts, "standard", locale=locale)
        assert formats.one_of.join(parts) == format_list(parts, "or", locale=locale)
