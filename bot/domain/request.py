"""The request: what somebody asked for, and the rules it must meet before anything is paid."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.domain.attachments import ANY_FILE, MAX_PICTURE_BYTES, MIN_PICTURE_SIDE, OTHER_ENDINGS, PICTURE_TYPES
from bot.domain.generation import PROMPT, GenerationRequest
from bot.domain.model_spec import Choice, Media, ModelSpec
from bot.domain.placement import Placement, place, written_prompt
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.errors import RequestError
from bot.plain_text import without_controls
from bot.text import Bytes, Message, Option, Quote, Text, Value, text

_NUMBERS: Final = re.compile(r"(?<![\w@])\d{1,2}(?!\w)")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Mn"})
"""Unicode's categories of control and format characters, of halves of surrogate pairs, and of marks on a letter."""
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing: the fillers of Hangul, and Braille without a dot."""


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
    owner_id: int = 0
    """Whose it is, where it came from somebody else's message, video or saved element; 0 where it was attached."""

    def __post_init__(self) -> None:
        """Leave out what a name cannot show."""
        object.__setattr__(self, "filename", " ".join(without_controls(self.filename).split("\n")))


class Frame(StrEnum):
    """The two pictures that have a place of their own: what a video begins with, and what it ends with."""

    START = "start"
    END = "end"

    @property
    def label(self) -> Text:
        """Its name as people read it."""
        return text("picture.start_frame") if self is Frame.START else text("picture.end_frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture in its place: ``key`` is the command's option (``element1_angle2``)."""

    slot: Slot | Frame
    angle: int | None
    picture: Picture

    @property
    def key(self) -> str:
        """The name of the command's option that it came in."""
        if isinstance(self.slot, Frame):
            return self.slot.value
        if self.slot.kind is SlotKind.IMAGE:
            return f"image{self.slot.number}"
        return f"element{self.slot.number}_" + ("front" if self.angle is None else f"angle{self.angle}")

    @property
    def label(self) -> Text:
        """The name that people read: ``@Image2``, ``@Element1 front``, ``@Element1 angle 1``, ``Start frame``."""
        if isinstance(self.slot, Frame):
            return self.slot.label
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
    """What was asked for, in the user's own words and numbering. ``duration`` is in seconds.

    ``model`` is the id of the model that was chosen, and ``model_name`` what people call it; ``None`` where it is the
    bot's own. So it is with the rest: ``None`` is what the model does by itself. ``faces`` are the slots that show real
    people's faces.
    """

    prompt: str
    images: Mapping[int, Picture]
    elements: Mapping[int, Element]
    duration: int | None = None
    aspect_ratio: str | None = None
    model: str | None = None
    model_name: str | None = None
    start: Picture | None = None
    end: Picture | None = None
    resolution: str | None = None
    sound: bool | None = None
    faces: tuple[Slot, ...] = ()
    is_spoiler: bool = False
    """Whether its user wants its pictures and its video behind a spoiler."""
    count: int = 1
    """How many videos of it are wanted: each is a job of its own."""
    made_from: Message | None = None
    """The message with the video that this is made from again, if it is."""
    prompt_owner_id: int = 0
    """Who wrote the prompt, where it was taken over from somebody else's request."""
    media: Media = Media.VIDEO
    """What is to be made of it. A picture has no length."""
    continues: str | None = None
    """The id of the video that it goes on from, if it does."""
    take_of: str | None = None
    """The id of the video that it makes again, if it does."""

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

    @property
    def frames(self) -> Mapping[Frame, Picture]:
        """The pictures that the video begins and ends with, as far as there are any."""
        given = {Frame.START: self.start, Frame.END: self.end}
        return {frame: picture for frame, picture in given.items() if picture is not None}

    def views(self) -> Iterator[View]:
        """Every picture with its place, in the order in which people read them."""
        for frame, picture in self.frames.items():
            yield View(slot=frame, angle=None, picture=picture)
        for number in sorted(self.images):
            yield View(slot=Slot(SlotKind.IMAGE, number), angle=None, picture=self.images[number])
        for number in sorted(self.elements):
            slot, element = Slot(SlotKind.ELEMENT, number), self.elements[number]
            yield View(slot=slot, angle=None, picture=element.front)
            for angle in sorted(element.angles):
                yield View(slot=slot, angle=angle, picture=element.angles[angle])

    @property
    def owner_ids(self) -> frozenset[int]:
        """Whose prompt and pictures are in it, as far as they were taken over from others."""
        return frozenset({self.prompt_owner_id, *(view.picture.owner_id for view in self.views())}) - {0}

    @property
    def digest(self) -> str:
        """The same for the same prompt with the same pictures, wherever those are kept."""
        pictures = [
            (view.key, view.picture.filename, view.picture.size, view.picture.width, view.picture.height)
            for view in self.views()
        ]
        return hashlib.sha256(repr((" ".join(self.prompt.split()), pictures)).encode()).hexdigest()

    @property
    def first_spoiler(self) -> View | None:
        """The first picture that its owner hid, if there is one."""
        return next((view for view in self.views() if view.picture.is_spoiler), None)

    @property
    def unnamed_slots(self) -> tuple[Slot, ...]:
        """Slots that hold a picture which the prompt never names: sent all the same."""
        named = set(mentioned_slots(self.prompt))
        return tuple(slot for slot in self.slots if slot not in named)


def with_pictures(request: VideoRequest, change: Callable[[View], Picture]) -> VideoRequest:
    """A request with another picture in each place."""

    def changed(slot: Slot | Frame, picture: Picture, angle: int | None = None) -> Picture:
        return change(View(slot=slot, angle=angle, picture=picture))

    def changed_element(slot: Slot, element: Element) -> Element:
        angles = {angle: changed(slot, picture, angle) for angle, picture in element.angles.items()}
        return Element(front=changed(slot, element.front), angles=angles)

    return replace(
        request,
        images={number: changed(Slot(SlotKind.IMAGE, number), one) for number, one in request.images.items()},
        elements={
            number: changed_element(Slot(SlotKind.ELEMENT, number), one) for number, one in request.elements.items()
        },
        start=None if request.start is None else changed(Frame.START, request.start),
        end=None if request.end is None else changed(Frame.END, request.end),
    )


def with_addresses(request: VideoRequest, addresses: Mapping[str, str]) -> VideoRequest:
    """A request whose pictures are at other addresses, given by those that they have."""
    return with_pictures(
        request, lambda view: replace(view.picture, url=addresses.get(view.picture.url, view.picture.url))
    )


def with_faces(request: VideoRequest, typed: str) -> VideoRequest:
    """A request whose pictures show real faces where somebody says so: ``1 3``, ``@Image1 @Element1``, or ``all``.

    Raises:
        RequestError: there is no such picture, or what was typed names none.
    """
    if typed.strip().casefold() == "all":
        return replace(request, faces=request.slots)
    named = [*mentioned_slots(typed), *(Slot(SlotKind.IMAGE, int(one)) for one in _NUMBERS.findall(typed))]
    if not named:
        raise RequestError(text("model.no_such_face", slot=Quote(typed)))
    for slot in named:
        if slot not in request.slots:
            raise RequestError(text("model.no_such_face", slot=str(slot)))
    return replace(request, faces=tuple(dict.fromkeys(named)))


def named_picture(where: Value, picture: Picture) -> Text:
    """A picture in a sentence: where it is (its option or its label), with the name of its file."""
    where = Option(where) if isinstance(where, str) else where
    return text("picture.named", where=where, filename=Quote(picture.filename))


def without_model(request: VideoRequest, default: ModelSpec) -> VideoRequest:
    """A request whose model is gone, for the default: without what that does not take, and with its own choices."""
    return replace(
        request,
        model=None,
        model_name=None,
        media=Media.VIDEO,
        duration=None,
        aspect_ratio=None,
        resolution=None,
        sound=None,
        start=None if default.start is None else request.start,
        end=None if default.end is None else request.end,
    )


def complete_request(request: VideoRequest, model: ModelSpec) -> VideoRequest:
    """A request with the length and the aspect ratio that the model takes where none was chosen."""
    ratio = None if model.aspect_ratio is None else request.aspect_ratio or model.aspect_ratio.default
    if request.media is Media.IMAGE:
        return replace(request, duration=None, aspect_ratio=ratio)
    return replace(request, duration=request.duration or model.default_seconds, aspect_ratio=ratio)


def check_request(request: VideoRequest, model: ModelSpec) -> None:
    """Check a request against a model's limits.

    Raises:
        RequestError: with a sentence that says what to change.
    """
    placement = place_pictures(request, model)
    _check_prompt(request, model, placement)
    _check_choices(request, model)
    _check_references(request, model)
    _check_places(request, model, placement)
    for view in request.views():
        _check_picture(view, model)


def _check_prompt(request: VideoRequest, model: ModelSpec, placement: Placement) -> None:
    if not any(_is_seen(char) for char in request.prompt):
        raise RequestError(text("refusal.prompt_empty", made=request.media))
    length = len(written_prompt(request.prompt, model, placement.names))
    if length > model.prompt_chars:
        raise RequestError(text("refusal.prompt_too_long", length=length, limit=model.prompt_chars))


def _check_choices(request: VideoRequest, model: ModelSpec) -> None:
    if request.duration is not None and request.duration != model.default_seconds:
        lengths = () if model.length is None else tuple(model.length.values)
        if request.duration not in lengths:
            raise RequestError(_length_refused(model, lengths))
    if not _is_offered(request.aspect_ratio, model.aspect_ratio):
        if model.aspect_ratio is None:
            raise RequestError(text("model.aspect_ratio.none", model=model.name))
        raise RequestError(text("model.aspect_ratio", model=model.name, values=tuple(model.aspect_ratio.values)))
    if not _is_offered(request.resolution, model.resolution):
        if model.resolution is None:
            raise RequestError(text("model.resolution.none", model=model.name))
        raise RequestError(text("model.resolution", model=model.name, values=tuple(model.resolution.values)))
    if request.sound and model.sound is None:
        raise RequestError(text("model.no_sound", model=model.name))


def _is_offered(chosen: str | None, choice: Choice[str] | None) -> bool:
    return chosen is None or (choice is not None and chosen in choice.values)


def _length_refused(model: ModelSpec, lengths: Sequence[int]) -> Text:
    if not lengths:
        return text("model.length.none", model=model.name)
    if len(lengths) > 2 and len(lengths) == max(lengths) - min(lengths) + 1:
        return text("model.length.range", model=model.name, least=min(lengths), most=max(lengths))
    return text("model.length", model=model.name, values=tuple(sorted(lengths)))


def _check_references(request: VideoRequest, model: ModelSpec) -> None:
    count = len(request.slots)
    if model.needs_picture and count == 0 and not request.frames:
        if request.media is Media.IMAGE:
            raise RequestError(text("model.needs_images", model=model.name, count=1))
        raise RequestError(text("refusal.no_pictures"))
    most = model.most_references or model.most_images
    if count > most and model.takes_pictures:
        raise RequestError(
            text(
                "refusal.too_many_references",
                references=text("count.references", count=count),
                images=text("count.images", count=len(request.images)),
                elements=text("count.elements", count=len(request.elements)),
                limit=most,
                excess=count - most,
            )
        )
    for slot in mentioned_slots(request.prompt):
        if slot not in request.slots:
            raise RequestError(_no_such_picture(request, slot))


def _no_such_picture(request: VideoRequest, slot: Slot) -> Text:
    """What to say of a slot that the prompt names and that holds no picture."""
    where = Option(f"image{slot.number}" if slot.kind is SlotKind.IMAGE else f"element{slot.number}_front")
    have = tuple(map(str, request.slots))
    if not have:
        return text("refusal.no_such_picture_of_none", slot=str(slot), where=where)
    meant = next((other for other in request.unnamed_slots if other.number == slot.number), None)
    if meant is None:
        return text("refusal.no_such_picture", slot=str(slot), where=where, have=have)
    return text("refusal.no_such_picture_guess", slot=str(slot), where=where, have=have, meant=str(meant))


def _check_places(request: VideoRequest, model: ModelSpec, placement: Placement) -> None:
    """Check that the model has a place for every picture, and a picture for every place that needs one."""
    if (request.slots or request.frames) and not model.takes_pictures:
        raise RequestError(text("model.no_pictures", model=model.name))
    for frame in request.frames:
        if frame.value in placement.left_out:
            key = "model.no_start" if frame is Frame.START else "model.no_end"
            raise RequestError(text(key, model=model.name))
    if placement.left_out:
        raise RequestError(text("model.no_room", model=model.name, count=model.most_images))
    for frame_field, key in ((model.start, "model.needs_start"), (model.end, "model.needs_end")):
        if frame_field is not None and frame_field.is_required and frame_field.field not in placement.frames:
            raise RequestError(text(key, model=model.name))
    for images in model.image_fields:
        given = len(placement.images.get(images.field, ()))
        if given < images.least:
            raise RequestError(text("model.needs_images", model=model.name, count=images.least))
        if given > images.most:
            raise RequestError(text("model.no_room", model=model.name, count=images.most))


def _check_picture(view: View, model: ModelSpec) -> None:
    picture, name = view.picture, named_picture(view.key, view.picture)
    if picture_type(picture) is None:
        raise RequestError(text("picture.refused.unreadable", picture=name))
    if picture.size <= 0:
        raise RequestError(text("picture.refused.empty", picture=name))
    if picture.size > MAX_PICTURE_BYTES:
        size, limit = Bytes(picture.size), Bytes(MAX_PICTURE_BYTES)
        raise RequestError(text("picture.refused.size", picture=name, size=size, limit=limit))
    if not picture.width or not picture.height:  # what is no picture for Discord may be one for the worker
        return
    if min(picture.width, picture.height) < MIN_PICTURE_SIDE:
        raise RequestError(
            text(
                "picture.refused.too_small",
                picture=name,
                width=picture.width,
                height=picture.height,
                side=model.pictures.min_side,
            )
        )


def picture_type(picture: Picture) -> str | None:
    """The file ending of a type that can be made use of (``png``, ``jpg``, ``gif``…), else ``None``.

    Where Discord names no type, or one that says no more than that it is some file or some picture, the file's own
    ending decides: senders without a better word say ``application/octet-stream``, or ``image/pjpeg``.
    """
    kind = (picture.content_type or "").partition(";")[0].strip().lower()
    if kind in PICTURE_TYPES:
        return PICTURE_TYPES[kind]
    if kind and kind not in ANY_FILE and not kind.startswith("image/"):
        return None
    ending = picture.filename.rpartition(".")[2].lower()
    ending = OTHER_ENDINGS.get(ending, ending)
    return ending if ending in PICTURE_TYPES.values() else None


def place_pictures(request: VideoRequest, model: ModelSpec) -> Placement:
    """Where each picture of a request goes in what a model is sent."""
    return place(
        model,
        images=request.images,
        elements={number: element.angles for number, element in request.elements.items()},
        faces=request.faces,
        frames=tuple(frame.value for frame in request.frames),
    )


def model_warnings(request: VideoRequest, model: ModelSpec) -> tuple[Text, ...]:
    """What its user should know before a model makes a request: elements that it is sent as images."""
    split = place_pictures(request, model).split_elements
    if not split:
        return ()
    return (text("model.split_elements", model=model.name, elements=tuple(map(str, split))),)


def generation_request(
    request: VideoRequest, model: ModelSpec, urls: Mapping[str, str], *, namespace: str | None
) -> GenerationRequest:
    """Translate a request into what Oxen is sent.

    ``urls`` maps each view's key to the address Oxen can fetch it from. An element with a front view
    alone is sent with that view as its one reference image, since the provider refuses an empty list.
    """
    placement = place_pictures(request, model)
    parameters: dict[str, object] = {PROMPT: written_prompt(request.prompt, model, placement.names)}
    for field in model.image_fields:
        keys = placement.images.get(field.field, ())
        if keys or field.is_required:
            parameters[field.field] = field.sent([urls[key] for key in keys])
    for frame in model.frames:
        if (key := placement.frames.get(frame.field)) is not None:
            parameters[frame.field] = urls[key]
            if frame.face_field is not None and _shows_face(request, key):
                parameters[frame.face_field] = True
    if model.elements is not None and placement.elements:
        parameters[model.elements.field] = [
            model.elements.sent(urls[one.front], [urls[key] for key in one.angles]) for one in placement.elements
        ]
    parameters |= _chosen(complete_request(request, model), model)
    return GenerationRequest(model=model.id, parameters=parameters, target_namespace=namespace)


def _chosen(request: VideoRequest, model: ModelSpec) -> dict[str, object]:
    """What was chosen, and what was reserved: without the length, a model might make a longer one."""
    found: dict[str, object] = {}
    if model.length is not None and request.duration is not None:
        found[model.length.field] = model.length.values[request.duration]
    for choice, value in ((model.aspect_ratio, request.aspect_ratio), (model.resolution, request.resolution)):
        if choice is not None and (value is not None or choice.is_required):
            found[choice.field] = choice.values[choice.default if value is None else value]
    if model.sound is not None and (request.sound is not None or model.sound.is_required):
        found[model.sound.field] = model.sound.default if request.sound is None else request.sound
    return found


def _shows_face(request: VideoRequest, key: str) -> bool:
    """Whether the picture of this key is among those that show a face; a frame is, where any picture is."""
    return bool(request.faces) and (key in list(Frame) or any(key in _keys(slot) for slot in request.faces))


def _keys(slot: Slot) -> tuple[str, ...]:
    return (f"image{slot.number}", f"element{slot.number}_front")


def _is_seen(char: str) -> bool:
    """Whether a character leaves something on a screen by itself: a zero-width space does not."""
    return not char.isspace() and char not in _BLANK and unicodedata.category(char) not in _UNSEEN
