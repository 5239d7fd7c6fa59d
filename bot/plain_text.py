"""Text from outside without what a terminal, a log or a reader would be misled by."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LINE_BREAKS: Final = re.compile("\r\n?|\u2028|\u2029|\x85")
_TERMINAL_SEQUENCES: Final = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
_DIRECTION_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HELD: Final = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters and of halves of surrogate pairs."""
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def without_controls(text: str) -> str:
    """Text that can be stored: no control characters but tabs and new lines, and nothing that turns its direction.

    Every kind of line break becomes a new line; a terminal's sequences go as a whole.
    """
    if text.isprintable():
        return text
    text = _LINE_BREAKS.sub("\n", _TERMINAL_SEQUENCES.sub("", text))
    return "".join(char for char in text if char in "\t\n" or not _is_held(char))


def on_one_line(text: str) -> str:
    """Text for a terminal: everything that is not seen is written as Python writes it, new lines too."""
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in _ESCAPED else char
        for char in text
    )


def _is_held(char: str) -> bool:
    return char in _DIRECTION_OVERRIDES or unicodedata.category(char) in _HELD
