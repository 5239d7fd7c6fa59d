"""Slots: the names that a prompt uses for pictures, and how they are renumbered for Oxen.

The user's numbering is the truth: the picture in ``image3`` is ``@Image3`` even when ``image2`` is
empty. Oxen numbers what it is sent without gaps, so the prompt is rewritten on its way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

_MENTION = re.compile(
    r"(?<![\w@])@[ ]?(?P<kind>image|img|element|elem)[ ]?(?P<number>[0-9]{1,4})(?!\w)",
    re.IGNORECASE,
)


class SlotKind(StrEnum):
    """The two kinds of slots that the model has."""

    IMAGE = "Image"
    ELEMENT = "Element"


_KINDS = {
    "image": SlotKind.IMAGE,
    "img": SlotKind.IMAGE,
    "element": SlotKind.ELEMENT,
    "elem": SlotKind.ELEMENT,
}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """``@Image2``: a kind and the user's own number."""

    kind: SlotKind
    number: int

    def __str__(self) -> str:
        return f"@{self.kind}{self.number}"


def _replace(prompt: str, replacement: Callable[[Slot, str], str]) -> str:
    def substitute(match: re.Match[str]) -> str:
        slot = Slot(_KINDS[match["kind"].lower()], int(match["number"]))
        return replacement(slot, match[0])

    return _MENTION.sub(substitute, prompt)


def mentioned_slots(prompt: str) -> tuple[Slot, ...]:
    """The slots that a prompt names, in order of first mention.

    ``@image3``, ``@Image 3``, ``@img3`` and ``@elem1`` are understood; ``@Images``, ``@Image3b`` and
    ``me@image3`` are not slots.
    """
    found: dict[Slot, None] = {}

    def note(slot: Slot, text: str) -> str:
        found.setdefault(slot)
        return text

    _replace(prompt, note)
    return tuple(found)


def gapless(slots: Collection[Slot]) -> dict[Slot, Slot]:
    """Map each slot to the one it has when each kind is numbered 1, 2, 3… in the user's order."""
    renumbered: dict[Slot, Slot] = {}
    for kind in SlotKind:
        mine = sorted(slot for slot in slots if slot.kind is kind)
        renumbered.update({slot: Slot(kind, index) for index, slot in enumerate(mine, start=1)})
    return renumbered


def rename_slots(prompt: str, names: Mapping[Slot, Slot]) -> str:
    """Write every mention of a slot in ``names`` as its new name; all other text stays as it is."""
    return _replace(prompt, lambda slot, text: str(names[slot]) if slot in names else text)


def mark_slots(prompt: str, mark: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """Rewrite a prompt for reading: ``mark`` is given each slot's name, ``plain`` the text between."""
    parts: list[str] = []
    end = 0
    for match in _MENTION.finditer(prompt):
        parts.append(plain(prompt[end : match.start()]))
        parts.append(mark(str(Slot(_KINDS[match["kind"].lower()], int(match["number"])))))
        end = match.end()
    parts.append(plain(prompt[end:]))
    return "".join(parts)
