"""Records as JSON text and back, for the columns that hold a whole record."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

from bot.domain.generation import ElementImages, GenerationRequest
from bot.domain.request import Element, Picture, VideoRequest


def to_millis(moment: datetime) -> int:
    """An aware datetime as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """Milliseconds since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(millis / 1000, tz=UTC)


def dump_request(request: VideoRequest) -> str:
    """A request as JSON."""
    return json.dumps(dataclasses.asdict(request), ensure_ascii=False)


def load_request(text: str) -> VideoRequest:
    """A request from its JSON."""
    data = json.loads(text)
    return VideoRequest(
        prompt=data["prompt"],
        images={int(number): Picture(**picture) for number, picture in data["images"].items()},
        elements={int(number): _load_element(element) for number, element in data["elements"].items()},
        duration=data["duration"],
        aspect_ratio=data["aspect_ratio"],
        is_spoiler=data.get("is_spoiler", False),
    )


def _load_element(data: dict[str, Any]) -> Element:
    angles = {int(number): Picture(**picture) for number, picture in data["angles"].items()}
    return Element(front=Picture(**data["front"]), angles=angles)


def dump_picture(picture: Picture) -> str:
    """A picture as JSON."""
    return json.dumps(dataclasses.asdict(picture), ensure_ascii=False)


def load_picture(text: str) -> Picture:
    """A picture from its JSON."""
    return Picture(**json.loads(text))


def dump_generation_request(request: GenerationRequest) -> str:
    """What was sent to Oxen, as JSON."""
    return json.dumps(dataclasses.asdict(request), ensure_ascii=False)


def load_generation_request(text: str) -> GenerationRequest:
    """What was sent to Oxen, from its JSON."""
    data = json.loads(text)
    elements = tuple(
        ElementImages(
            frontal_image_url=element["frontal_image_url"],
            reference_image_urls=tuple(element["reference_image_urls"]),
        )
        for element in data.pop("elements")
    )
    return GenerationRequest(elements=elements, input_image=tuple(data.pop("input_image")), **data)
