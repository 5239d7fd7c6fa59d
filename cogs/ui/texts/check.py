"""What is wrong with a translation, found without knowing the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from babel.messages.catalog import Catalog, Message

from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.limits import NAME, limit_of
from cogs.ui.texts.message import Plural
from cogs.ui.texts.render import PLACEHOLDER

_TOKENS: Final = re.compile(
    r"\{[/=]?\w[\w :]*\}|\*\*|`[^`]*`|^-# |@(?:Image|Element)\d|(?<![A-Za-z])Oxen(?![A-Za-z])", re.MULTILINE
)
"""What a translation must have as often as its source: placeholders, markup, names that are the same everywhere."""

_TEN: Final = "10,000"
"""What a placeholder is counted as."""
_NAMES: Final = ("command_name.", "option_name.")


def faults(catalog: Catalog) -> Iterator[str]:
    """A sentence for each message that is missing or that does not hold what its source holds."""
    for key, source in MESSAGES.items():
        if (fault := _fault(catalog, key, source)) is not None:
            yield f"{catalog.locale}: {key}: {fault}"


def _fault(catalog: Catalog, key: str, source: str | Plural) -> str | None:
    sources = (source,) if isinstance(source, str) else (source.one, source.other)
    message = catalog.get(sources[0] if len(sources) == 1 else sources, context=key)
    if message is None or message.fuzzy or not all(written := _written(message)):
        return "not translated"
    if len(sources) > 1 and len(written) != catalog.num_plurals:
        return f"{len(written)} plural forms, and the language has {catalog.num_plurals}"
    for number, words in enumerate(written):
        if (length := len(PLACEHOLDER.sub(_TEN, words))) > limit_of(key):
            return f"{length} characters, and its place has {limit_of(key)}"
        if key.startswith(_NAMES) and not (NAME.fullmatch(PLACEHOLDER.sub("1", words)) and words == words.lower()):
            return f"{words!r} is no name that Discord takes"
        wanted = _tokens(sources[-1])
        has_one = number == 0 and isinstance(source, Plural) and _is_one_alone(catalog)
        allowed = [wanted, *(_for_one(source) if has_one else ())]
        if _tokens(words) not in allowed:
            return f"{_list(_tokens(words))} in place of {_list(wanted)}"
    return None


def _for_one(source: str | Plural) -> Iterator[Counter[str]]:
    """What a message may have where it is for one alone: "one video" may do without its number."""
    if isinstance(source, Plural):
        for words in (source.one, source.other):
            yield _tokens(words)
            yield _tokens(words) - Counter({f"{{{source.by}}}": 1})


def _is_one_alone(catalog: Catalog) -> bool:
    """Whether the first plural form of a language is for the number 1 and no other."""
    locale = catalog.locale
    return locale is not None and {"one"}.isdisjoint(map(locale.plural_form, (0, 21)))


def _written(message: Message) -> tuple[str, ...]:
    words = message.string
    return (words,) if isinstance(words, str) else tuple(words or ("",))


def _tokens(words: str) -> Counter[str]:
    return Counter(_TOKENS.findall(words))


def _list(tokens: Counter[str]) -> str:
    return " ".join(sorted(tokens.elements())) or "nothing"
