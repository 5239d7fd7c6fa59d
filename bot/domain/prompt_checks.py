"""Prompt checks: what is allowed, but would likely waste the seconds. Asked about before anything is reserved."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.request import VideoRequest
from bot.domain.saved_element import MAX_NAME_CHARS, mentioned_words
from bot.domain.slots import Slot, SlotKind, mentioned_slots, rename_slots, slots_in_doubt
from bot.text import Quote, Text, text

PENDING_FOR: Final = timedelta(days=1)
"""How long a request waits for its user: as long as Discord's links to what they attached work."""

_NUMBERED: Final = re.compile(r"(?P<word>[a-z]+)[_-]?(?P<number>[1-9][0-9]?)")
_WORDS: Final = {
    "image": SlotKind.IMAGE,
    "picture": SlotKind.IMAGE,
    "photo": SlotKind.IMAGE,
    "pic": SlotKind.IMAGE,
    "element": SlotKind.ELEMENT,
}
WORDS_LOOKED_AT: Final = 20
_SENTENCES: Final = 5
_MEANT: Final = 2
"""How many slots are offered for a name that has no picture."""
_ALIKE: Final = 0.7
_ALIKE_NAMES: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """A request that was not taken yet, and waits for its user: as it was asked, saved names not yet replaced.

    ``use`` is the name of a saved element to bring in; ``asked`` says that its user was told why it is in doubt, and
    asked whether to make it all the same. Else it was refused. ``is_collected`` says that it began with the pictures
    that its user collected for their next video.
    """

    id: str
    user_id: int
    request: VideoRequest
    use: str | None
    asked: bool
    asked_at: datetime
    is_collected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFix:
    """A name in a prompt that stands for nothing, as it was ``written``, and the ``name`` that was likely meant.

    ``meant`` is what to write instead, with what was glued to it set apart. ``why`` is a sentence about it, where
    nothing else says that it stands for nothing.
    """

    written: str
    name: str
    meant: str
    why: Text | None = None

    @property
    def key(self) -> str:
        """The same for the same fix, in 12 hexadecimal digits."""
        return hashlib.sha256(f"{self.written}\n{self.meant}".encode()).hexdigest()[:12]

    def applied(self, prompt: str) -> str:
        """The prompt with the name that was meant."""
        slots = mentioned_slots(self.written)
        meant = mentioned_slots(self.meant)
        if slots and meant and slots_in_doubt(self.written) == {}:
            return rename_slots(prompt, {slots[0]: meant[0]})
        written = re.escape(self.written).replace("@", "[@\uff20\ufe6b]", 1)
        return re.sub(rf"{written}(?![A-Za-z0-9_])", lambda _: self.meant, prompt)


def name_fixes(request: VideoRequest, saved: Collection[str] = ()) -> tuple[NameFix, ...]:
    """What names of a prompt that stand for nothing were likely meant to be; ``saved`` as for ``prompt_warnings``."""
    words = mentioned_words(request.prompt, WORDS_LOOKED_AT).items()
    found = [_mistyped(key, word, request, saved) for key, word in words if len(word) <= MAX_NAME_CHARS]
    fixes = [fix for fix in found if fix]
    fixes += [
        NameFix(
            written=word,
            name=str(slot),
            meant=_set_apart(word, slot),
            why=text("warning.address", word=Quote(word), slot=str(slot)),
        )
        for slot, word in slots_in_doubt(request.prompt).items()
        if slot in request.unnamed_slots
    ]
    for slot in mentioned_slots(request.prompt):
        if slot not in request.slots:
            names = map(str, _likely_meant(slot, request))
            fixes += [NameFix(written=str(slot), name=name, meant=name) for name in names]
    return tuple(fixes)


def _likely_meant(missing: Slot, request: VideoRequest) -> list[Slot]:
    """What a name without a picture may have meant: slots that the prompt does not name, the likeliest first."""
    unnamed = sorted(request.unnamed_slots, key=lambda slot: (slot.number != missing.number, slot.kind != missing.kind))
    return unnamed[:_MEANT] or [slot for slot in request.slots if slot.kind is missing.kind][:1]


def _set_apart(word: str, slot: Slot) -> str:
    """A name that is glued to a word, set apart from it."""
    return f"{word[: word.rindex('@')]} {slot}" if "@" in word else str(slot)


def prompt_warnings(request: VideoRequest, saved: Collection[str] = ()) -> tuple[Text, ...]:
    """Why a request would likely waste its seconds, a text for each cause; empty where nothing speaks against it.

    ``saved`` are the keys of the saved elements that its user may name. What is odd but harmless is no doubt:
    one picture that is not named, among others that are, is what the card tells.
    """
    sentences = [fix.why for fix in name_fixes(request, saved) if fix.why is not None]
    slots = request.slots
    if not sentences and len(slots) > 1 and request.unnamed_slots == slots:
        sentences.append(text("warning.none_used", names=tuple(map(str, slots))))
    return tuple(sentences[:_SENTENCES])


def _mistyped(key: str, word: str, request: VideoRequest, saved: Collection[str]) -> NameFix | None:
    """What a word that stands for nothing was likely meant to be."""
    if key in saved:
        return None
    slot = _slot_like(key, request.unnamed_slots)
    if slot is not None:
        why = text("warning.no_such_picture", word=Quote(word), slot=str(slot))
        return NameFix(written=f"@{word}", name=str(slot), meant=str(slot), why=why)
    near = difflib.get_close_matches(key, sorted(saved), n=1, cutoff=_ALIKE_NAMES) or _glued_names(key, saved)
    if not near:
        return None
    name, rest = f"@{near[0]}", word[len(near[0]) :] if key.startswith(near[0]) else ""
    why = text("warning.no_such_element", word=Quote(word), near=Quote(near[0]))
    return NameFix(written=f"@{word}", name=name, meant=f"{name} {rest}" if rest else name, why=why)


def _glued_names(key: str, saved: Collection[str]) -> list[str]:
    """The saved names that a word is most of, the longest first: ``@bloxyand``."""
    names = (name for name in saved if key.startswith(name) and 2 * len(name) >= len(key))
    return sorted(names, key=len, reverse=True)


def _slot_like(key: str, slots: Collection[Slot]) -> Slot | None:
    """The slot that a name comes close to, among some: the same number behind nearly the same word."""
    match = _NUMBERED.fullmatch(key) if slots else None
    if match is None:
        return None
    near = difflib.get_close_matches(match["word"], _WORDS, n=1, cutoff=_ALIKE)
    meant = Slot(_WORDS[near[0]], int(match["number"])) if near else None
    return meant if meant in slots else None
