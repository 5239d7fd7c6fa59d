"""A model object of Oxen as a ``ModelSpec``: the roles of its parameters, by their names, types and extensions.

A required parameter whose role is not known makes a model unusable, for it would have to be guessed; an optional one is
left to its default. Source of the names: the parameters of the models that Oxen documents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.generation import PROMPT
from bot.domain.model_spec import (
    DEFAULT_SECONDS,
    ELEMENT_NAME,
    IMAGE_NAME,
    PROMPT_CHARS,
    Choice,
    ElementField,
    FrameField,
    ImageField,
    Media,
    ModelSpec,
    Price,
    Switch,
)
from bot.domain.money import price_in_micros
from bot.domain.reviewed_models import picture_limits, review_of
from bot.domain.schema_fields import SchemaField, SchemaRefused, read_fields
from bot.plain_text import without_controls

_ENVELOPE: Final = frozenset(
    {"model", "num_generations", "target_namespace", "target_repo", "target_directory", "stream"}
)
"""What the queue itself takes beside a model's parameters."""
_IMAGES: Final = frozenset(
    {
        "input_image",
        "input_images",
        "reference_images",
        "reference_image",
        "reference_image_urls",
        "reference_image_url",
        "image_urls",
        "images",
    }
)
_FACES: Final = frozenset({"input_face_images", "face_images"})
_START: Final = (
    "start_image_url",
    "first_frame_image",
    "start_image",
    "first_frame_url",
    "input_image",
    "image_url",
    "image",
)
_END: Final = ("tail_image_url", "last_frame_image", "end_image_url", "tail_image", "end_image", "last_frame_url")
_SOURCES: Final = re.compile(r"(?:^|_)(?:videos?|audios?|sound_url|voice)(?:_|$)")
_LENGTH: Final = ("duration", "seconds")
_FRAME_COUNT: Final = "num_frames"
_SOUND: Final = ("generate_audio", "enable_audio", "with_audio")
_SECONDS: Final = re.compile(r"(?P<number>\d{1,4})(?:\.0)? ?(?:s|sec|seconds)?", re.IGNORECASE)
_RATIOS: Final = {"landscape": "16:9", "portrait": "9:16", "square": "1:1"}
_COMMON_RATIOS: Final = ("16:9", "9:16", "1:1")
_LONGEST: Final = 120
"""Seconds; no model makes more in one go, and a range from a schema is written out."""
_UNSTATED_IMAGES: Final = 4
_MOST_PROMPT_CHARS: Final = 20_000
_PATTERN_CHARS: Final = 40
_NAME_CHARS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableModel:
    """A model that videos cannot be made with; ``reason`` is for the operator."""

    id: str
    name: str
    media: Media | None
    reason: str
    price: Price


def read_model(model: Mapping[str, object]) -> ModelSpec | UnusableModel:
    """A model object as a spec, or why it is not usable."""
    model_id = str(model.get("id") or "")
    name = _display_name(model, model_id)
    media, price = media_of(model), price_of(model)
    if media is None:
        return UnusableModel(
            id=model_id, name=name, media=None, reason="it makes neither videos nor images", price=price
        )
    try:
        fields = read_fields(model.get("request_schema") or model.get("json_request_schema"))
        return _Reader(model_id, name, media, price, fields).spec()
    except SchemaRefused as refusal:
        return UnusableModel(id=model_id, name=name, media=media, reason=str(refusal), price=price)


def media_of(model: Mapping[str, object]) -> Media | None:
    """What a model makes, by its capabilities; by its endpoint and its price where it has none; else videos."""
    capabilities, pricing = model.get("capabilities"), model.get("pricing")
    said = capabilities.get("output") if isinstance(capabilities, Mapping) else capabilities
    if not said:
        said = [model.get("endpoint"), pricing.get("method") if isinstance(pricing, Mapping) else None]
        if said == [None, None]:
            return Media.VIDEO
    words = str(said).casefold()
    return next((media for media in (Media.VIDEO, Media.IMAGE) if media.value in words), None)


def price_of(model: Mapping[str, object]) -> Price:
    """What a model costs, as far as Oxen says it in a way that is understood."""
    pricing = model.get("pricing")
    if not isinstance(pricing, Mapping):
        return Price()
    is_per_second = pricing.get("method") == "per_video_output_second"
    by_resolution = pricing.get("cost_per_second_by_resolution")
    found = {}
    if isinstance(by_resolution, Mapping) and is_per_second:
        found = {str(name): price for name, said in by_resolution.items() if (price := _dearest(said)) is not None}
    return Price(
        per_second=price_in_micros(pricing.get("cost_per_second")) if is_per_second else None,
        with_audio=_dearest(pricing.get("cost_per_second_with_audio")) if is_per_second else None,
        high_resolution=_dearest(pricing.get("cost_per_second_high_res")) if is_per_second else None,
        by_resolution=found,
        per_image=price_in_micros(pricing.get("cost_per_image")),
    )


def _dearest(said: object) -> int | None:
    """A price; of several, by whatever they differ, the highest."""
    if isinstance(said, Mapping):
        prices = [price for one in said.values() if (price := price_in_micros(one)) is not None]
        return max(prices, default=None)
    return price_in_micros(said)


def _display_name(model: Mapping[str, object], model_id: str) -> str:
    said = model.get("display_name")
    name = " ".join(without_controls(said).split())[:_NAME_CHARS] if isinstance(said, str) else ""
    return name or model_id[:_NAME_CHARS]


class _Reader:
    """Gives each parameter of one model its role. A parameter is taken out of ``_left`` once it has one."""

    def __init__(self, model_id: str, name: str, media: Media, price: Price, fields: Mapping[str, SchemaField]) -> None:
        self._id, self._name, self._media, self._price = model_id, name, media, price
        self._left = dict(fields)
        self._groups = {key: text for one in fields.values() for key, text in one.groups.items() if _is_pattern(text)}
        self._review = review_of(model_id)

    def spec(self) -> ModelSpec:
        """The spec.

        Raises:
            SchemaRefused: it cannot be used.
        """
        prompt = self._left.pop(PROMPT, None)
        faces = self._image_field(_FACES)
        images = self._image_field(_IMAGES)
        elements = self._elements()
        start, end = self._frame(_START), self._frame(_END)
        length, ratio = self._length(), self._aspect_ratio()
        resolution, sound = self._resolution(), self._sound()
        self._check_what_is_left()
        if prompt is None:
            raise SchemaRefused("it takes no prompt")
        review = self._review
        listed = sum(one.most for one in (faces, images) if one is not None) + (elements.most if elements else 0)
        needs_picture = review.needs_picture or any(one is not None and one.least for one in (images, faces))
        spec = ModelSpec(
            id=self._id,
            name=self._name,
            media=self._media,
            prompt_chars=min(prompt.max_chars or PROMPT_CHARS, _MOST_PROMPT_CHARS),
            images=images,
            faces=faces,
            elements=elements,
            start=start,
            end=end,
            length=length,
            aspect_ratio=ratio,
            resolution=resolution,
            sound=sound,
            names=self._names(images, faces, elements),
            most_references=min(listed, review.most_references or listed),
            needs_picture=bool(needs_picture or (start is not None and start.is_required)),
            pictures=picture_limits(self._id),
            price=self._price,
        )
        if review.needs_source or (spec.needs_picture and not spec.takes_pictures):
            raise SchemaRefused("it needs a source video")
        return spec

    def _take(self, names: tuple[str, ...] | frozenset[str], *types: str) -> SchemaField | None:
        """The first parameter of one of these names and types; a hidden one only if it must be there."""
        for name in names if isinstance(names, tuple) else self._left:
            found = self._left.get(name) if name in names else None
            if found is not None and found.is_only(*types) and (found.is_required or not found.is_hidden):
                return self._left.pop(found.name)
        return None

    def _image_field(self, names: frozenset[str]) -> ImageField | None:
        """The parameter for reference images, or for faces: a list, or else a single one that says "reference"."""
        grouped = frozenset() if names is _FACES else frozenset(filter(self._is_image_group, self._groups))
        field = self._take(names | grouped, "array")
        if field is None:
            single = frozenset(name for name in names if "reference" in name)
            field = self._take(single, "string")
            if field is None:
                return None
            return ImageField(field=field.name, most=1, is_list=False, is_required=field.is_required)
        try:
            key = _address_key(field.items)
        except LookupError:
            self._left[field.name] = field
            return None
        most = field.max_items or self._review.most_references or _UNSTATED_IMAGES
        least = min(field.min_items or 0, most)
        return ImageField(field=field.name, most=most, least=least, key=key, is_required=field.is_required)

    def _is_image_group(self, name: str) -> bool:
        pattern = self._groups[name].casefold()
        return not any(word in f"{pattern} {name}" for word in ("video", "audio", "element", "face"))

    def _elements(self) -> ElementField | None:
        field = self._take(("elements",), "array")
        if field is None:
            return None
        parts = dict(field.items.fields) if field.items is not None else {}
        front = next((name for name in parts if "front" in name), "frontal_image_url")
        angles = next((name for name, one in parts.items() if "array" in one.types), "reference_image_urls")
        if any(one.is_required and name not in (front, angles) for name, one in parts.items()):
            self._left[field.name] = field
            return None
        most_angles = (parts[angles].max_items if angles in parts else None) or 3
        most = field.max_items or self._review.most_references or _UNSTATED_IMAGES
        return ElementField(field=field.name, most=most, front_key=front, angles_key=angles, most_angles=most_angles)

    def _frame(self, names: tuple[str, ...]) -> FrameField | None:
        field = self._take(names, "string")
        if field is None:
            return None
        face = self._take((f"{field.name}_has_face",), "boolean")
        return FrameField(field=field.name, is_required=field.is_required, face_field=face.name if face else None)

    def _length(self) -> Choice[int] | None:
        field = self._take(_LENGTH, "integer", "number", "string")
        if field is None:
            return self._frame_count()
        values = _lengths(field)
        if not values:
            self._left[field.name] = field
            return None
        default = _seconds(field.default)
        if default not in values:
            default = min(values, key=lambda seconds: (abs(seconds - DEFAULT_SECONDS), seconds))
        return Choice(field=field.name, values=values, default=default, is_required=field.is_required)

    def _frame_count(self) -> Choice[int] | None:
        """A length that is given as a number of frames: so many per second, and one."""
        rate = self._left.get("frames_per_second")
        per_second = self._review.frames_per_second or (rate.default if rate is not None else None)
        field = self._left.get(_FRAME_COUNT)
        if field is None or not isinstance(per_second, int) or per_second < 1 or field.most is None:
            return None
        del self._left[_FRAME_COUNT]
        counts = {seconds: seconds * per_second + 1 for seconds in range(1, _LONGEST + 1)}
        values: dict[int, object] = {
            seconds: count for seconds, count in counts.items() if (field.least or 0) <= count <= field.most
        }
        if not values:
            return None
        said = field.default if isinstance(field.default, int) else DEFAULT_SECONDS * per_second
        default = min(values, key=lambda seconds: abs(counts[seconds] - said))
        return Choice(field=_FRAME_COUNT, values=values, default=default, is_required=field.is_required)

    def _aspect_ratio(self) -> Choice[str] | None:
        field = self._take(("aspect_ratio",), "string")
        if field is None:
            return None
        values = {_RATIOS.get(str(value), str(value)): value for value in field.values}
        if not values and (field.is_required or isinstance(field.default, str)):
            values = {str(ratio): ratio for ratio in (field.default, *_COMMON_RATIOS) if ratio}
        return _choice(field, values, usual=_COMMON_RATIOS[0])

    def _resolution(self) -> Choice[str] | None:
        field = self._take(("resolution",), "string", "integer")
        if field is None:
            return None
        return _choice(field, {str(value): value for value in field.values})

    def _sound(self) -> Switch | None:
        field = self._take(_SOUND, "boolean")
        if field is None:
            return None
        return Switch(field=field.name, default=field.default is True, is_required=field.is_required)

    def _names(
        self, images: ImageField | None, faces: ImageField | None, elements: ElementField | None
    ) -> dict[str, str]:
        """The patterns by fields in the order in which they are numbered: faces before all others."""
        order = [one.field for one in (faces, images, elements) if one is not None]
        usual = {elements.field: ELEMENT_NAME} if elements is not None else {}
        found = {name: self._groups.get(name, usual.get(name, IMAGE_NAME)) for name in order}
        return found | {name: text for name, text in self._groups.items() if name not in found}

    def _check_what_is_left(self) -> None:
        missing = [field for field in self._left.values() if field.is_required and field.name not in _ENVELOPE]
        sources = [field for field in missing if _SOURCES.search(field.name)]
        if sources:
            kind = "sound" if "audio" in sources[0].name else "video"
            raise SchemaRefused(f"it needs a source {kind} ({sources[0].name})")
        if missing:
            raise SchemaRefused(f"it requires {missing[0].name}, and what that means is not known")


def _choice(field: SchemaField, values: dict[str, object], *, usual: str = "") -> Choice[str] | None:
    """The values to choose from; ``usual`` is what is taken where the schema names no default."""
    if not values:
        return None
    default = usual if field.default is None else _RATIOS.get(str(field.default), str(field.default))
    return Choice(
        field=field.name,
        values={shown: _as_sent(value, field) for shown, value in values.items()},
        default=default if default in values else next(iter(values)),
        is_required=field.is_required,
    )


def _address_key(items: SchemaField | None) -> str | None:
    """The property that holds an image's address, where each image of a list is an object.

    Raises:
        LookupError: the objects need more than an address.
    """
    if items is None or not items.types or "string" in items.types:
        return None
    if items.types != {"object"}:
        raise LookupError
    key = next((name for name in ("url", "image_url", "uri", "image") if name in items.fields), None)
    key = key or next((name for name, one in items.fields.items() if one.is_required), "url")
    if any(one.is_required and name != key for name, one in items.fields.items()):
        raise LookupError
    return key


def _lengths(field: SchemaField) -> dict[int, object]:
    """What is sent for each length in seconds; a length that the model chooses (``-1``, ``auto``) is none."""
    if field.values:
        found = {seconds: _as_sent(value, field) for value in field.values if (seconds := _seconds(value)) is not None}
        return dict(sorted(found.items()))
    if field.most is not None:
        least, most = max(1, math.ceil(field.least or 1)), min(_LONGEST, math.floor(field.most))
        step = int(field.step) if field.step is not None and field.step >= 1 else 1
        first = -(-least // step) * step
        return {seconds: _as_sent(seconds, field) for seconds in range(first, most + 1, step)}
    seconds = _seconds(field.default)
    return {} if seconds is None else {seconds: field.default}


def _seconds(value: object) -> int | None:
    """A length in whole seconds, as ``5``, ``"5"`` or ``"5s"``."""
    if isinstance(value, bool):
        return None
    match = _SECONDS.fullmatch(str(value))
    seconds = int(match["number"]) if match is not None else 0
    return seconds if 1 <= seconds <= _LONGEST else None


def _as_sent(value: object, field: SchemaField) -> object:
    """A value in a type that its parameter takes: pages write numbers as texts."""
    if isinstance(value, str) and field.types and "string" not in field.types and value.lstrip("-").isdecimal():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and field.types == {"string"}:
        return str(value)
    return value


def _is_pattern(text: str) -> bool:
    """Whether a text can name pictures in a prompt: short, on one line, with a place for a number."""
    return text.count("{n}") == 1 and len(text) <= _PATTERN_CHARS and text.isprintable() and bool(text.strip())
