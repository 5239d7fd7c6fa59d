"""The workbench: what can be changed of a request that is not ready, each change a new request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.attachments import MAX_ELEMENTS, MAX_IMAGES
from bot.domain.prompt_checks import PendingRequest
from bot.domain.request import Element, Frame, Picture, VideoRequest
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.errors import RequestError
from bot.text import text

T = TypeVar("T")
Change = Callable[[PendingRequest], PendingRequest]
"""A change of a request that waits; it raises RequestError where it cannot be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing that a video is made from: an image, an element, a frame, or a saved element to bring in.

    ``slot`` is ``None`` for a saved element, which has its ``name`` instead; ``pictures`` are an element's front and
    angles, or the one picture that it is. ``digest`` tells it from what stood in its place before.
    """

    slot: Slot | Frame | None
    name: str = ""
    pictures: tuple[Picture, ...] = ()
    is_first: bool = True
    """Whether it cannot move up."""

    @property
    def key(self) -> str:
        """Which one it is, at most 40 characters: its place and its digest."""
        place = "use" if self.slot is None else self.slot.value if isinstance(self.slot, Frame) else str(self.slot)[1:]
        return f"{place.lower()}-{self.digest}"

    @property
    def digest(self) -> str:
        """The same for the same pictures, in 8 hexadecimal digits."""
        named = "\n".join([self.name, *(picture.url for picture in self.pictures)])
        return hashlib.sha256(named.encode()).hexdigest()[:8]


def references_of(pending: PendingRequest) -> tuple[Reference, ...]:
    """What a request is made from, in the order in which people read it."""
    request = pending.request
    found = [Reference(slot=frame, pictures=(picture,)) for frame, picture in request.frames.items()]
    found += [
        Reference(
            slot=Slot(SlotKind.IMAGE, number),
            pictures=(request.images[number],),
            is_first=number == min(request.images),
        )
        for number in sorted(request.images)
    ]
    for number, element in sorted(request.elements.items()):
        angles = (element.angles[angle] for angle in sorted(element.angles))
        found.append(
            Reference(
                slot=Slot(SlotKind.ELEMENT, number),
                pictures=(element.front, *angles),
                is_first=number == min(request.elements),
            )
        )
    if pending.use is not None:
        found.append(Reference(slot=None, name=pending.use))
    return tuple(found)


def without_reference(pending: PendingRequest, key: str) -> PendingRequest:
    """A request without one of its references; as it is, where that is gone already.

    The others keep their numbers, unless the prompt names none of them that would move up.
    """
    reference = _find(pending, key)
    if reference is None:
        return pending
    request = pending.request
    match reference.slot:
        case None:
            return replace(pending, use=None)
        case Frame.START:
            return replace(pending, request=replace(request, start=None))
        case Frame.END:
            return replace(pending, request=replace(request, end=None))
        case Slot(SlotKind.IMAGE as kind, number):
            moves = _without(request.images, number, _named_numbers(request, kind))
            changed = replace(request, images={to: request.images[before] for before, to in moves.items()})
        case Slot(kind, number):
            moves = _without(request.elements, number, _named_numbers(request, kind))
            changed = replace(request, elements={to: request.elements[before] for before, to in moves.items()})
    return replace(pending, request=replace(changed, faces=_moved_faces(request, kind, moves)))


def moved_up(pending: PendingRequest, key: str) -> PendingRequest:
    """A request whose reference has changed places with the one before it. The prompt stays as it is."""
    reference = _find(pending, key)
    if reference is None or not isinstance(reference.slot, Slot):
        return pending
    request, number = pending.request, reference.slot.number
    kind = reference.slot.kind
    places: Collection[int] = request.images if kind is SlotKind.IMAGE else request.elements
    above: int = max((other for other in places if other < number), default=number)
    faces = _moved_faces(request, kind, {**dict(zip(places, places, strict=True)), number: above, above: number})
    if kind is SlotKind.IMAGE:
        return replace(pending, request=replace(request, images=_swapped(request.images, number, above), faces=faces))
    return replace(pending, request=replace(request, elements=_swapped(request.elements, number, above), faces=faces))


def with_images(request: VideoRequest, pictures: Sequence[Picture]) -> VideoRequest:
    """A request with more images: first in the places that its prompt names and that are empty, then in the next ones.

    A picture that it has already, at the same address, is not added again.

    Raises:
        RequestError: there is no place left for one.
    """
    images = dict(request.images)
    known = {picture.url for picture in images.values()}
    for picture in pictures:
        if picture.url not in known:
            known.add(picture.url)
            images[_free(images, _named_numbers(request, SlotKind.IMAGE), MAX_IMAGES)] = picture
    return replace(request, images=images)


def with_element(request: VideoRequest, element: Element) -> VideoRequest:
    """A request with one element more, in the first place that its prompt names and that is empty, or the next one.

    Raises:
        RequestError: there is no place left.
    """
    number = _free(request.elements, _named_numbers(request, SlotKind.ELEMENT), MAX_ELEMENTS)
    return replace(request, elements={**request.elements, number: element})


def with_references_of(request: VideoRequest, other: VideoRequest) -> VideoRequest:
    """A request with the images and elements of another, as far as it has them not.

    Raises:
        RequestError: there is no place left for one.
    """
    changed = with_images(request, [other.images[number] for number in sorted(other.images)])
    fronts = {element.front.url for element in changed.elements.values()}
    for _, element in sorted(other.elements.items()):
        if element.front.url not in fronts:
            changed = with_element(changed, element)
    shown = {view.picture.url for view in other.views() if view.slot in other.faces and view.angle is None}
    faces = [
        view.slot
        for view in changed.views()
        if isinstance(view.slot, Slot) and view.angle is None and view.picture.url in shown
    ]
    return replace(changed, faces=tuple(dict.fromkeys([*changed.faces, *faces])))


def with_ending(prompt: str, sentence: str, among: Collection[str]) -> str:
    """A prompt that ends with a sentence, in place of any other of ``among``; with an empty one it has none of them.

    Its lines stay as they are.
    """
    for other in among:
        prompt = prompt.replace(other, "")
    lines = [" ".join(line.split()) for line in prompt.strip().split("\n")]
    return " ".join(["\n".join(lines), sentence]).strip()


def _find(pending: PendingRequest, key: str) -> Reference | None:
    return next((one for one in references_of(pending) if one.key == key), None)


def _named_numbers(request: VideoRequest, kind: SlotKind) -> list[int]:
    """The numbers of this kind that the prompt names, in its order."""
    return [slot.number for slot in mentioned_slots(request.prompt) if slot.kind is kind]


def _without(places: Collection[int], number: int, named: Collection[int]) -> dict[int, int]:
    """Where each of the other places moves when one goes."""
    closes_up = not any(other >= number for other in named)
    return {other: other - (closes_up and other > number) for other in sorted(places) if other != number}


def _swapped(places: Mapping[int, T], number: int, above: int) -> dict[int, T]:
    return {**places, above: places[number], number: places[above]}


def _moved_faces(request: VideoRequest, kind: SlotKind, moves: Mapping[int, int]) -> tuple[Slot, ...]:
    """The slots that show real faces, once those of a kind have moved; one that moves nowhere is gone."""
    moved = {Slot(kind, before): Slot(kind, to) for before, to in moves.items()}
    return tuple(
        moved[face] if face.kind is kind else face for face in request.faces if face.kind is not kind or face in moved
    )


def _free(places: Collection[int], named: Collection[int], most: int) -> int:
    numbers: list[int] = [*named, *range(1, most + 1)]
    for number in numbers:
        if number <= most and number not in places:
            return number
    raise RequestError(text("workbench.full", limit=most))
