"""The models the simulated Oxen knows (Oxen pages "Models" and the model's own page)."""

from typing import Any

REFERENCE_TO_VIDEO = "kling-video-o1-reference-to-video"
TEXT_MODEL = "sandbox-text-model"
"""A model that makes neither images nor video, to be refused by the queue."""

COST_PER_SECOND_USD = 0.112


def request_schema() -> dict[str, Any]:
    """The JSON Schema of the reference-to-video model's parameters, as Oxen's own table has it."""
    uri = {"type": "string", "format": "uri"}
    element = {
        "type": "object",
        "properties": {
            "frontal_image_url": uri,
            "reference_image_urls": {"type": "array", "items": uri},
        },
        "required": ["frontal_image_url"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "prompt": {"type": "string"},
            "input_image": {"type": "array", "items": uri, "maxItems": 7},
            "elements": {"type": "array", "items": element},
            "aspect_ratio": {"type": "string", "enum": ["9:16", "1:1", "16:9"], "default": "16:9"},
            "duration": {"type": "integer", "enum": [5, 10], "default": 5},
        },
        "required": ["prompt", "input_image"],
    }


def models(video_model: str) -> dict[str, dict[str, Any]]:
    """The model objects by id, as `GET /api/ai/models/{id}` answers them."""
    return {
        video_model: {
            "id": video_model,
            "display_name": "Kling Video O1 (reference to video)",
            "endpoint": "/ai/videos/generate",
            "capabilities": {"input": ["text", "image"], "output": ["video"]},
            "pricing": {"method": "per_video_output_second", "cost_per_second": COST_PER_SECOND_USD},
            "request_schema": request_schema(),
        },
        TEXT_MODEL: {
            "id": TEXT_MODEL,
            "display_name": "A text model",
            "endpoint": "/ai/chat/completions",
            "capabilities": {"input": ["text"], "output": ["text"]},
            "pricing": {"method": "token", "input_cost_per_token": 0.000001, "output_cost_per_token": 0.000002},
            "request_schema": {"type": "object"},
        },
    }


def media_type(model: dict[str, Any]) -> str | None:
    """`video` or `image`, or None for a model the queue does not take."""
    output = model["capabilities"]["output"]
    return next((kind for kind in ("video", "image") if kind in output), None)


def cost_micro_usd(model: dict[str, Any], seconds: int) -> int:
    """What `seconds` of output cost, in millionths of a dollar; 0 for a model not priced by the second."""
    return round(float(model["pricing"].get("cost_per_second", 0)) * 1_000_000) * seconds
