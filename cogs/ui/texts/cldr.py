"""What Babel knows of a language's numbers, money and lists, in short: for `make texts`, and for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from babel import Locale
from babel.numbers import format_currency, format_decimal

from cogs.ui.texts.formats import Formats, ListFormat

_ONE: Final = Decimal("1.00")


def formats_of(locale: Locale) -> Formats:
    """How the language of a locale writes numbers, money and lists, with European digits."""
    one = format_decimal(_ONE, "0.00", locale=locale)
    return Formats(
        language=locale.language,
        point=one[1:-2],
        group=format_decimal(1_000, locale=locale)[1:-3],
        dollars=format_currency(_ONE, "USD", locale=locale).replace(one, "{0}"),
        all_of=_list_format(locale.list_patterns["standard"]),
        one_of=_list_format(locale.list_patterns["or"]),
    )


def _list_format(patterns: Any) -> ListFormat:  # noqa: ANN401 - Babel's own
    return ListFormat(pair=patterns["2"], start=patterns["start"], middle=patterns["middle"], end=patterns["end"])


def as_json(names: Iterable[str]) -> str:
    """The formats of these locales as they stand in the file that is read at the start."""
    entries = {name: asdict(formats_of(Locale.parse(name))) for name in names}
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
