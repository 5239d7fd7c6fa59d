"""Saved elements: those that people keep under a name, and what ``@bloxy`` stands for in a prompt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from bot.domain.attachments import MAX_ELEMENTS
from bot.domain.model_spec import KLING_O1, ModelSpec
from bot.domain.request import Element, Picture, VideoRequest
from bot.domain.slots import PROMPTS_AT_ONCE, Slot, SlotKind, mentioned_slots, name_starts
from bot.errors import RequestError
from bot.text import Quote, text

MIN_NAME_CHARS: Final = 2
MAX_NAME_CHARS: Final = 32
_JOINERS: Final = "\u200c\u200d"
"""Characters without width inside a word of Persian or Hindi; two spellings of a name may differ in them."""
_REPEATS: Final = "\u30fc\u3005"
"""Letters that only lengthen or repeat the one before them."""
_SELECTORS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose between the forms of an emoji."""
UNSPACED_SCRIPTS: Final = frozenset(
    {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA", "KHMER", "LAO", "MYANMAR", "THAI", "TIBETAN"}
)
"""Scripts, as Unicode names their letters, that set no space between a name and what follows it."""
_FAMILIES: Final = dict.fromkeys(("HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"), "CJK")
_SCANNED: Final = 3 * MAX_NAME_CHARS
_MOST_NAMED: Final = 50
"""So many words with an ``@`` are looked up as saved names: a video has room for seven."""
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
    id: int = field(default=0, compare=False)
    """The database's own, 0 before it is saved."""

    @property
    def is_shared(self) -> bool:
        """Whether others in a server may use it."""
        return self.guild_id != 0

    @property
    def views(self) -> tuple[tuple[int | None, Picture], ...]:
        """Its pictures by the numbers of their angles; the front view has none."""
        return ((None, self.element.front), *sorted(self.element.angles.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedElement:
    """A saved element without its pictures: what a list says of it."""

    name: str
    owner_id: int
    owner_name: str
    is_shared: bool
    views: int


def name_key(name: str) -> str:
    """What two spellings of the same name have in common, full-width ones too. An ``@`` before it is no part of it."""
    folded = unicodedata.normalize("NFKC", _without_at(name)).casefold()
    return unicodedata.normalize("NFKC", "".join(char for char in folded if char not in _JOINERS))


def _without_at(name: str) -> str:
    return unicodedata.normalize("NFKC", name.strip()).removeprefix("@")


def checked_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        RequestError: it cannot be a name; the sentence says why.
    """
    name = _without_at(name)
    if not is_name(name):
        raise RequestError(text("element.name_unusable", least=MIN_NAME_CHARS, most=MAX_NAME_CHARS))
    if is_taken(name_key(name)) or mentioned_slots(f"@{name}"):
        raise RequestError(text("element.name_reserved", name=Quote(name)))
    if len(_script_families(name)) > 1:
        raise RequestError(text("element.name_mixed", name=Quote(name)))
    return name


def _script_families(name: str) -> set[str]:
    """The scripts of a name's letters; those that one language is written in count as one.

    A name of several could look like another: a Cyrillic letter like a Latin one.
    """
    return {_FAMILIES.get(script_of(char), script_of(char)) for char in name if _is_letter(char)}


def is_taken(key: str) -> bool:
    """Whether a name means something else already: a slot, or everybody."""
    return key in _TAKEN or _SLOT_LIKE.fullmatch(key) is not None


def is_name(text: str) -> bool:
    """Whether a text is made as a name is."""
    fits = MIN_NAME_CHARS <= len(text) <= MAX_NAME_CHARS and all(map(_is_in_name, text))
    return fits and _is_word(text[0]) and _may_be_last(text[-1]) and any(map(str.isalpha, text))


def mentioned_words(prompt: str, most: int) -> dict[str, str]:
    """The first words with an ``@`` before them, in order of first mention: as each was written, by its key.

    A word ends where another script begins: ``@bloxi在`` has the word ``bloxi``.
    """
    words: dict[str, str] = {}
    for start in name_starts(prompt)[:_MOST_NAMED]:
        if len(words) == most:
            break
        run = prompt[start + 1 : _run_end(prompt, start + 1)]
        scripts = [script_of(char) if _is_letter(char) else None for char in run]
        first = next(filter(None, scripts), None)
        end = next((place for place, script in enumerate(scripts) if script not in (None, first)), len(run))
        if word := run[:end].rstrip(_JOINERS):
            words.setdefault(name_key(word), word)
    return words


@lru_cache(maxsize=PROMPTS_AT_ONCE)
def mentioned_names(prompt: str) -> tuple[str, ...]:
    """The keys of everything in a prompt that may be a saved name, in order of first mention, the longest first."""
    starts = name_starts(prompt)[:_MOST_NAMED]
    return tuple(dict.fromkeys(key for start in starts for key in _names_at(prompt, start)))


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where a prompt names a saved element: from its ``@`` to the name's end."""

    start: int
    end: int
    key: str


def _mentions(prompt: str, saved: Collection[str]) -> Iterator[_Mention]:
    """Where a prompt names one of some saved elements: of several names at one place, the longest."""
    for start in name_starts(prompt):
        found = ((key, end) for key, end in _names_at(prompt, start).items() if key in saved)
        if (longest := next(found, None)) is not None:
            yield _Mention(start, longest[1], longest[0])


def _names_at(prompt: str, start: int) -> dict[str, int]:
    """What may be a name behind an ``@``, the longest first: its end, by its key."""
    run = prompt[start + 1 : _run_end(prompt, start + 1)]
    found: dict[str, int] = {}
    for end in range(len(run), 0, -1):
        if end == len(run) or _may_end(run[:end], run[end:]):
            key = name_key(run[:end])
            if is_name(_without_at(run[:end])) and not is_taken(key):
                found.setdefault(key, start + 1 + end)
    return found


def _run_end(prompt: str, start: int) -> int:
    """Where the characters end that a name can be made of."""
    end = start
    while end < min(len(prompt), start + _SCANNED) and _is_in_name(prompt[end]):
        end += 1
    while end > start and not _may_be_last(prompt[end - 1]):
        end -= 1
    return end


def _may_end(name: str, rest: str) -> bool:
    """Whether a name may end where more of a word follows: never inside of a letter, nor before a digit.

    In a script that sets spaces it goes on as long as that script does.
    """
    if not _may_be_last(name[-1]) or _is_mark(rest[0]):
        return False
    following = rest.lstrip("-")[0]
    if following in _JOINERS:
        return True
    return _is_letter(following) and (
        _last_script(name) in UNSPACED_SCRIPTS or _last_script(name) != script_of(following)
    )


def _last_script(name: str) -> str:
    """The script of a name's last letter."""
    return next((script_of(char) for char in reversed(name) if _is_letter(char)), "")


def _is_letter(char: str) -> bool:
    return char.isalpha() and not _is_mark(char)


def script_of(char: str) -> str:
    """The script of a letter: the first word of its name in Unicode."""
    if char.isascii() and char.isalpha():
        return "LATIN"
    return unicodedata.name(unicodedata.normalize("NFKC", char)[0], "").partition(" ")[0]


def _is_mark(char: str) -> bool:
    """Whether a character changes the letter before it: an accent, a vowel sign, a long vowel's stroke."""
    if char.isascii():
        return False
    return (unicodedata.category(char) in ("Mn", "Mc") and char not in _SELECTORS) or char in _REPEATS


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _may_be_last(char: str) -> bool:
    return _is_word(char) or _is_mark(char)


def _is_in_name(char: str) -> bool:
    return _may_be_last(char) or char == "-" or char in _JOINERS


def expand(
    request: VideoRequest, saved: Mapping[str, Element], use: Iterable[str] = (), model: ModelSpec = KLING_O1
) -> VideoRequest:
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
    brought = tuple(key for key in dict.fromkeys(use) if key in saved)
    mentions = list(_mentions(request.prompt, saved)) if saved else []
    for key in (*brought, *(mention.key for mention in mentions)):
        if key in numbers:
            continue
        number = _number_of(saved[key], elements)
        if number is None:
            number = _free_number(key, request, elements, model, frozenset() if key in brought else named)
            elements[number] = saved[key]
        numbers[key] = number
    if not numbers:
        return request
    parts: list[str] = []
    end = 0
    for mention in mentions:
        parts += (request.prompt[end : mention.start], str(Slot(SlotKind.ELEMENT, numbers[mention.key])))
        end = mention.end
    return replace(request, prompt="".join([*parts, request.prompt[end:]]), elements=elements)


def _number_of(element: Element, elements: Mapping[int, Element]) -> int | None:
    """The number under which a request has the very same pictures already, at whatever address."""
    return next((number for number, other in sorted(elements.items()) if _faces(other) == _faces(element)), None)


def _faces(element: Element) -> dict[int, Picture]:
    views = {0: element.front, **element.angles}
    return {angle: replace(picture, url="", owner_id=0) for angle, picture in views.items()}


def _free_number(
    key: str, request: VideoRequest, elements: Mapping[int, Element], model: ModelSpec, named: Iterable[int]
) -> int:
    if len(request.images) + len(elements) >= model.most_references:
        raise RequestError(text("refusal.no_room_references", name=Quote(key), limit=model.most_references))
    taken = {*elements, *named}
    free = next((number for number in range(1, MAX_ELEMENTS + 1) if number not in taken), None)
    if free is None:
        names = tuple(str(Slot(SlotKind.ELEMENT, number)) for number in sorted(taken))
        raise RequestError(text("refusal.no_room_elements", name=Quote(key), limit=MAX_ELEMENTS, taken=names))
    return free
