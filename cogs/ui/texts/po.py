"""Reading `.po` files as `make texts` writes them, in a few milliseconds each: Babel's own reader takes 20 times that.

What is written by hand is checked by Babel first (``make texts``), so nothing here mends anything.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Mapping
from gettext import NullTranslations, c2py
from itertools import accumulate
from typing import Final

from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.message import Plural

_LINE: Final = re.compile(r'(?:(?P<field>msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) )?(?P<words>".*")')
_PLURAL: Final = re.compile(r"plural=([^;\n]+)")
_NUMBERS: Final = {key: number for number, key in enumerate(MESSAGES)}
"""Where each message stands among all, the same in every language."""
_BETWEEN_FORMS: Final = "\0"


class Translations(NullTranslations):
    """A language's words by the keys of the messages; the source, which each file has too, is kept once for all.

    They stand one after the other in UTF-8, which takes half of what as many strings do; a message's plural forms have
    a NUL between them.
    """

    def __init__(self, words: Mapping[str, str], plural: str) -> None:
        super().__init__()
        encoded = [words.get(key, "").encode() for key in MESSAGES]
        self._words = b"".join(encoded)
        self._ends = array("I", accumulate(map(len, encoded), initial=0))
        self._form_of = c2py(plural)

    def pgettext(self, context: str, message: str) -> str:
        """A message by its key; the source where it is not translated."""
        return self._of(context) or message

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """One of a message's forms, the one that goes with a number."""
        if not (forms := self._of(context)):
            return super().npgettext(context, msgid1, msgid2, n)
        return forms.split(_BETWEEN_FORMS)[self._form_of(n)]

    def _of(self, key: str) -> str:
        number = _NUMBERS.get(key)
        return "" if number is None else self._words[self._ends[number] : self._ends[number + 1]].decode()


def read_translations(written: str) -> Translations:
    """What a file's translations are; what is not translated, or of another source, is not among them."""
    plural = "0"
    words: dict[str, str] = {}
    for entry in _entries(written):
        key = entry.get("msgctxt", "")
        if entry.get("msgid") == "" and (found := _PLURAL.search(entry["msgstr"])) is not None:
            plural = found[1]
        if key not in _NUMBERS or not _is_of(entry, MESSAGES[key]):
            continue
        forms = [form for field, form in sorted(entry.items()) if field.startswith("msgstr")]
        if all(forms):
            words[key] = _BETWEEN_FORMS.join(forms)
    return Translations(words, plural)


def _is_of(entry: Mapping[str, str], source: str | Plural) -> bool:
    """Whether an entry translates the source as it is now."""
    if isinstance(source, Plural):
        return (entry.get("msgid"), entry.get("msgid_plural")) == (source.one, source.other)
    return entry.get("msgid") == source and "msgid_plural" not in entry


def _entries(written: str) -> Iterator[dict[str, str]]:
    """Each message's fields; a fuzzy one is no translation."""
    for block in written.split("\n\n"):
        lines = [line for line in block.splitlines() if line]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        entry: dict[str, str] = {}
        field = ""
        for line in lines:
            if (found := _LINE.fullmatch(line)) is not None:
                field = found["field"] or field
                entry[field] = entry.get(field, "") + found["words"][1:-1]
        yield {field: json.loads(f'"{words}"') if "\\" in words else words for field, words in entry.items()}
