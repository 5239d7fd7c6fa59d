"""Records as JSON text and back, for the columns that hold a whole record."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.generation import GenerationRequest
from bot.domain.model_spec import Media
from bot.domain.request import Element, Picture, VideoRequest
from bot.domain.slots import Slot, SlotKind
from bot.text import Message

_LINK: Final = re.compile(r"/(?:(?P<guild>\d+)|@me)/(?P<channel>\d+)/(?P<message>\d+)$")


def to_millis(moment: datetime) -> int:
    """An aware datetime as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """Milliseconds since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(millis / 1000, tz=UTC)


def _fields_of(record: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    """A record for ``json``, which asks again for those in it; ``dataclasses.asdict`` copies all that is in there."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def dump_request(request: VideoRequest) -> str:
    """A request as JSON."""
    return json.dumps(request, ensure_ascii=False, default=_fields_of)


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
        count=data.get("count", 1),
        made_from=_load_message(data.get("made_from")),
        prompt_owner_id=data.get("prompt_owner_id", 0),
        media=Media(data.get("media", Media.VIDEO)),
        continues=data.get("continues"),
        take_of=data.get("take_of"),
        model=data.get("model"),
        model_name=data.get("model_name"),
        start=_load_picture(data.get("start")),
        end=_load_picture(data.get("end")),
        resolution=data.get("resolution"),
        sound=data.get("sound"),
        faces=tuple(Slot(SlotKind(slot["kind"]), slot["number"]) for slot in data.get("faces", ())),
    )


def _load_message(data: dict[str, int] | str | None) -> Message | None:
    """A message; an earlier version wrote a link to it."""
    if not isinstance(data, str):
        return None if data is None else Message(**data)
    link = _LINK.search(data)
    return None if link is None else Message(int(link["guild"] or 0), int(link["channel"]), int(link["message"]))


def _load_picture(data: dict[str, Any] | None) -> Picture | None:
    return None if data is None else Picture(**data)


def _load_element(data: dict[str, Any]) -> Element:
    angles = {int(number): Picture(**picture) for number, picture in data["angles"].items()}
    return Element(front=Picture(**data["front"]), angles=angles)


def dump_picture(picture: Picture) -> str:
    """A picture as JSON."""
    return json.dumps(picture, ensure_ascii=False, default=_fields_of)


def load_picture(text: str) -> Picture:
    """A picture from its JSON."""
    return Picture(**json.loads(text))


def dump_generation_request(request: GenerationRequest) -> str:
    """What was sent to Oxen, as JSON."""
    return json.dumps(request, ensure_ascii=False, default=_fields_of)


def load_generation_request(text: str) -> GenerationRequest:
    """What was sent to Oxen, from its JSON."""
    return GenerationRequest(**json.loads(text))
