"""The models that the simulated Oxen knows (Oxen pages "Models" and the models' own pages)."""

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

REFERENCE_TO_VIDEO: Final = "kling-video-o1-reference-to-video"
TEXT_TO_VIDEO: Final = "wan-v2-7-text-to-video"
TEXT_MODEL: Final = "sandbox-text-model"
"""A model that makes neither images nor video, to be refused by the queue."""
IMAGE_MODEL: Final = "sandbox-image-model"

COST_PER_SECOND_USD: Final = 0.112

_PARAMETERS: Final = Path(__file__).with_name("video_models.json")
_URI: Final = {"type": "string", "format": "uri"}
_KEPT: Final = ("default", "enum", "format")
_PATTERNS: Final = {"input_face_images": "image {n}", "input_images": "image {n}", "reference_images": "image {n}"}
"""How prompts name images in models that do not write ``@Image{n}``."""

SERVED: Final[Mapping[str, Mapping[str, Any]]] = {
    "kling-video-o3-omni": {
        "method": "per_video_output_second",
        "cost_per_second": 0.168,
        "cost_per_second_with_audio": 0.224,
        "cost_per_second_by_resolution": {"720p": 0.126, "1080p": 0.168, "4k": 0.42},
    },
    "kling-video-o1-image-to-video": {"method": "per_video_output_second", "cost_per_second": 0.112},
    "bytedance-seedance-2-0-reference-to-video": {
        "method": "per_video_output_second",
        "cost_per_second": 0.3024,
        "cost_per_second_by_resolution": {"480p": 0.1345, "720p": 0.3024, "1080p": 0.6804},
    },
    "wan-v2-7-reference-to-video": {
        "method": "per_video_output_second",
        "cost_per_second": 0.1,
        "cost_per_second_high_res": 0.15,
    },
    "happyhorse-1.1-r2v": {
        "method": "per_video_output_second",
        "cost_per_second": 0.14,
        "cost_per_second_high_res": 0.28,
    },
    "minimax-h3": {"method": "per_video_output_second", "cost_per_second": 0.2},
    TEXT_TO_VIDEO: {"method": "per_video_output_second", "cost_per_second": 0.1},
}
"""The prices of the models that are served beside the default, by their ids."""


@cache
def documented_models() -> Mapping[str, Mapping[str, Any]]:
    """The parameters of every video model that Oxen documents, by its id and their names."""
    found: dict[str, dict[str, Any]] = json.loads(_PARAMETERS.read_text(encoding="utf-8"))
    return found


def schema_of(model: str) -> dict[str, Any]:
    """The JSON Schema of a documented model's parameters."""
    parameters = copy.deepcopy(dict(documented_models()[model]))  # a test may change what is served
    properties = {name: _property(name, parameter) for name, parameter in parameters.items()}
    named = [name for name in _PATTERNS if name in properties and not model.startswith("kling")]
    if named:
        groups = [{"field": name, "pattern": _PATTERNS[name]} for name in named]
        properties["prompt"]["x-media-references"] = {"groups": groups}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [name for name, parameter in parameters.items() if parameter.get("required")],
        "additionalProperties": False,
    }


def _property(name: str, parameter: Mapping[str, Any]) -> dict[str, Any]:
    kind = parameter["type"]
    found: dict[str, Any] = {key: parameter[key] for key in _KEPT if key in parameter}
    if kind == "array<string>":
        return {**found, "type": "array", "items": dict(_URI)}
    if kind == "array<object>":
        return {**found, "type": "array", "items": _element() if name == "elements" else _addressed()}
    if "range" in parameter:
        found["minimum"], found["maximum"] = parameter["range"]
    return {**found, "type": kind}


def _element() -> dict[str, Any]:
    angles = {"type": "array", "items": dict(_URI), "minItems": 1, "maxItems": 3}
    return {
        "type": "object",
        "properties": {"frontal_image_url": dict(_URI), "reference_image_urls": angles},
        "required": ["frontal_image_url"],
        "additionalProperties": False,
    }


def _addressed() -> dict[str, Any]:
    return {"type": "object", "properties": {"url": dict(_URI)}, "required": ["url"], "additionalProperties": False}


def models(video_model: str) -> dict[str, dict[str, Any]]:
    """The model objects by id, as `GET /api/ai/models/{id}` answers them."""
    served = {name: documented_model(name, pricing) for name, pricing in SERVED.items()}
    default = documented_model(
        REFERENCE_TO_VIDEO, {"method": "per_video_output_second", "cost_per_second": COST_PER_SECOND_USD}
    )
    return {
        **served,
        video_model: {**default, "id": video_model, "display_name": "Kling Video O1 (reference to video)"},
        IMAGE_MODEL: _image_model(),
        TEXT_MODEL: {
            "id": TEXT_MODEL,
            "display_name": "A text model",
            "endpoint": "/ai/chat/completions",
            "capabilities": {"input": ["text"], "output": ["text"]},
            "pricing": {"method": "token", "input_cost_per_token": 0.000001, "output_cost_per_token": 0.000002},
            "request_schema": {"type": "object"},
        },
    }


def documented_model(name: str, pricing: Mapping[str, Any]) -> dict[str, Any]:
    """A documented model as Oxen describes it, at a price."""
    return {
        "id": name,
        "display_name": name.replace("-", " ").title(),
        "endpoint": "/ai/videos/generate",
        "capabilities": {"input": ["text", "image"], "output": ["video"]},
        "pricing": copy.deepcopy(dict(pricing)),
        "request_schema": schema_of(name),
    }


def _image_model() -> dict[str, Any]:
    return {
        "id": IMAGE_MODEL,
        "display_name": "Sandbox Image",
        "endpoint": "/ai/images/generate",
        "capabilities": {"input": ["text", "image"], "output": ["image"]},
        "pricing": {"method": "per_image", "cost_per_image": 0.02},
        "request_schema": {
            "type": "object",
            "properties": {
                "prompt": {
                    "type": "string",
                    "maxLength": 2_000,
                    "x-media-references": {"groups": [{"field": "input_images", "pattern": "image {n}"}]},
                },
                "input_images": {"type": "array", "items": dict(_URI), "maxItems": 3},
                "aspect_ratio": {"type": "string", "enum": ["1:1", "16:9", "9:16"], "default": "1:1"},
            },
            "required": ["prompt"],
            "additionalProperties": False,
        },
    }


def media_type(model: dict[str, Any]) -> str | None:
    """`video` or `image`, or None for a model the queue does not take."""
    output = model["capabilities"]["output"]
    return next((kind for kind in ("video", "image") if kind in output), None)


def cost_micro_usd(model: dict[str, Any], body: Mapping[str, Any], seconds: int) -> int:
    """What a generation of so many seconds costs, in millionths of a dollar; 0 for a model without such a price."""
    pricing = model["pricing"]
    if media_type(model) == "image":
        return round(float(pricing.get("cost_per_image", 0)) * 1_000_000)
    properties = model.get("request_schema", {}).get("properties", {})
    resolution = str(body.get("resolution", properties.get("resolution", {}).get("default", "")))
    prices = [pricing.get("cost_per_second_by_resolution", {}).get(resolution, pricing.get("cost_per_second", 0))]
    if body.get("generate_audio", properties.get("generate_audio", {}).get("default", False)):
        prices.append(pricing.get("cost_per_second_with_audio", 0))
    if resolution.casefold() in ("1080p", "2k", "4k"):
        prices.append(pricing.get("cost_per_second_high_res", 0))
    return round(max(map(float, prices)) * 1_000_000) * seconds
