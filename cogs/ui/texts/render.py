"""Texts in one language: a message's words, with its values written as that language writes them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from gettext import NullTranslations
from typing import Final

from bot.domain.model_spec import Media
from bot.domain.money import MICROS
from bot.text import ANYTHING, MADE, Bytes, Channel, Command, Message, Option, Quote, Role, Text, Usd, User, Value, text
from cogs.ui.markdown import clean, escape, shorten, shorten_markup
from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.formats import FORMATS, Formats
from cogs.ui.texts.names import command_path, option_name

_log = logging.getLogger(__name__)
_WITHOUT_SPACES: Final = frozenset({"ja", "zh"})
"""Languages that write no space after a sentence."""
PLACEHOLDER: Final = re.compile(
    r"\{(?:/(?P<command>[a-z ]+)|=(?P<option>[a-z0-9_]+)|(?P<name>\w+)(?::(?P<style>\w+))?)\}"
)
"""``{limit}``, ``{ends_at:R}`` (how a moment or a list is written), ``{/admin quota set}`` (a command),
``{=image1}`` (an option)."""
_MEGABYTE: Final = 1024 * 1024
"""As Discord counts them."""
_WHOLE_FROM: Final = 10 * _MEGABYTE
_COMMAS: Final[Mapping[str, str]] = {"ja": "、", "zh": "、"}
"""What stands between the parts of a list without a word before the last; CLDR has that for some languages only."""
VARIANTS: Final[Mapping[str, str]] = {Media.IMAGE: ".picture", ANYTHING: ".any"}
"""What is added to a message's key for the same sentence about something else than a video, by what it is."""
_QUOTE_CHARS: Final = 100
"""How much is shown of other people's words where there is no room for all."""
_CENTS_BELOW: Final = MICROS // 10
"""Less than ten cents is written with four places."""


@dataclass(frozen=True)
class Texts:
    """The catalogue in one language. A message that has no translation is read in English.

    ``is_plain`` is for a log or a terminal: without Discord's markup. ``quote_chars`` is how much is shown of each of
    other people's words.
    """

    formats: Formats
    translations: NullTranslations = field(default_factory=NullTranslations)
    commands: Mapping[str, str] = field(default_factory=dict)
    """The mentions of the bot's commands by their English names, where Discord has told their ids."""
    is_plain: bool = False
    quote_chars: int | None = None

    def __call__(self, key: str, /, **values: Value) -> str:
        """The message ``key`` with these values."""
        return self.render(text(key, **values))

    def render(self, message: Text | str) -> str:
        """A text in words. A ``str`` is words already.

        A stored text may be older or newer than the catalogue: what is not understood is named by its key.
        """
        if isinstance(message, str):
            return message
        try:
            words = self._words(message)
            return PLACEHOLDER.sub(lambda found: self._filled(found, message), words) if "{" in words else words
        except LookupError:
            _log.error("No such message, or a value of it is missing: %s", message)
            return self("error.unknown_text", key=message.key)

    def within(self, limit: int, message: Text | str) -> str:
        """A text of so many characters at most: where it has more, other people's words in it are shortened first."""
        words = self.render(message)
        if len(words) > limit:
            words = replace(self, quote_chars=_QUOTE_CHARS).render(message)
        return shorten_markup(words, limit)

    def _words(self, message: Text) -> str:
        key = key_of(message)
        source = MESSAGES[key]
        if isinstance(source, str):
            return self.translations.pgettext(key, source)
        count = message.values[source.by]
        if not isinstance(count, int):
            raise TypeError(f"{key}: {source.by} is no number")
        return self.translations.npgettext(key, source.one, source.other, count)

    def _filled(self, found: re.Match[str], message: Text) -> str:
        if (command := found["command"]) is not None:
            return self.value(Command(command))
        if (option := found["option"]) is not None:
            return option_name(option, self)
        return self.value(message.values[found["name"]], found["style"])

    def value(self, value: Value, style: str | None = None) -> str:
        """A value as it stands in a text. ``style`` is Discord's for a moment, ``or`` for a choice among a list,
        ``unit`` for one without a word before its last part."""
        if isinstance(value, int | float):
            return self.number(value)
        match value:
            case str():
                return value
            case Text():
                return self.render(value)
            case datetime():
                return self._moment(value, style or "f")
            case User() | Role() | Channel():
                return self._mention(value)
            case Message(guild_id, channel_id, number):
                return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{number}"
            case Command(name):
                return self.commands.get(name) or f"/{command_path(name, self)}"
            case Option(name):
                return option_name(name, self)
            case Quote(words):
                words = words if self.quote_chars is None else shorten(words, self.quote_chars)
                return clean(words) if self.is_plain else escape(words)
            case Bytes(count):
                places = 0 if count >= _WHOLE_FROM else 1
                return f"{self.number(round(Decimal(count) / _MEGABYTE, places))}\u00a0MB"
            case Usd(amount):
                return self.money(amount)
            case tuple():
                listed = [self.value(one) for one in value]
                if style == "unit":
                    return _COMMAS.get(self.formats.language, ", ").join(listed)
                return (self.formats.one_of if style == "or" else self.formats.all_of).join(listed)

    def _moment(self, moment: datetime, style: str) -> str:
        return f"{moment:%Y-%m-%d %H:%M} UTC" if self.is_plain else f"<t:{int(moment.timestamp())}:{style}>"

    def _mention(self, one: User | Role | Channel) -> str:
        if self.is_plain:
            return f"{type(one).__name__.lower()} {one.id}"
        match one:
            case User(number) if number <= 0:
                return self("common.forgotten_user")
            case User(number):
                return f"<@{number}>"
            case Role(number):
                return f"<@&{number}>"
            case Channel(number):
                return f"<#{number}>"

    def number(self, value: float | Decimal) -> str:
        """A number with this language's separators, with one place at most."""
        return self.formats.number(value)

    def sentences(self, *parts: str) -> str:
        """Sentences one after the other, as the language writes them."""
        return ("" if self.formats.language in _WITHOUT_SPACES else " ").join(parts)

    def money(self, micros: int) -> str:
        """Micro-dollars as US dollars."""
        return self.formats.usd(Decimal(micros) / MICROS, places=4 if 0 < micros < _CENTS_BELOW else 2)


def key_of(message: Text) -> str:
    """The key of a text's words: those for what it is about, where there are others for a video."""
    made = message.values.get(MADE)
    variant = message.key + VARIANTS.get(made, "") if isinstance(made, str) else message.key
    return variant if variant in MESSAGES else message.key


ENGLISH: Final = Texts(FORMATS["en_US"])
PLAIN_ENGLISH: Final = Texts(FORMATS["en_US"], is_plain=True)
"""For logs and an operator's terminal."""
