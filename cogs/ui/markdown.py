"""Other people's words in our messages: shown as they are, never obeyed."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.slots import mark_slots

_MARKUP = re.compile(r"([\\`*_~|<>\[\]#@]|:(?=//))")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
_JOINERS = "\u200d"
_SHOWN_CHARS = 900
THREAD_NAME_CHARS = 90


def clean(text: str) -> str:
    """Text without control and direction characters, each run of white space as one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = (
        char if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _INVISIBLE else ""
        for char in text
    )
    return " ".join("".join(visible).split())


def escape(text: str) -> str:
    """Text that Discord shows letter by letter: no markup, no mention, no link, no timestamp."""
    return _MARKUP.sub(r"\\\1", clean(text))


def shorten(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters; an ellipsis says where some were cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def quote_prompt(prompt: str, room: int = 2_000) -> str:
    """A prompt as a quotation with its slots in bold; a long one is cut, with its length beside.

    It takes at most ``room`` characters, markup and all.
    """
    whole = clean(prompt)
    shown = shorten(whole, min(_SHOWN_CHARS, room))
    while len(quoted := _quoted(shown, prompt, is_cut=shown != whole)) > room and len(shown) > 1:
        shown = shorten(shown, min(len(shown) - 1, len(shown) * room // len(quoted)))
    return quoted


def _quoted(shown: str, prompt: str, *, is_cut: bool) -> str:
    text = mark_slots(shown, mark=lambda name: f"**{name}**", plain=_escape_keeping_spaces)
    return f"> {text}" + (f"\n-# {len(prompt):,} characters in all" if is_cut else "")


def thread_name(prompt: str) -> str:
    """A name for the thread of a prompt: 1 to 90 characters, one line."""
    return shorten(clean(prompt), THREAD_NAME_CHARS) or "Video"


def thread_name_for(name: str) -> str:
    """A name for the thread of a member whose prompt may not be shown: without a mention that anybody obeys."""
    shown = clean(name).lstrip("@ ")
    at = "" if shown.lower() in ("everyone", "here") else "@"
    return shorten(f"Video for {at}{shown}", THREAD_NAME_CHARS) if shown else "Video"


def _escape_keeping_spaces(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
