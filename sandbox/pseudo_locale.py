"""A language that nobody speaks, made of the English source: what it does not change is not in the catalogue.

Each sentence has the letters of another alphabet, is 40 % longer where its place has room for that, and stands in
brackets, so that what is missing, joined from pieces or cut can be seen at once.
"""

from __future__ import annotations

import re
from gettext import NullTranslations
from typing import Final

from babel import Locale

from cogs.ui.texts import Catalogues, Texts
from cogs.ui.texts.catalogues import LOCALES
from cogs.ui.texts.cldr import formats_of
from cogs.ui.texts.formats import FORMATS
from cogs.ui.texts.limits import limit_of
from cogs.ui.texts.render import PLACEHOLDER

_PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER: Final = "åƀçđéƒĝħíĵķłɱñøþʠřšŧúṽŵẋýžÅƁÇĐÉƑĜĦÍĴĶŁṀÑØÞɊŘŠŦÚṼŴẊÝŽ"
_LETTERS: Final = str.maketrans(dict(zip(_PLAIN, _OTHER, strict=True)))
_KEPT: Final = re.compile(rf"({PLACEHOLDER.pattern}|`[^`]*`|@(?:Image|Element)\d?|\bOxen\b|<[^>]*>)")
"""What is the same in every language."""
_LONGER: Final = 0.4
_NAMES: Final = ("command_name.", "option_name.")
_FILLING: Final = " ~~~~~~~~~"
BEGIN: Final = "[!!"
END: Final = "!!]"
_BACK: Final = str.maketrans(dict(zip(_OTHER, _PLAIN, strict=True)))
_END_FILLED: Final = re.compile(r"(?: ~[~ ]*)? !!\]")


class PseudoTranslations(NullTranslations):
    """Every message of the catalogue, in no language."""

    def pgettext(self, context: str, message: str) -> str:
        """A message by its key."""
        return pseudo(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """One of a message's two forms."""
        return pseudo(context, msgid1 if n == 1 else msgid2)


def pseudo(key: str, words: str) -> str:
    """A message of the source in no language; its placeholders and markup stay."""
    changed, end = "", 0
    for kept in _KEPT.finditer(words):
        changed += words[end : kept.start()].translate(_LETTERS) + kept[0]
        end = kept.end()
    changed += words[end:].translate(_LETTERS)
    if key.startswith(_NAMES):
        return changed.lower()
    small = "-# " if changed.startswith("-# ") else ""
    changed = changed.removeprefix(small)
    room = limit_of(key) - len(PLACEHOLDER.sub("x" * 10, changed)) - len(small) - len("[!!  !!]")
    filling = (_FILLING * 40)[: max(0, min(round(len(words) * _LONGER) - len("[!!  !!]"), room))].rstrip()
    return f"{small}[!! {changed}{filling} !!]" if room >= 0 else f"{small}{changed}"


def plain(words: str) -> str:
    """What is said in no language, in English again; words that stand for a placeholder are taken for the bot's."""
    if BEGIN not in words:  # there was no room for the brackets, or it is not the bot's
        others = sum(letter in _OTHER for letter in words)
        return words.translate(_BACK) if 2 * others > sum(map(str.isalpha, words)) else words
    begin, end = words.index(BEGIN), words.rindex(END) if END in words else len(words)
    inside = words[begin : end + len(END)].translate(_BACK)
    return words[:begin] + _END_FILLED.sub("", inside).replace(f"{BEGIN} ", "") + words[end + len(END) :]


def pseudo_texts(locale: str = "pl_PL") -> Texts:
    """The texts in no language, with the numbers, dates and lists of one that is not English."""
    return Texts(formats_of(Locale.parse(locale)), PseudoTranslations())


def pseudo_catalogues() -> Catalogues:
    """No language for everybody: also for those whose Discord is in English, as everybody's is in SimCord."""
    texts = pseudo_texts()
    return Catalogues({"en-US": texts, "de": texts})


class MarkedTranslations(NullTranslations):
    """English with the name of a language before each sentence, to tell which one was chosen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._mark = mark_of(name)

    def pgettext(self, context: str, message: str) -> str:
        """A message by its key; a name has no room for a mark."""
        return message if context.startswith(_NAMES) else f"{self._mark}{message}"

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """One of a message's two forms."""
        return self.pgettext(context, msgid1 if n == 1 else msgid2)


def mark_of(name: str) -> str:
    """What stands before each sentence of a language."""
    return f"‹{name}› "


def marked_catalogues(*names: str) -> Catalogues:
    """English in the place of some languages, by Discord's names of them, each with its mark."""
    return Catalogues({name: Texts(FORMATS[LOCALES[name]], MarkedTranslations(name)) for name in names})
