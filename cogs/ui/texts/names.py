"""The names of commands and options as somebody sees them who uses Discord in a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cogs.ui.texts.english import MESSAGES

if TYPE_CHECKING:
    from cogs.ui.texts.render import Texts

_NUMBERED: Final = re.compile(r"(?P<stem>[a-z]+?)(?P<number>\d+)(?:_(?P<part>[a-z]+)(?P<angle>\d*))?")
"""``image3``, ``element2_front``, ``element2_angle1``."""


def command_name(name: str, texts: Texts) -> str:
    """The last word of a command's whole English name, as it is called in a language."""
    key = f"command_name.{name.replace(' ', '_')}"
    return texts(key) if key in MESSAGES else name.rpartition(" ")[2]


def command_path(name: str, texts: Texts) -> str:
    """A command's whole English name, as it is called in a language: ``admin quota set``."""
    words = name.split(" ")
    return " ".join(command_name(" ".join(words[: end + 1]), texts) for end in range(len(words)))


def option_name(name: str, texts: Texts) -> str:
    """An option's English name, as it is called in a language."""
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        key = f"option_name.{name}"
        return texts(key) if key in MESSAGES else name
    stem, part = numbered["stem"], numbered["part"]
    key = f"option_name.{stem}" if part is None else f"option_name.{stem}_{part}"
    values = {"number": numbered["number"]} | ({"angle": numbered["angle"]} if numbered["angle"] else {})
    return texts(key, **values) if key in MESSAGES else name
