"""Every video model that Oxen documents: usable or why not, and a full request for each that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from bot.domain.model_schema import UnusableModel, read_model
from bot.domain.model_spec import ModelSpec
from bot.domain.request import Element, VideoRequest, check_request, generation_request
from sandbox.oxen.catalogue import documented_models, schema_of
from tests.support import picture


def model_object(model: str) -> dict[str, Any]:
    """A model as Oxen would give it."""
    return {
        "id": model,
        "display_name": model,
        "capabilities": {"input": ["text", "image"], "output": ["video"]},
        "pricing": {"method": "per_video_output_second", "cost_per_second": 0.1},
        "request_schema": schema_of(model),
    }


READ = {model: read_model(model_object(model)) for model in documented_models()}
USABLE = {model: spec for model, spec in READ.items() if isinstance(spec, ModelSpec)}


def full_request(spec: ModelSpec) -> VideoRequest:
    """A request that gives a model everything that it takes."""
    elements = min(3, spec.most_elements)
    images = min(7, spec.most_references - elements) if spec.image_fields else 0
    names = [f"@Image{n}" for n in range(1, images + 1)] + [f"@Element{n}" for n in range(1, elements + 1)]
    return VideoRequest(
        prompt=f"A dance of {' and '.join(names) or 'nobody'}",
        images={n: picture(n) for n in range(1, images + 1)},
        elements={n: Element(front=picture(10 * n), angles={1: picture(10 * n + 1)}) for n in range(1, elements + 1)},
        duration=None if spec.length is None else max(spec.length.values),
        aspect_ratio=None if spec.aspect_ratio is None else list(spec.aspect_ratio.values)[-1],
        resolution=None if spec.resolution is None else list(spec.resolution.values)[-1],
        sound=True if spec.sound else None,
        start=picture(101) if spec.start else None,
        end=picture(102) if spec.end else None,
    )


def sent(asked: VideoRequest, spec: ModelSpec) -> dict[str, Any]:
    check_request(asked, spec)
    urls = {view.key: f"https://cdn.example/{view.key}.png" for view in asked.views()}
    return dict(generation_request(asked, spec, urls, namespace=None).parameters)


def taken(spec: ModelSpec) -> str:
    """What a model takes, for the table."""
    parts = [f"{spec.most_images} images" if spec.image_fields else "", f"{spec.most_elements} elements"]
    parts += ["start"] * bool(spec.start) + ["end"] * bool(spec.end) + ["sound"] * bool(spec.sound)
    if spec.length is not None:
        parts.append(f"{min(spec.length.values)}-{max(spec.length.values)} s")
    return ", ".join(part for part in parts if part and not part.startswith("0 "))


def test_at_least_45_of_the_70_documented_models_are_usable(record_property: Callable[[str, object], None]) -> None:
    lines = [
        f"{model:<55} {'usable: ' + taken(read) if isinstance(read, ModelSpec) else 'not usable: ' + read.reason}"
        for model, read in READ.items()
    ]
    record_property("table", "\n".join([*lines, f"{len(USABLE)} of {len(READ)} are usable"]))
    assert len(READ) == 70
    assert len(USABLE) >= 45


def test_what_makes_a_model_unusable_is_a_source_video_or_a_sound() -> None:
    reasons = {model: read.reason for model, read in READ.items() if isinstance(read, UnusableModel)}
    assert [model for model, reason in reasons.items() if "source" not in reason] == []


@pytest.mark.parametrize("model", USABLE)
def test_a_full_request_is_valid_by_the_models_own_schema(model: str) -> None:
    spec = USABLE[model]
    validator = jsonschema_rs.validator_for(schema_of(model))
    asked = full_request(spec)
    errors = [error.message for error in validator.iter_errors(sent(asked, spec))]
    assert errors == []


@pytest.mark.parametrize("model", USABLE)
def test_the_least_request_is_valid_by_the_models_own_schema(model: str) -> None:
    spec = USABLE[model]
    validator = jsonschema_rs.validator_for(schema_of(model))
    images = {1: picture(1)} if spec.needs_picture else {}
    asked = VideoRequest(prompt="A garden", images=images, elements={})
    errors = [error.message for error in validator.iter_errors(sent(asked, spec))]
    assert errors == []
