"""Where each picture of a request goes in what a model is sent, and what the model's prompt calls it then."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.model_spec import ELEMENT_NAME, IMAGE_NAME, ModelSpec
from bot.domain.slots import Slot, SlotKind, rename_slots

START: Final = "start"
END: Final = "end"
"""The keys of the two frames."""
_NUMBER: Final = "{n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedElement:
    """An element of a request: the key of its front picture, and those of its angles."""

    front: str
    angles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The keys of a request's pictures by the fields that they go into, and the names of its slots in the prompt."""

    images: Mapping[str, tuple[str, ...]]
    frames: Mapping[str, str]
    elements: tuple[PlacedElement, ...]
    names: Mapping[Slot, str]
    split_elements: tuple[Slot, ...]
    """Elements whose pictures are sent as images, since the model has no elements."""
    left_out: tuple[str, ...]
    """The keys of pictures for which the model has no field, or no room; of an element's only the front."""


def place(
    model: ModelSpec,
    *,
    images: Collection[int],
    elements: Mapping[int, Collection[int]],
    faces: Collection[Slot] = (),
    frames: Collection[str] = (),
) -> Placement:
    """Find a place for every picture of a request.

    ``images`` are the user's own numbers, ``elements`` their numbers with those of their angles, ``faces`` the slots
    that show real faces, ``frames`` which of the two are given. A model without elements is sent their pictures as
    images, the fronts first. Its first image is the frame that a model needs to start from, where none is given; one
    that takes frames alone has its images as those.
    """
    fronts = {Slot(SlotKind.IMAGE, number): f"image{number}" for number in sorted(images)}
    placed = {
        Slot(SlotKind.ELEMENT, number): PlacedElement(
            front=f"element{number}_front",
            angles=tuple(f"element{number}_angle{angle}" for angle in sorted(elements[number])),
        )
        for number in sorted(elements)
    }
    split = () if model.elements is not None else tuple(placed)
    fronts |= {slot: placed[slot].front for slot in split}
    placing = _Placing(model, frames)
    for slot, key in fronts.items():
        placing.put(slot, key, is_face=slot in faces)
    for slot in split:
        placing.put_angles(slot, placed[slot].angles)
    names = placing.names()
    if model.elements is not None:
        pattern = model.names.get(model.elements.field, ELEMENT_NAME)
        names |= {slot: _named(pattern, number) for number, slot in enumerate(placed, start=1)}
    return Placement(
        images={field: tuple(keys) for field, keys in placing.lists.items() if keys},
        frames=placing.frames,
        elements=() if model.elements is None else tuple(placed.values()),
        names=names,
        split_elements=split,
        left_out=tuple(placing.left_out),
    )


class _Placing:
    """The pictures that were placed so far: their keys by the fields that they go into."""

    def __init__(self, model: ModelSpec, frames: Collection[str]) -> None:
        self._model = model
        self.lists: dict[str, list[str]] = {one.field: [] for one in model.image_fields}
        self.frames: dict[str, str] = {}
        self.left_out: list[str] = []
        self._fields: dict[Slot, str] = {}
        self._fronts: dict[str, Slot] = {}
        for key, frame in ((START, model.start), (END, model.end)):
            if key in frames and frame is not None:
                self.frames[frame.field] = key
            elif key in frames:
                self.left_out.append(key)

    def put(self, slot: Slot, key: str, *, is_face: bool) -> None:
        """Place an image, or the front of an element that is sent as one."""
        field = self._field_for(is_face=is_face)
        if field is None:
            self.left_out.append(key)
            return
        self._fields[slot], self._fronts[key] = field, slot
        if field in self.lists:
            self.lists[field].append(key)
        else:
            self.frames[field] = key

    def put_angles(self, slot: Slot, keys: Sequence[str]) -> None:
        """Place as many of an element's angles as there is room for, beside its front."""
        field = self._fields.get(slot)
        if field not in self.lists:
            return
        most = next(one.most for one in self._model.image_fields if one.field == field)
        room = min(most - len(self.lists[field]), self._model.most_references - sum(map(len, self.lists.values())))
        self.lists[field] += keys[: max(0, room)]

    def _field_for(self, *, is_face: bool) -> str | None:
        model = self._model
        if model.start is not None and model.start.is_required and model.start.field not in self.frames:
            return model.start.field
        if listed := (model.faces if is_face and model.faces is not None else model.images or model.faces):
            return listed.field
        return next((frame.field for frame in model.frames if frame.field not in self.frames), None)

    def names(self) -> dict[Slot, str]:
        """What the prompt calls each slot. Fields with the same pattern are numbered together."""
        held = {**self.lists, **{field: [key] for field, key in self.frames.items()}}
        named = [field for field in self._model.names if field in held]
        named += [field for field in held if field not in named and any(key in self._fronts for key in held[field])]
        counts: dict[str, int] = {}
        found: dict[Slot, str] = {}
        for field in named:
            pattern = self._model.names.get(field, IMAGE_NAME)
            for key in held[field]:
                counts[pattern] = counts.get(pattern, 0) + 1
                if (slot := self._fronts.get(key)) is not None:
                    found[slot] = _named(pattern, counts[pattern])
        return found


def _named(pattern: str, number: int) -> str:
    return pattern.replace(_NUMBER, str(number))


def written_prompt(prompt: str, model: ModelSpec, names: Mapping[Slot, str]) -> str:
    """A prompt in the model's own notation: ``@img3`` grows, or becomes ``image 2``, on its way."""
    fields = [*(one.field for one in model.image_fields), *(one.field for one in model.frames)]
    words = {model.names[name].partition(_NUMBER)[0].strip() for name in fields if name in model.names}
    bare = sorted(word for word in words if word.replace(" ", "").isalnum())
    return rename_slots(prompt.strip(), names, bare)
