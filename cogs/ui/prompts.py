"""Prompts as people read them: a quotation on a card, the name of a thread."""

from __future__ import annotations

from typing import Final

from bot.domain.model_spec import Media
from bot.domain.slots import mark_slots
from cogs.ui.markdown import clean, escape_markup, shorten, shorten_words
from cogs.ui.texts import ENGLISH, Texts

THREAD_NAME_CHARS: Final = 90
_SHOWN_CHARS: Final = 900


def quote_prompt(prompt: str, room: int = 2_000, texts: Texts = ENGLISH, *, most: int = _SHOWN_CHARS) -> str:
    """A prompt as a quotation with its slots in bold; one longer than ``most`` is cut, with its length beside.

    It takes at most ``room`` characters, markup and all.
    """
    whole = clean(prompt)
    shown = shorten(whole, min(most, room))
    cut = f"\n-# {texts('card.shortened', count=len(prompt))}"
    while len(quoted := _quoted(shown, cut if shown != whole else "")) > room and len(shown) > 1:
        shown = shorten(shown, min(len(shown) - 1, len(shown) * room // len(quoted)))
    return quoted


def _quoted(shown: str, cut: str) -> str:
    return f"> {_marked(shown)}{cut}"


def begin_prompt(prompt: str, most: int) -> str:
    """The first characters of a prompt, at most so many before their markup, with its slots in bold."""
    return _marked(shorten_words(clean(prompt), most))


def _marked(shown: str) -> str:
    return mark_slots(shown, mark=lambda name: f"**{name}**", plain=escape_markup)


def thread_name(prompt: str, texts: Texts = ENGLISH, made: Media = Media.VIDEO) -> str:
    """A name for the thread of a prompt: 1 to 90 characters, one line."""
    return shorten_words(clean(prompt), THREAD_NAME_CHARS) or texts("thread.unnamed", made=made)


def thread_name_for(name: str, texts: Texts = ENGLISH, made: Media = Media.VIDEO) -> str:
    """A name for the thread of a member whose prompt may not be shown: without a mention that anybody obeys."""
    shown = clean(name).lstrip("@ ")
    if not shown:
        return texts("thread.unnamed", made=made)
    is_obeyed = shown.lower() in ("everyone", "here")
    named = texts("thread.for_name" if is_obeyed else "thread.for_member", name=shown, made=made)
    return shorten(named, THREAD_NAME_CHARS)
