"""What is wrong with a translation, found without knowing the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from babel.messages.catalog import Catalog, Message

from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.message import Plural

_TOKENS: Final = re.compile(r"\{[/=]?\w[\w :]*\}|\*\*|`[^`]*`|^-# |@(?:Image|Element)\d|\bOxen\b", re.MULTILINE)
"""What a translation must have as often as its source: placeholders, markup, names that are the same everywhere."""


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
    allowed = [_tokens(one) for one in sources]
    if isinstance(source, Plural):  # "one video" may do without its number
        allowed += [tokens - Counter({f"{{{source.by}}}": 1}) for tokens in allowed]
    for words in written:
        if _tokens(words) not in allowed:
            return f"{_list(_tokens(words))} in place of {_list(allowed[-1] if len(sources) == 1 else allowed[1])}"
    return None


def _written(message: Message) -> tuple[str, ...]:
    words = message.string
    return (words,) if isinstance(words, str) else tuple(words or ("",))


def _tokens(words: str) -> Counter[str]:
    return Counter(_TOKENS.findall(words))


def _list(tokens: Counter[str]) -> str:
    return " ".join(sorted(tokens.elements())) or "nothing"
