"""What a server and the operator allow people to make: words that prompts may not hold, and who is shown a video."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.saved_element import UNSPACED_SCRIPTS, script_of

MAX_WORD_CHARS: Final = 100
MAX_WORDS: Final = 200
"""Of one server."""
_ACCENTS: Final = tuple(
    range(first, last + 1)
    for first, last in (
        (0x0300, 0x036F),  # what Latin, Greek and Cyrillic letters carry
        (0x0591, 0x05C7),  # Hebrew points
        (0x0610, 0x061A),  # Arabic signs and vowels
        (0x064B, 0x065F),
        (0x0670, 0x0670),
        (0x06D6, 0x06ED),
        (0x1AB0, 0x1AFF),
        (0x1DC0, 0x1DFF),
        (0x20D0, 0x20FF),
        (0xFE20, 0xFE2F),
    )
)
"""Marks that a word is the same without. Other scripts' marks are vowels and consonants of their own."""
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "ſ": "s"}
)
"""Accented letters that Unicode does not take apart."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_SELECTORS: Final = range(0xFE00, 0xFE10)


class Verdict(StrEnum):
    """What was said of a request by those whom its server's rules do not bind."""

    PENDING = "pending"
    """The moderation service is to be asked; until then nothing is shown of it."""
    ALLOWED = "allowed"
    HIDDEN = "hidden"
    """It may be made, behind a spoiler."""
    REFUSED = "refused"
    REFUSED_BY_PROVIDER = "refused by provider"
    """Oxen's content policy does not allow it."""


class OutsideAgeRestricted(StrEnum):
    """What becomes of videos in channels that are not age-restricted."""

    SHOW = "show"
    SPOILER = "spoiler"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSettings:
    """What a server's admins set about what is made there. ``prompt_log_channel_id`` is where prompts are posted."""

    outside_age_restricted: OutsideAgeRestricted = OutsideAgeRestricted.SHOW
    prompt_log_channel_id: int | None = None
    takes_mentions: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How a job is shown: ``is_hidden`` behind a spoiler, ``has_plain_title`` in a thread named without its prompt.

    ``verdict`` is pending where a moderation service is to be asked first.
    """

    is_hidden: bool = False
    has_plain_title: bool = False
    verdict: Verdict | None = None


def word_key(word: str) -> str:
    """What all spellings of a word have in common: without case, width, accents and what cannot be seen.

    White space and punctuation count as one space; empty where nothing else is in it.
    """
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    kept = "".join(char for char in decomposed if not _is_dropped(char))
    composed = unicodedata.normalize("NFKC", kept.casefold().translate(_STROKES))
    return " ".join("".join(char if _counts(char) else " " for char in composed).split())


class WordFilter:
    """Words, and whether a text holds one of them as a whole word."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: Mapping[str, str] = {key: word for word in words if (key := word_key(word))}

    def __bool__(self) -> bool:
        return bool(self._words)

    def find(self, *texts: str) -> str | None:
        """The first of its words that one of the texts holds, as it was given; ``None`` where they hold none."""
        keys = [word_key(text) for text in texts] if self._words else []
        return next((word for key, word in self._words.items() if any(_holds(text, key) for text in keys)), None)


def _is_dropped(char: str) -> bool:
    number = ord(char)
    if number < 0x300 and number != 0xAD:
        return unicodedata.category(char) == "Cc" and not char.isspace()
    unseen = (unicodedata.category(char) in _UNSEEN and not char.isspace()) or number in _SELECTORS
    return unseen or any(number in marks for marks in _ACCENTS)


def _counts(char: str) -> bool:
    """Whether a character is part of a word: letters, digits, marks, and signs such as those of emoji."""
    return unicodedata.category(char)[0] in "LNMS"


def _holds(text: str, key: str) -> bool:
    start = text.find(key)
    while start >= 0:
        end = start + len(key)
        if _is_edge(text, start) and _is_edge(text, end):
            return True
        start = text.find(key, start + 1)
    return False


def _is_edge(text: str, place: int) -> bool:
    """Whether a word may begin or end at a place of a text: beside a space, a sign, or a letter of another script.

    In scripts that set no spaces it may between any two letters, but never before a mark that hangs on one.
    """
    if place in (0, len(text)):
        return True
    before, after = text[place - 1], text[place]
    if unicodedata.category(after)[0] == "M":
        return False
    if not all(unicodedata.category(char)[0] in "LNM" for char in (before, after)):
        return True
    scripts = {script_of(before), script_of(after)}
    if scripts & UNSPACED_SCRIPTS:
        return True
    return len(scripts) > 1 and not (before.isdecimal() or after.isdecimal())
