"""The request: what somebody asked for, and the rules it must meet before anything is paid."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain import limits
from bot.domain.generation import ElementImages, GenerationRequest
from bot.domain.slots import Slot, SlotKind, gapless, mentioned_slots, rename_slots
from bot.errors import RequestError
from bot.plain_text import without_controls
from bot.text import Bytes, Quote, Text, Value, text

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's categories of control and format characters and of halves of surrogate pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as Discord describes it. Sizes in bytes and pixels; ``None`` where Discord is silent.

    ``url`` is an address at Discord, or one of ours that outlives those: ``bot.domain.picture_addresses``.
    """

    url: str
    filename: str
    content_type: str | None
    size: int
    width: int | None = None
    height: int | None = None
    is_spoiler: bool = False
    """Whether its owner hid it: then it stays hidden, and so does what is made of it."""

    def __post_init__(self) -> None:
        """Leave out what a name cannot show."""
        object.__setattr__(self, "filename", " ".join(without_controls(self.filename).split("\n")))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture in its place: ``key`` is the command's option (``element1_angle2``)."""

    slot: Slot
    angle: int | None
    picture: Picture

    @property
    def key(self) -> str:
        """The name of the command's option that it came in."""
        if self.slot.kind is SlotKind.IMAGE:
            return f"image{self.slot.number}"
        return f"element{self.slot.number}_" + ("front" if self.angle is None else f"angle{self.angle}")

    @property
    def label(self) -> Text:
        """The name that people read: ``@Image2``, ``@Element1 front``, ``@Element1 angle 1``."""
        slot = str(self.slot)
        if self.slot.kind is SlotKind.IMAGE:
            return text("picture.image", slot=slot)
        if self.angle is None:
            return text("picture.front", slot=slot)
        return text("picture.angle", slot=slot, number=self.angle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element: its front view and up to three angles, keyed by the user's own numbers."""

    front: Picture
    angles: Mapping[int, Picture]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRequest:
    """What was asked for, in the user's own words and numbering. ``duration`` is in seconds."""

    prompt: str
    images: Mapping[int, Picture]
    elements: Mapping[int, Element]
    duration: int = limits.DEFAULT_DURATION
    aspect_ratio: str = limits.DEFAULT_ASPECT_RATIO

    def __post_init__(self) -> None:
        """Leave out control characters, in whatever way the prompt came in: many a database refuses a NUL."""
        object.__setattr__(self, "prompt", without_controls(self.prompt))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot that holds a picture, images first, in the user's order."""
        return (
            *(Slot(SlotKind.IMAGE, number) for number in sorted(self.images)),
            *(Slot(SlotKind.ELEMENT, number) for number in sorted(self.elements)),
        )

    def views(self) -> Iterator[View]:
        """Every picture with its place, in the order in which people read them."""
        for number in sorted(self.images):
            yield View(slot=Slot(SlotKind.IMAGE, number), angle=None, picture=self.images[number])
        for number in sorted(self.elements):
            slot, element = Slot(SlotKind.ELEMENT, number), self.elements[number]
            yield View(slot=slot, angle=None, picture=element.front)
            for angle in sorted(element.angles):
                yield View(slot=slot, angle=angle, picture=element.angles[angle])

    @property
    def first_spoiler(self) -> View | None:
        """The first picture that its owner hid, if there is one."""
        return next((view for view in self.views() if view.picture.is_spoiler), None)

    @property
    def unnamed_slots(self) -> tuple[Slot, ...]:
        """Slots that hold a picture which the prompt never names: sent all the same."""
        named = set(mentioned_slots(self.prompt))
        return tuple(slot for slot in self.slots if slot not in named)


def named_picture(where: Value, picture: Picture) -> Text:
    """A picture in a sentence: where it is (its option or its label), with the name of its file."""
    return text("picture.named", where=where, filename=Quote(picture.filename))


def check_request(request: VideoRequest) -> None:
    """Check a request against the model's limits.

    Raises:
        RequestError: with a sentence that says what to change.
    """
    _check_prompt(request)
    if request.duration not in limits.DURATIONS:
        raise RequestError(text("refusal.duration", durations=limits.DURATIONS))
    if request.aspect_ratio not in limits.ASPECT_RATIOS:
        raise RequestError(text("refusal.aspect_ratio", ratios=limits.ASPECT_RATIOS))
    _check_references(request)
    for view in request.views():
        _check_picture(view)


def _check_prompt(request: VideoRequest) -> None:
    if not any(_is_seen(char) for char in request.prompt):
        raise RequestError(text("refusal.prompt_empty"))
    length = len(_prompt_for_oxen(request))
    if length > limits.MAX_PROMPT_CHARS:
        raise RequestError(text("refusal.prompt_too_long", length=length, limit=limits.MAX_PROMPT_CHARS))


def _check_references(request: VideoRequest) -> None:
    count = len(request.slots)
    if count == 0:
        raise RequestError(text("refusal.no_pictures"))
    if count > limits.MAX_REFERENCES:
        raise RequestError(
            text(
                "refusal.too_many_references",
                references=text("count.references", count=count),
                images=text("count.images", count=len(request.images)),
                elements=text("count.elements", count=len(request.elements)),
                limit=limits.MAX_REFERENCES,
                excess=count - limits.MAX_REFERENCES,
            )
        )
    for slot in mentioned_slots(request.prompt):
        if slot not in request.slots:
            raise RequestError(_no_such_picture(request, slot))


def _no_such_picture(request: VideoRequest, slot: Slot) -> Text:
    """What to say of a slot that the prompt names and that holds no picture."""
    where = f"image{slot.number}" if slot.kind is SlotKind.IMAGE else f"element{slot.number}_front"
    have = tuple(map(str, request.slots))
    meant = next((other for other in request.unnamed_slots if other.number == slot.number), None)
    if meant is None:
        return text("refusal.no_such_picture", slot=str(slot), where=where, have=have)
    return text("refusal.no_such_picture_guess", slot=str(slot), where=where, have=have, meant=str(meant))


def _check_picture(view: View) -> None:
    picture, name = view.picture, named_picture(view.key, view.picture)
    if picture_type(picture) is None:
        raise RequestError(text("picture.refused.unreadable", picture=name))
    if picture.size <= 0:
        raise RequestError(text("picture.refused.empty", picture=name))
    if picture.size > limits.MAX_SOURCE_BYTES:
        size, limit = Bytes(picture.size), Bytes(limits.MAX_SOURCE_BYTES)
        raise RequestError(text("picture.refused.size", picture=name, size=size, limit=limit))
    if picture.width is None or picture.height is None:
        return
    if min(picture.width, picture.height) < limits.MIN_SOURCE_SIDE:
        raise RequestError(
            text(
                "picture.refused.too_small",
                picture=name,
                width=picture.width,
                height=picture.height,
                side=limits.MIN_IMAGE_SIDE,
            )
        )


def picture_type(picture: Picture) -> str | None:
    """The file ending of a type that can be made use of (``png``, ``jpg``, ``gif``…), else ``None``.

    Where Discord names no type, the file's own ending decides.
    """
    if picture.content_type:
        return limits.SOURCE_TYPES.get(picture.content_type.partition(";")[0].strip().lower())
    ending = picture.filename.rpartition(".")[2].lower()
    ending = {"jpeg": "jpg", "tif": "tiff", "heif": "heic"}.get(ending, ending)
    return ending if ending in limits.SOURCE_TYPES.values() else None


def generation_request(
    request: VideoRequest, urls: Mapping[str, str], *, model: str, namespace: str | None
) -> GenerationRequest:
    """Translate a request into what Oxen is sent.

    ``urls`` maps each view's key to the address Oxen can fetch it from. An element with a front view
    alone is sent with that view as its one reference image, since the provider refuses an empty list.
    """
    elements = []
    for number in sorted(request.elements):
        front = urls[f"element{number}_front"]
        angles = tuple(urls[f"element{number}_angle{angle}"] for angle in sorted(request.elements[number].angles))
        elements.append(ElementImages(frontal_image_url=front, reference_image_urls=angles or (front,)))
    return GenerationRequest(
        model=model,
        prompt=_prompt_for_oxen(request),
        input_image=tuple(urls[f"image{number}"] for number in sorted(request.images)),
        elements=tuple(elements),
        duration=request.duration,
        aspect_ratio=request.aspect_ratio,
        target_namespace=namespace,
    )


def _prompt_for_oxen(request: VideoRequest) -> str:
    """The prompt with its names spelled out and numbered without gaps: ``@img3`` grows on its way."""
    return rename_slots(request.prompt.strip(), gapless(request.slots))


def _is_seen(char: str) -> bool:
    """Whether a character leaves something on a screen: a zero-width space does not."""
    return not char.isspace() and unicodedata.category(char) not in _UNSEEN
