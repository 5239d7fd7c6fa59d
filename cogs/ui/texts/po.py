"""Reading `.po` files as `make texts` writes them, in a few milliseconds each: Babel's own reader takes 20 times that.

What is written by hand is checked by Babel first (``make texts``), so nothing here mends anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from gettext import NullTranslations, c2py
from typing import Final

from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.message import Plural

_LINE: Final = re.compile(r'(?:(?P<field>msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) )?(?P<words>".*")')
_PLURAL: Final = re.compile(r"plural=([^;\n]+)")
_KEYS: Final = {key: key for key in MESSAGES}
"""Each key once for all languages: they are the same in each."""


class Translations(NullTranslations):
    """A language's words by the keys of the messages; the source, which each file has too, is kept once for all."""

    def __init__(self, forms: Mapping[str, Sequence[str]], plural: str) -> None:
        super().__init__()
        self._forms = forms
        self._form_of = c2py(plural)

    def pgettext(self, context: str, message: str) -> str:
        """A message by its key; the source where it is not translated."""
        forms = self._forms.get(context)
        return message if forms is None else forms[0]

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """One of a message's forms, the one that goes with a number."""
        forms = self._forms.get(context)
        if forms is None:
            return super().npgettext(context, msgid1, msgid2, n)
        return forms[self._form_of(n)]


def read_translations(written: str) -> Translations:
    """What a file's translations are; what is not translated, or of another source, is not among them."""
    entries = list(_entries(written))
    header = next((entry["msgstr"] for entry in entries if entry.get("msgid") == ""), "")
    forms: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key = _KEYS.get(entry.get("msgctxt", ""))
        if key is None or not _is_of(entry, MESSAGES[key]):
            continue
        words = tuple(words for field, words in sorted(entry.items()) if field.startswith("msgstr"))
        if all(words):
            forms[key] = words
    found = _PLURAL.search(header)
    return Translations(forms, "0" if found is None else found[1])


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
