"""Slots: the names that a prompt uses for pictures, and how they are renumbered for Oxen.

The user's numbering is the truth: the picture in ``image3`` is ``@Image3`` even when ``image2`` is
empty. Oxen numbers what it is sent without gaps, so the prompt is rewritten on its way out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final


class SlotKind(StrEnum):
    """The two kinds of slots that the model has."""

    IMAGE = "Image"
    ELEMENT = "Element"


_IMAGE_WORDS: Final = "image img bild imagen imagem immagine obraz изображение 画像 이미지 图片 图"
_ELEMENT_WORDS: Final = "element elem elemento élément elément e\u0301le\u0301ment элемент エレメント 要素 요소 元素"
_KINDS: Final = {
    **dict.fromkeys(_IMAGE_WORDS.split(), SlotKind.IMAGE),
    **dict.fromkeys(_ELEMENT_WORDS.split(), SlotKind.ELEMENT),
}
"""What the slots are called, in every language that the bot speaks; what is shown is always ``@Image1``."""
_INITIALS: Final = frozenset(word[0] for word in _KINDS)
_AT: Final = re.compile(r"(?P<link>https?://[!-?A-~]*/@)|[@\uff20\ufe6b]")
"""An ``@``, also full-width or small; ``link`` is one that begins an account's name in a web address."""
_WORD: Final = re.compile(r"[\w-]+")
_GLUED: Final = re.compile(r"[A-Za-z0-9]_?\Z")
_GLUED_WORD: Final = re.compile(r"(?:[A-Za-z0-9]+_?|[@\uff20\ufe6b]+)\Z")
_DOMAIN: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.ASCII)
_UNSEEN: Final = "[\u200b-\u200f\u2060\u2066-\u2069\ufeff]{0,2}"
"""Characters without width that people cannot see: joiners, and marks of direction."""
_GAP: Final = f"{_UNSEEN}[ ]?{_UNSEEN}"
_GAP_CHARS: Final = 5
_NAME: Final = re.compile(
    rf"{_GAP}(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})(?P<gap>{_GAP})"
    r"(?P<number>(?:\d{1,4}|[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2776-\u277e])(?!\d))"
)
_UNIT: Final = re.compile(r"(?:d|k|s|x|st|nd|rd|th)(?!\w)")
"""Behind a number that stands apart: ``@Image 3D``, ``@Image 2nd``."""
_LONGEST_NAME: Final = 32
PROMPTS_AT_ONCE: Final = 256
"""A request's prompt is read some twenty times on its way, those of several requests in turns."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """``@Image2``: a kind and the user's own number."""

    kind: SlotKind
    number: int

    def __str__(self) -> str:
        return f"@{self.kind}{self.number}"


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where a prompt names a slot: from its ``@`` to the end of its number."""

    start: int
    end: int
    slot: Slot


@lru_cache(maxsize=PROMPTS_AT_ONCE)
def name_starts(prompt: str) -> tuple[int, ...]:
    """Where each ``@`` is that may begin a name, whatever script stands before it.

    It does not in an e-mail or web address, nor behind another ``@``. One name may follow another at once.
    """
    return tuple(_name_starts(prompt))


def _name_starts(prompt: str) -> Iterator[int]:
    previous = None
    for match in _AT.finditer(prompt):
        at = match.start()
        if match["link"] is None and (_follows_name(prompt, previous, at) or not _is_in_address(prompt, at)):
            previous = at
            yield at


def _follows_name(prompt: str, previous: int | None, at: int) -> bool:
    """Whether an ``@`` stands right behind a name that begins at ``previous``."""
    if previous is None or _DOMAIN.match(prompt, at + 1):
        return False
    if _WORD.fullmatch(prompt, previous + 1, at) is not None:
        return True
    name = _mention_at(prompt, previous)
    return name is not None and name.end == at


def _is_in_address(prompt: str, at: int) -> bool:
    before = prompt[max(0, at - 2) : at]
    if before and _AT.fullmatch(before[-1]):
        return True
    if _GLUED.search(before):
        return True
    is_latin = bool(before) and before[-1].isalpha() and unicodedata.name(before[-1], "").startswith("LATIN")
    return is_latin and _DOMAIN.match(prompt, at + 1) is not None


@lru_cache(maxsize=PROMPTS_AT_ONCE)
def _mentions(prompt: str) -> tuple[_Mention, ...]:
    found = (_mention_at(prompt, start) for start in name_starts(prompt))
    return tuple(mention for mention in found if mention is not None)


def _mention_at(prompt: str, start: int) -> _Mention | None:
    """The slot that is named behind an ``@``; letters may follow its number, since many scripts have no spaces."""
    if _INITIALS.isdisjoint(_plain(prompt[start + 1 : start + 2 + _GAP_CHARS])):
        return None
    text = _plain(prompt[start + 1 : start + _LONGEST_NAME])
    match = _NAME.match(text)
    if match is None or (" " in match["gap"] and _UNIT.match(text, match.end())):
        return None
    number = match["number"]
    slot = Slot(_KINDS[match["kind"]], int(number) if number.isdecimal() else int(unicodedata.digit(number)))
    return _Mention(start, start + 1 + match.end(), slot)


def _plain(text: str) -> str:
    """A text of as many characters, in which letters and spaces of another form are plain ones."""
    return text.lower() if text.isascii() else "".join(map(_plain_char, text))


@lru_cache(maxsize=10_000)
def _plain_char(char: str) -> str:
    """A letter or space of another form (capital, full-width, bold…) as the plain one; any other character as it is."""
    if char in "\u0130\u0131":  # a Turkish keyboard's i
        return "i"
    if char.isascii():
        return char.lower()
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if plain == " " or (len(plain) == 1 and plain.isalpha()) else char


def mentioned_slots(prompt: str) -> tuple[Slot, ...]:
    """The slots that a prompt names, in order of first mention.

    ``@image3``, ``@Image 3``, ``@img3``, ``@elem1``, ``让@Image3里``, ``@Image3and``, full-width forms and the words of
    the bot's languages (``@Bild3``, ``@图3``) are understood; ``@Images``, ``me@image3.com`` and ``@Image 3D`` are
    not slots.
    """
    return tuple(dict.fromkeys(mention.slot for mention in _mentions(prompt)))


def slots_in_doubt(prompt: str) -> dict[Slot, str]:
    """The slots that may be meant although a Latin letter, a digit or another ``@`` stands right before the ``@``.

    Each with the word as it was written: ``the@Image3``. ``me@image3.com`` is an address for sure.
    """
    return dict(_slots_in_doubt(prompt))


@lru_cache(maxsize=PROMPTS_AT_ONCE)
def _slots_in_doubt(prompt: str) -> Mapping[Slot, str]:
    found: dict[Slot, str] = {}
    names = set(name_starts(prompt))
    for match in _AT.finditer(prompt):
        at = match.start()
        before = _GLUED_WORD.search(prompt[max(0, at - _LONGEST_NAME) : at])
        if before is None or match["link"] is not None or at in names or _DOMAIN.match(prompt, at + 1):
            continue
        if (mention := _mention_at(prompt, at)) is not None:
            found.setdefault(mention.slot, before[0] + prompt[at : mention.end])
    return found


def gapless(slots: Collection[Slot]) -> dict[Slot, Slot]:
    """Map each slot to the one it has when each kind is numbered 1, 2, 3… in the user's order."""
    renumbered: dict[Slot, Slot] = {}
    for kind in SlotKind:
        mine = sorted(slot for slot in slots if slot.kind is kind)
        renumbered.update({slot: Slot(kind, index) for index, slot in enumerate(mine, start=1)})
    return renumbered


def rename_slots(prompt: str, names: Mapping[Slot, Slot | str], bare: Collection[str] = ()) -> str:
    """Write every mention of a slot in ``names`` as its new name; all other text stays as it is.

    A new name that begins with a letter is set apart from letters and digits beside it: ``@Image1and`` with
    ``image 2`` becomes ``image 2 and``. ``bare`` are the words of such names (``image``): where they are followed by
    a slot's number they name it without an ``@``, too.
    """
    found = list(_mentions(prompt))
    for word in bare:
        found += _bare_mentions(prompt, word, found)
    written, end = "", 0
    for mention in sorted(found, key=lambda one: one.start):
        if mention.slot not in names:
            continue
        name = str(names[mention.slot])
        written += prompt[end : mention.start]
        is_word = name[0].isalnum()
        written += " " if is_word and _is_word_char(written[-1:]) else ""
        written += name
        written += " " if is_word and _is_word_char(prompt[mention.end : mention.end + 1]) else ""
        end = mention.end
    return written + prompt[end:]


def _bare_mentions(prompt: str, word: str, known: Collection[_Mention]) -> list[_Mention]:
    """Where a prompt says ``image 2`` and no mention that is known stands there."""
    pattern = re.compile(rf"(?<![\w@]){re.escape(word)} ?(?P<number>\d{{1,3}})(?![\w])", re.IGNORECASE)
    return [
        _Mention(match.start(), match.end(), Slot(SlotKind.IMAGE, int(match["number"])))
        for match in pattern.finditer(prompt)
        if not any(one.start < match.end() and match.start() < one.end for one in known)
    ]


def _is_word_char(text: str) -> bool:
    return text.isalnum() or text == "_"


def mark_slots(prompt: str, mark: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """Rewrite a prompt for reading: ``mark`` is given each slot's name, ``plain`` the text between."""
    parts: list[str] = []
    end = 0
    for mention in _mentions(prompt):
        parts += (plain(prompt[end : mention.start]), mark(str(mention.slot)))
        end = mention.end
    return "".join([*parts, plain(prompt[end:])])
