"""Other people's words in our messages: shown as they are, never obeyed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKUP = re.compile(r"([\\`*_~|<>\[\]#@]|:(?=//))")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
_JOINERS = "\u200d"


def clean(text: str) -> str:
    """Text without control and direction characters, each run of white space as one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(map(_seen, text)).split())


@lru_cache(maxsize=10_000)
def _seen(char: str) -> str:
    """A character, if it can be seen or is white space."""
    is_seen = char.isspace() or char in _JOINERS or unicodedata.category(char) not in _INVISIBLE
    return char if is_seen else ""


def escape(text: str) -> str:
    """Text that Discord shows letter by letter: no markup, no mention, no link, no timestamp."""
    return escape_markup(clean(text))


def escape_markup(text: str) -> str:
    """The same for text that is clean already; its spaces stay as they are."""
    return _MARKUP.sub(r"\\\1", text)


def shorten(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters; an ellipsis says where some were cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shorten_words(text: str, limit: int) -> str:
    """The same, cut between words where that does not take half of it."""
    if len(text) <= limit:
        return text
    at = text.rfind(" ", limit // 2, limit)
    return shorten(text, limit) if at < 0 else f"{text[:at].rstrip(' ,;:')}…"


def shorten_markup(text: str, limit: int) -> str:
    """Text of ours of at most ``limit`` characters, markup and all; no escape of it is cut in two."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rstrip()
    if (len(cut) - len(cut.rstrip("\\"))) % 2:
        cut = cut[:-1]
    return f"{cut}…"
