"""What a request keeps and what it loses when another model is to make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.model_spec import Choice, ModelSpec
from bot.domain.placement import END, START
from bot.domain.request import VideoRequest, place_pictures
from bot.domain.slots import Slot, SlotKind
from bot.text import Text, Value, text

K = TypeVar("K", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChange:
    """A request as another model can take it, and what it lost for that, a sentence each.

    The prompt stays as it is: where it names a picture that is lost, the checks of a request say so.
    """

    request: VideoRequest
    lost: tuple[Text, ...] = ()


def change_model(request: VideoRequest, model: ModelSpec, *, is_default: bool) -> ModelChange:
    """A request for another model: without what that does not take. ``is_default``: it is not named then."""
    lost: list[Text] = []
    length = _kept(request.duration, model.length)
    if request.duration is not None and length is None and request.duration != model.default_seconds:
        lost.append(text("model.lost.length", model=model.name, now=model.default_seconds))
    ratio = _kept(request.aspect_ratio, model.aspect_ratio)
    if request.aspect_ratio is not None and ratio is None:
        lost.append(text("model.lost.aspect_ratio", model=model.name, value=request.aspect_ratio))
    resolution = _kept(request.resolution, model.resolution)
    if request.resolution is not None and resolution is None:
        lost.append(text("model.lost.resolution", model=model.name, value=request.resolution))
    if request.sound and model.sound is None:
        lost.append(text("model.lost.sound", model=model.name))
    changed = replace(
        request,
        model=None if is_default else model.id,
        model_name=None if is_default else model.name,
        media=model.media,
        duration=length,
        aspect_ratio=ratio,
        resolution=resolution,
        sound=None if model.sound is None else request.sound,
    )
    kept, pictures = _with_room(changed, model)
    if pictures:
        lost.append(text("model.lost.pictures", model=model.name, pictures=tuple(pictures)))
    return ModelChange(request=kept, lost=tuple(lost))


def _kept(chosen: K | None, choice: Choice[K] | None) -> K | None:
    return chosen if chosen is not None and choice is not None and chosen in choice.values else None


def _with_room(request: VideoRequest, model: ModelSpec) -> tuple[VideoRequest, Sequence[Value]]:
    """The request with the pictures that the model has a place for, and the names of the others."""
    slots, most = request.slots, model.most_references or model.most_images
    kept = slots[:most] if model.takes_pictures else ()
    fitting = _only(request, kept)
    if not model.takes_pictures:
        fitting = replace(fitting, start=None, end=None)
    left_out = place_pictures(fitting, model).left_out
    fitting = replace(
        fitting,
        start=None if START in left_out else fitting.start,
        end=None if END in left_out else fitting.end,
    )
    fitting = _only(fitting, [slot for slot in fitting.slots if _front(slot) not in left_out])
    names: list[Value] = [frame.label for frame in request.frames if frame not in fitting.frames]
    names += [str(slot) for slot in slots if slot not in fitting.slots]
    return fitting, names


def _only(request: VideoRequest, slots: Sequence[Slot]) -> VideoRequest:
    return replace(
        request,
        images={number: one for number, one in request.images.items() if Slot(SlotKind.IMAGE, number) in slots},
        elements={number: one for number, one in request.elements.items() if Slot(SlotKind.ELEMENT, number) in slots},
        faces=tuple(slot for slot in request.faces if slot in slots),
    )


def _front(slot: Slot) -> str:
    return f"image{slot.number}" if slot.kind is SlotKind.IMAGE else f"element{slot.number}_front"
