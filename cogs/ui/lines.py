"""Lists that fit: Discord takes no message with more text than this, and an answer that it refuses is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cogs.ui.cards import TEXT_CHARS
from cogs.ui.markdown import shorten_markup
from cogs.ui.texts import ENGLISH, Texts

_MORE_CHARS: Final = 40


def fitted(lines: Sequence[str], *, room: int = TEXT_CHARS, count: int | None = None, texts: Texts = ENGLISH) -> str:
    """Lines as one text of at most ``room`` characters; the last one says how many more of ``count`` there are.

    ``count`` is how many lines there would be, where not all of them are given.
    """
    room -= _MORE_CHARS
    shown: list[str] = []
    for line in lines:
        line = shorten_markup(line, room)
        if sum(map(len, shown)) + len(shown) + len(line) > room:
            break
        shown.append(line)
    more = (len(lines) if count is None else count) - len(shown)
    return "\n".join([*shown, f"-# {texts('common.more', count=more)}"] if more > 0 else shown)
