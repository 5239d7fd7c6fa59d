"""The translations: read from `bot/locales/<locale>/LC_MESSAGES/messages.po`, compiled when the bot starts.

A message's context is its key, its id is the English source: who changes the source asks for a new translation, and
until there is one it is read in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

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

_DOMAIN: Final = "LC_MESSAGES/messages.po"


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Every language of the bot, by Discord's name of it; all others are English."""

    by_locale: Mapping[str, Texts] = field(default_factory=dict)

    def of(self, locale: str | None) -> Texts:
        """The texts of a language as Discord names it (``pt-BR``); English where there are none."""
        return ENGLISH if locale is None else self.by_locale.get(locale, ENGLISH)


def load_catalogues() -> Catalogues:
    """Read and compile every translation."""
    return Catalogues(
        MappingProxyType({name: Texts(_babel(name), _compiled(catalog)) for name, catalog in read_catalogs()})
    )


def read_catalogs() -> Iterator[tuple[str, Catalog]]:
    """Discord's name of each language that is there, and its messages."""
    for name, folder in LOCALES.items():
        file = locales_folder().joinpath(folder, _DOMAIN)
        if file.is_file():
            with file.open("rb") as source:
                yield name, read_po(source, locale=_babel(name), domain="messages")


def locales_folder() -> Traversable:
    """Where the languages' folders are."""
    return files("bot").joinpath("locales")


def _babel(name: str) -> Locale:
    return Locale.parse(LOCALES[name])


def _compiled(catalog: Catalog) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
