"""The saved cast: elements that people keep under a name, and what ``@bloxy`` stands for in a prompt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.domain import limits
from bot.domain.request import Element, Picture, VideoRequest
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.errors import RequestError

MIN_NAME_CHARS: Final = 2
MAX_NAME_CHARS: Final = 32
NAME_RULE: Final = (
    f"A name has {MIN_NAME_CHARS} to {MAX_NAME_CHARS} letters, digits, _ or -, with a letter among them; "
    "it begins and ends with a letter, a digit or _."
)
_NAME: Final = re.compile(r"\w(?:[\w-]*\w)?")
_MENTION: Final = re.compile(rf"(?<![\w@])@(?P<name>(?>{_NAME.pattern}))(?![\u0300-\u036f])")
_TAKEN: Final = frozenset({"image", "images", "img", "element", "elements", "elem", "everyone", "here"})
_SLOT_LIKE: Final = re.compile(r"(?:image|img|element|elem)[_-]*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedElement:
    """An element under its name. ``guild_id`` is the server that it is shared with, 0 where it is not."""

    name: str
    owner_id: int
    owner_name: str
    guild_id: int
    element: Element

    @property
    def is_shared(self) -> bool:
        """Whether others in a server may use it."""
        return self.guild_id != 0

    @property
    def views(self) -> tuple[tuple[str, Picture], ...]:
        """Its pictures with their names: ``front``, ``angle 1`` and so on."""
        angles = sorted(self.element.angles.items())
        return (("front", self.element.front), *((f"angle {number}", picture) for number, picture in angles))


def name_key(name: str) -> str:
    """What two spellings of the same name have in common. An ``@`` before it is no part of it."""
    return unicodedata.normalize("NFC", name.strip().removeprefix("@")).casefold()


def checked_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        RequestError: it cannot be a name; the sentence says why.
    """
    name = unicodedata.normalize("NFC", name.strip().removeprefix("@"))
    if not is_name(name):
        raise RequestError(f"That is no name that I can keep. {NAME_RULE}")
    if name_key(name) in _TAKEN or _SLOT_LIKE.fullmatch(name) or mentioned_slots(f"@{name}"):
        raise RequestError(f"In a prompt @{name} means something else already. Please choose another name.")
    return name


def is_name(text: str) -> bool:
    """Whether a text is made as a name is."""
    fits = MIN_NAME_CHARS <= len(text) <= MAX_NAME_CHARS and _NAME.fullmatch(text) is not None
    return fits and any(char.isalpha() for char in text)


def mentioned_words(prompt: str) -> dict[str, str]:
    """Every word with an ``@`` before it, in order of first mention: as it was written, by its key."""
    words: dict[str, str] = {}
    for match in _MENTION.finditer(prompt):
        words.setdefault(name_key(match["name"]), match["name"])
    return words


def mentioned_names(prompt: str) -> tuple[str, ...]:
    """The keys of everything in a prompt that may be a saved name, in order of first mention."""
    return tuple(key for key in mentioned_words(prompt) if key not in _TAKEN and not _SLOT_LIKE.fullmatch(key))


def expand(request: VideoRequest, saved: Mapping[str, Element], use: Iterable[str] = ()) -> VideoRequest:
    """Put saved elements where a request names them: ``@bloxy`` becomes an ``@ElementN`` that is free.

    ``saved`` maps the key of each known name to its element; ``use`` are keys that are brought in even if the
    prompt does not name them, before those that it does. A number that the prompt names is not given to a
    name, only to ``use``: whoever brings one in may well call it ``@Element1``.

    Raises:
        RequestError: there is no room for one of them.
    """
    elements = dict(request.elements)
    numbers: dict[str, int] = {}
    named = {slot.number for slot in mentioned_slots(request.prompt) if slot.kind is SlotKind.ELEMENT}
    brought = tuple(dict.fromkeys(use))
    for key in (*brought, *mentioned_names(request.prompt)):
        if key not in saved or key in numbers:
            continue
        number = _number_of(saved[key], elements)
        if number is None:
            number = _free_number(key, request, elements, frozenset() if key in brought else named)
            elements[number] = saved[key]
        numbers[key] = number

    def written(match: re.Match[str]) -> str:
        number = numbers.get(name_key(match["name"]))
        return match[0] if number is None else str(Slot(SlotKind.ELEMENT, number))

    if not numbers:
        return request
    return replace(request, prompt=_MENTION.sub(written, request.prompt), elements=elements)


def _number_of(element: Element, elements: Mapping[int, Element]) -> int | None:
    """The number under which a request has the very same pictures already, at whatever address."""
    return next((number for number, other in sorted(elements.items()) if _faces(other) == _faces(element)), None)


def _faces(element: Element) -> dict[int, Picture]:
    views = {0: element.front, **element.angles}
    return {angle: replace(picture, url="") for angle, picture in views.items()}


def _free_number(key: str, request: VideoRequest, elements: Mapping[int, Element], named: Iterable[int]) -> int:
    if len(request.images) + len(elements) >= limits.MAX_REFERENCES:
        raise RequestError(
            f"There is no room for @{key}: the model takes {limits.MAX_REFERENCES} references. Please leave one out."
        )
    taken = {*elements, *named}
    free = next((number for number in range(1, limits.MAX_ELEMENTS + 1) if number not in taken), None)
    if free is None:
        raise RequestError(
            f"There is no room for @{key}: the model takes {limits.MAX_ELEMENTS} elements, "
            f"and {', '.join(f'@Element{number}' for number in sorted(taken))} are taken. Please leave one out."
        )
    return free
