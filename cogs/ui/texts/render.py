"""Texts in one language: a message's words, with its values written as that language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from gettext import NullTranslations
from typing import Final

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from bot.domain.money import MICROS
from bot.text import Bytes, Channel, Command, Quote, Role, Text, Usd, User, Value, text
from cogs.ui.markdown import escape
from cogs.ui.texts.english import MESSAGES

_PLACEHOLDER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_MEGABYTE: Final = 1_000_000
_CENTS_BELOW: Final = MICROS // 10
"""Less than ten cents is written with four places."""


@dataclass(frozen=True)
class Texts:
    """The catalogue in one language. A message that has no translation is read in English."""

    locale: Locale
    translations: NullTranslations = field(default_factory=NullTranslations)
    commands: Mapping[str, str] = field(default_factory=dict)
    """The mentions of the bot's commands by their English names, where Discord has told their ids."""

    def __call__(self, key: str, /, **values: Value) -> str:
        """The message ``key`` with these values."""
        return self.render(text(key, **values))

    def render(self, message: Text | str) -> str:
        """A text in words. A ``str`` is words already.

        Raises:
            KeyError: the catalogue has no such message, or the message no such value.
        """
        if isinstance(message, str):
            return message
        words = self._words(message)
        return _PLACEHOLDER.sub(lambda found: self._written(message.values[found[1]], found[2]), words)

    def _words(self, message: Text) -> str:
        source = MESSAGES[message.key]
        if isinstance(source, str):
            return self.translations.pgettext(message.key, source)
        count = message.values[source.by]
        if not isinstance(count, int):
            raise TypeError(f"{message.key}: {source.by} is no number")
        return self.translations.npgettext(message.key, source.one, source.other, count)

    def _written(self, value: Value, style: str | None) -> str:
        if isinstance(value, int | float):
            return self.number(value)
        match value:
            case str():
                return value
            case Text():
                return self.render(value)
            case datetime():
                return f"<t:{int(value.timestamp())}:{style or 'f'}>"
            case User(number):
                return f"<@{number}>"
            case Role(number):
                return f"<@&{number}>"
            case Channel(number):
                return f"<#{number}>"
            case Command(name):
                return self.commands.get(name, f"/{name}")
            case Quote(words):
                return escape(words)
            case Bytes(count):
                return f"{self.number(Decimal(count) / _MEGABYTE)}\u00a0MB"
            case Usd(amount):
                return self.money(amount)
            case tuple():
                return format_list([self._written(one, style) for one in value], locale=self.locale)

    def number(self, value: float | Decimal) -> str:
        """A number with this language's separators, with one place at most."""
        return format_decimal(round(Decimal(value), 1), locale=self.locale)

    def money(self, micros: int) -> str:
        """Micro-dollars as US dollars."""
        pattern = "¤#,##0.0000" if 0 < micros < _CENTS_BELOW else None
        return format_currency(
            Decimal(micros) / MICROS, "USD", pattern, locale=self.locale, currency_digits=not pattern
        )


ENGLISH: Final = Texts(Locale.parse("en_US"))
