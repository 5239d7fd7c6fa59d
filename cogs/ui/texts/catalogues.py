"""The translations: read from `bot/locales/<locale>/LC_MESSAGES/messages.po`, compiled when the bot starts.

A message's context is its key, its id is the English source: who changes the source asks for a new translation, and
until there is one it is read in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from cogs.ui.texts.formats import FORMATS
from cogs.ui.texts.po import read_translations
from cogs.ui.texts.render import ENGLISH, Texts

LOCALES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "de": "de",
        "fr": "fr",
        "es-ES": "es_ES",
        "es-419": "es_419",
        "pt-BR": "pt_BR",
        "it": "it",
        "pl": "pl",
        "ru": "ru",
        "ja": "ja",
        "ko": "ko",
        "zh-CN": "zh_CN",
    }
)
"""Discord's names of the languages that there are translations for, and the folders of these."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en-US": "English",
        "de": "Deutsch",
        "fr": "Français",
        "es-ES": "Español (España)",
        "es-419": "Español (Latinoamérica)",
        "pt-BR": "Português (Brasil)",
        "it": "Italiano",
        "pl": "Polski",
        "ru": "Русский",
        "ja": "日本語",
        "ko": "한국어",
        "zh-CN": "简体中文",
    }
)
"""What each language is called by those who read it; English is the source."""


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Every language of the bot, by Discord's name of it; all others are English."""

    by_locale: Mapping[str, Texts] = field(default_factory=dict)

    def of(self, locale: str | None) -> Texts:
        """The texts of a language as Discord names it (``pt-BR``); English where there are none."""
        return ENGLISH if locale is None else self.by_locale.get(locale, ENGLISH)


@cache
def load_catalogues() -> Catalogues:
    """Read every translation there is, once in a process: the files are part of the program."""
    found = {}
    for name in LOCALES:
        file = catalogue_file(name)
        if file.is_file():
            found[name] = Texts(FORMATS[LOCALES[name]], read_translations(file.read_text(encoding="utf-8")))
    return Catalogues(MappingProxyType(found))


def catalogue_file(name: str) -> Traversable:
    """The messages of a language, by Discord's name of it."""
    return files("bot").joinpath("locales", LOCALES[name], "LC_MESSAGES", "messages.po")
