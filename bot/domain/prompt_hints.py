"""Prompt hints, which never hold a request up: what makes a better video, told where its user looks at it anyway.

What is looked for in words is looked for in English alone; a prompt in another language gets no such hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from bot.domain.fingerprint import Fingerprint, are_alike
from bot.domain.model_spec import ModelSpec
from bot.domain.request import Picture, VideoRequest
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.text import Text, text

MANY_REFERENCES: Final = 4
"""With more of them than that, a model mixes them up more often."""
CLEAR_SIDE: Final = 720
"""What the short side of an element's front picture should have, in pixels."""
_ENGLISH: Final = re.compile(r"\b(?:the|and|of|at|with|its|into|from)\b", re.IGNORECASE)
"""Words that no other language of the bot writes; ``a``, ``an``, ``in``, ``on`` and ``to`` are words of others, too."""
_MOVES: Final = re.compile(
    r"\b(?:walk|run|jump|danc|turn|mov|lift|rais|wav|look|smil|laugh|nod|blink|breath|ris|fall|fl[iy]|flew|flow|drift"
    r"|float|swim|swam|spin|rotat|sway|swing|shak|trembl|open|clos|reach|grab|tak|giv|hand(?:s|ing|ed)\b|throw|catch"
    r"|push|pull|kick|hit|driv|rid|sail|glid|slid|roll|bounc|climb|crawl|step|stand|sit|bow|lean|stretch|point|hold"
    r"|eat|drink|pour|drip|rain|snow|burn|flicker|glow|shin|grow|shrink|melt|explod|burst|crash|break|play|sing|speak"
    r"|talk|say|whisper|stop|start|go|com[ei]|enter|leav|arriv|approach|pass|cross|follow|chas|emerg|appear|vanish"
    r"|transform|becom|gallop|trot|charg|land|hover|zoom|pan|orbit|track|tilt|blow|rippl|wander|hurr|rush|spread)"
    r"[a-z]*",
    re.IGNORECASE,
)
_CAMERA: Final = re.compile(
    r"\b(?:camera|shot|pan(?:s|ning)?|tilt|zoom|dolly|push[- ]in|pull[- ]back|orbit|tracking|handheld|crane|aerial"
    r"|drone|close[- ]?up|wide[- ]angle|pov|angle|static|steadicam|timelapse|slow motion)",
    re.IGNORECASE,
)
_SOUND: Final = re.compile(
    r"\b(?:sound|music|voice|dialogue|song|audio|melody|soundtrack|narrat|says|sings|singing|speaks|whispers|shouts)",
    re.IGNORECASE,
)
_CUTS: Final = re.compile(
    r"\b(?:(?:cuts?|cutting) (?:to|back|away)|(?:scene|shot) [2-9]\b|next (?:scene|shot)|montage|jump cut|crossfade)",
    re.IGNORECASE,
)
_SECONDS: Final = re.compile(r"(?<![\w.@])(\d{1,3})[ -]?(?:s|secs?|seconds?)\b", re.IGNORECASE)
_START_FRAME: Final = re.compile(r"\b(?:start(?:ing)?|first|opening) (?:frame|image|picture)\b", re.IGNORECASE)


def prompt_hints(
    request: VideoRequest, model: ModelSpec, fingerprints: Mapping[str, Fingerprint] | None = None
) -> tuple[Text, ...]:
    """What would make a better video of a request, what matters most first.

    ``fingerprints`` are those of pictures by their addresses; pictures without one are compared as files.
    """
    return (*_about_words(request, model), *_about_references(request, model, fingerprints or {}))


def _about_words(request: VideoRequest, model: ModelSpec) -> Iterator[Text]:
    prompt = request.prompt
    if not _ENGLISH.search(prompt):
        return
    if _START_FRAME.search(prompt) and request.start is None and not _names_an_image(request):
        yield text("hint.no_start_frame")
    if not _MOVES.search(prompt):
        yield text("hint.nothing_moves")
    if not _CAMERA.search(prompt):
        yield text("hint.no_camera")
    if model.sound is None and _SOUND.search(prompt):
        yield text("hint.no_sound", model=model.name)
    if _CUTS.search(prompt):
        yield text("hint.no_cuts")
    lengths = {model.default_seconds} if model.length is None else set(model.length.values)
    asked = {int(number) for number in _SECONDS.findall(prompt)}
    if asked and max(asked) > max(lengths):
        yield text("hint.no_such_length", seconds=max(asked), model=model.name, most=max(lengths))


def _names_an_image(request: VideoRequest) -> bool:
    return any(slot.kind is SlotKind.IMAGE and slot in request.slots for slot in mentioned_slots(request.prompt))


def _about_references(
    request: VideoRequest, model: ModelSpec, fingerprints: Mapping[str, Fingerprint]
) -> Iterator[Text]:
    most = model.most_references or model.most_images  # of more than that, the refusal says enough
    if MANY_REFERENCES < len(request.slots) <= most:
        yield text("hint.many_references", count=len(request.slots), most=MANY_REFERENCES)
    for number, element in sorted(request.elements.items()):
        slot = str(Slot(SlotKind.ELEMENT, number))
        side = min(element.front.width or CLEAR_SIDE, element.front.height or CLEAR_SIDE)
        if side < CLEAR_SIDE:
            yield text("hint.small_front", slot=slot, side=CLEAR_SIDE)
        pairs = combinations((element.front, *element.angles.values()), 2)
        if any(_look_the_same(one, other, fingerprints) for one, other in pairs):
            yield text("hint.same_angles", slot=slot)


def _look_the_same(one: Picture, other: Picture, fingerprints: Mapping[str, Fingerprint]) -> bool:
    """Whether two pictures show the same; else whether they are the same file, as far as Discord describes them."""
    known = [fingerprints[picture.url] for picture in (one, other) if picture.url in fingerprints]
    if len(known) == 2:
        return are_alike(*known)
    return (one.size, one.width, one.height) == (other.size, other.width, other.height)
