"""A model of Oxen's queue as a record: which of its fields plays which role, its limits, its notation, its price.

The commands, the form, the checks and the request's body are built from it. ``bot.domain.model_schema`` makes one from
a model object; the one that is used without any configuration is written out here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

IMAGE_NAME: Final = "@Image{n}"
ELEMENT_NAME: Final = "@Element{n}"
PROMPT_CHARS: Final = 2_500
"""How long a prompt may be where a model's schema does not say."""
DEFAULT_SECONDS: Final = 5
"""The length that is taken where a model leaves it open, or the next one that it has."""
UNSTATED_SECONDS: Final = 8
"""What a video counts as whose length its model decides alone."""
PICTURE_SECONDS: Final = 1
"""What a picture counts as. Its price is that of its one second, so the books need no second rule."""


class Media(StrEnum):
    """What a model makes."""

    VIDEO = "video"
    IMAGE = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[K]):
    """A parameter of which one value is chosen: what is sent, by what people choose."""

    field: str
    values: Mapping[K, object]
    default: K
    is_required: bool = False

    def __post_init__(self) -> None:
        if self.default not in self.values:
            raise ValueError(f"{self.field}: {self.default} is not one of its values")

    def some(self, count: int, wanted: K | None = None) -> list[K]:
        """At most so many of the values, in their order and evenly spread; the wanted one, or the default, is there."""
        values = list(self.values)
        if len(values) <= count:
            return values
        sure = self.default if wanted is None else wanted
        spread = {values[round(index * (len(values) - 1) / max(1, count - 1))] for index in range(count)}
        if sure not in spread and sure in self.values:
            spread.discard(next(value for value in values if value in spread and value != sure))
            spread.add(sure)
        return [value for value in values if value in spread]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A parameter that is on or off."""

    field: str
    default: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageField:
    """A parameter that takes images.

    ``key`` is the property that holds the address, where each image is an object; ``is_list`` is false for a parameter
    that takes a single address.
    """

    field: str
    most: int
    least: int = 0
    key: str | None = None
    is_list: bool = True
    is_required: bool = False
    """Whether it must be there even if it is empty."""

    def sent(self, urls: Sequence[str]) -> object:
        """Its value for these addresses."""
        items = [url if self.key is None else {self.key: url} for url in urls]
        return items if self.is_list else items[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementField:
    """A parameter that takes elements: objects with one front picture and some angles."""

    field: str
    most: int
    front_key: str = "frontal_image_url"
    angles_key: str = "reference_image_urls"
    most_angles: int = 3
    needs_angles: bool = True
    """Whether an element without angles is refused; then the front picture stands for one."""

    def sent(self, front: str, angles: Sequence[str]) -> dict[str, object]:
        """An element of these addresses."""
        views = list(angles) or ([front] if self.needs_angles else [])
        return {self.front_key: front, **({self.angles_key: views} if views else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameField:
    """A parameter that takes the picture with which a video starts or ends.

    ``face_field`` is the switch that says that it shows a real face, where there is one.
    """

    field: str
    is_required: bool = False
    face_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """What each picture must be: bytes, pixels, and the ratio of its sides."""

    max_bytes: int = 10 * 1024 * 1024
    min_side: int = 300
    min_aspect: float = 0.40
    max_aspect: float = 2.50


PICTURE_LIMITS: Final = PictureLimits()
"""What nearly every model asks of a picture."""
PICTURE_ENDINGS: Final = frozenset({"png", "jpg", "webp"})
"""The formats that every model takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a second of video costs, or an image, in micro-dollars; ``None`` where Oxen does not say."""

    per_second: int | None = None
    with_audio: int | None = None
    high_resolution: int | None = None
    by_resolution: Mapping[str, int] = field(default_factory=dict)
    per_image: int | None = None

    def of_second(self, *, resolution: str | None = None, sound: bool = False) -> int | None:
        """What a second costs in this shape: the dearest of the prices that hold for it."""
        by_resolution = {name.casefold(): price for name, price in self.by_resolution.items()}
        plain = by_resolution.get((resolution or "").casefold(), self.per_second)
        if plain is None and self.by_resolution:
            plain = max(self.by_resolution.values())
        prices = [plain]
        if sound:
            prices.append(self.with_audio)
        if is_high_resolution(resolution):
            prices.append(self.high_resolution)
        return max((price for price in prices if price is not None), default=None)


_HIGH_RESOLUTION_LINES: Final = 1080
_LINES: Final = MappingProxyType({"2k": 1440, "4k": 2160, "high": 1080})


def is_high_resolution(resolution: str | None) -> bool:
    """Whether a resolution is one that costs ``cost_per_second_high_res``: 1080 lines or more."""
    name = (resolution or "").casefold()
    lines = _LINES.get(name, int(name.removesuffix("p")) if name.removesuffix("p").isdecimal() else 0)
    return lines >= _HIGH_RESOLUTION_LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model: its fields by their roles, and its limits. A role that it does not have is ``None``.

    ``names`` are the patterns by which its prompt names what is in a field, ``@Image{n}`` say, in the order in which
    they are numbered; fields with the same pattern are numbered together. ``most_references`` counts images, faces and
    elements together. ``needs_picture`` says that it makes nothing from a prompt alone.
    """

    id: str
    name: str
    media: Media = Media.VIDEO
    prompt_chars: int = PROMPT_CHARS
    images: ImageField | None = None
    faces: ImageField | None = None
    elements: ElementField | None = None
    start: FrameField | None = None
    end: FrameField | None = None
    length: Choice[int] | None = None
    aspect_ratio: Choice[str] | None = None
    resolution: Choice[str] | None = None
    sound: Switch | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    most_references: int = 0
    needs_picture: bool = False
    pictures: PictureLimits = PICTURE_LIMITS
    price: Price = field(default_factory=Price)

    @property
    def image_fields(self) -> tuple[ImageField, ...]:
        """The fields for reference images, those for faces first, as they are numbered."""
        return tuple(one for one in (self.faces, self.images) if one is not None)

    @property
    def frames(self) -> tuple[FrameField, ...]:
        """The fields for the first and the last picture of a video."""
        return tuple(one for one in (self.start, self.end) if one is not None)

    @property
    def most_images(self) -> int:
        """How many images a request can have, elements left aside; a frame alone takes one, too."""
        listed = sum(one.most for one in self.image_fields)
        return min(listed, self.most_references) if listed else len(self.frames)

    @property
    def most_elements(self) -> int:
        """How many elements a request can have as such."""
        return 0 if self.elements is None else min(self.elements.most, self.most_references)

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture can be of any use to it."""
        return bool(self.image_fields or self.frames or self.elements)

    @property
    def default_seconds(self) -> int:
        """The length of a video whose user chose none; what a picture counts as."""
        if self.media is Media.IMAGE:
            return PICTURE_SECONDS
        return UNSTATED_SECONDS if self.length is None else self.length.default

    def price_of_second(self, *, resolution: str | None = None, sound: bool | None = None) -> int | None:
        """What a second costs in micro-dollars, where nothing is chosen for the defaults; ``None``: Oxen never said.

        That of a picture is what the picture costs.
        """
        if self.media is Media.IMAGE:
            return self.price.per_image
        if resolution is None and self.resolution is not None:
            resolution = self.resolution.default
        if sound is None:
            sound = self.sound is not None and self.sound.default
        return self.price.of_second(resolution=resolution, sound=sound)

    def estimate(
        self, seconds: int | None = None, *, resolution: str | None = None, sound: bool | None = None
    ) -> int | None:
        """What a video (or a picture) will cost in micro-dollars; ``None`` where Oxen never said what it costs."""
        if self.media is Media.IMAGE:
            return self.price.per_image
        price = self.price_of_second(resolution=resolution, sound=sound)
        return None if price is None else price * (self.default_seconds if seconds is None else seconds)


KLING_O1: Final = ModelSpec(
    id="kling-video-o1-reference-to-video",
    name="Kling O1",
    images=ImageField(field="input_image", most=7, is_required=True),
    elements=ElementField(field="elements", most=7),
    length=Choice(field="duration", values={5: 5, 10: 10}, default=5),
    aspect_ratio=Choice(field="aspect_ratio", values={"16:9": "16:9", "9:16": "9:16", "1:1": "1:1"}, default="16:9"),
    names={"input_image": IMAGE_NAME, "elements": ELEMENT_NAME},
    most_references=7,
    needs_picture=True,
)
"""The model of the bot's first day. Source: Oxen's page of it, and its provider's schema."""
