"""A model object becomes a record: roles, limits, prices; what cannot be trusted is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_schema import UnusableModel, read_model
from bot.domain.model_spec import KLING_O1, Media, ModelSpec
from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, models

URI = {"type": "string", "format": "uri"}


def model(properties: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A model object with a prompt and these parameters."""
    schema = {"type": "object", "properties": {"prompt": {"type": "string"}, **(properties or {})}, "required": []}
    return {"id": "m", "capabilities": {"output": ["video"]}, "request_schema": schema} | changes


def spec_of(properties: dict[str, Any] | None = None, **changes: Any) -> ModelSpec:
    read = read_model(model(properties, **changes))
    assert isinstance(read, ModelSpec), read
    return read


def reason(described: dict[str, Any]) -> str:
    read = read_model(described)
    assert isinstance(read, UnusableModel)
    return read.reason


def test_the_default_model_reads_as_the_record_that_is_written_out() -> None:
    read = read_model(models(REFERENCE_TO_VIDEO)[REFERENCE_TO_VIDEO])
    assert isinstance(read, ModelSpec)
    for name in ("id", "images", "elements", "length", "aspect_ratio", "names", "most_references", "needs_picture"):
        assert getattr(read, name) == getattr(KLING_O1, name), name
    assert (read.prompt_chars, read.pictures) == (KLING_O1.prompt_chars, KLING_O1.pictures)


def test_an_older_name_of_the_schema_is_understood() -> None:
    described = model({"duration": {"type": "integer", "enum": [4, 8], "default": 8}})
    described["json_request_schema"] = described.pop("request_schema")
    read = read_model(described)
    assert isinstance(read, ModelSpec)
    assert read.default_seconds == 8


def test_a_shape_that_nobody_chose_is_landscape_where_the_schema_names_no_default() -> None:
    ratio = spec_of({"aspect_ratio": {"type": "string", "enum": ["9:16", "1:1", "16:9"]}}).aspect_ratio
    assert ratio is not None
    assert ratio.default == "16:9"
    assert list(ratio.values) == ["9:16", "1:1", "16:9"]


def test_limits_are_those_of_the_schema() -> None:
    read = spec_of(
        {
            "prompt": {"type": "string", "maxLength": 800},
            "input_images": {"type": "array", "items": URI, "minItems": 1, "maxItems": 3},
            "duration": {"type": "integer", "minimum": 3, "maximum": 6, "default": 4},
        }
    )
    assert read.images is not None
    assert (read.prompt_chars, read.images.least, read.images.most, read.needs_picture) == (800, 1, 3, True)
    assert read.length is not None
    assert (list(read.length.values), read.length.default) == ([3, 4, 5, 6], 4)


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "string", "enum": ["5s", "10s"], "default": "5s"}, {5: "5s", 10: "10s"}),
        ({"type": "string", "enum": ["4", "8"], "default": "4"}, {4: "4", 8: "8"}),
        ({"type": "integer", "enum": ["5", "10"], "default": 5}, {5: 5, 10: 10}),
        ({"type": ["integer", "string"], "enum": ["auto", 4, 5], "default": "auto"}, {4: 4, 5: 5}),
        ({"type": "integer", "enum": [-1, 4, 5], "default": -1}, {4: 4, 5: 5}),
        ({"type": "number", "default": 6}, {6: 6}),
        ({"anyOf": [{"type": "integer", "enum": [2, 3]}, {"type": "null"}]}, {2: 2, 3: 3}),
    ],
)
def test_a_length_is_sent_as_the_model_writes_it_and_never_left_to_it(
    schema: dict[str, Any], sent: dict[int, object]
) -> None:
    read = spec_of({"duration": schema})
    assert read.length is not None
    assert read.length.values == sent


def test_what_a_schema_points_to_inside_itself_is_read() -> None:
    described = model({"duration": {"$ref": "#/$defs/Length"}})
    described["request_schema"]["$defs"] = {"Length": {"type": "integer", "enum": [7]}}
    read = read_model(described)
    assert isinstance(read, ModelSpec)
    assert read.default_seconds == 7


def test_a_required_parameter_that_nobody_knows_makes_a_model_unusable_and_an_optional_one_does_not() -> None:
    assert spec_of({"mystery": {"type": "string"}}).length is None
    described = model({"mystery": {"type": "string", "default": "x"}})
    described["request_schema"]["required"] = ["prompt", "mystery"]
    assert "mystery" in reason(described)


def test_a_hidden_parameter_is_left_to_its_default() -> None:
    assert spec_of({"resolution": {"type": "string", "enum": ["720p"], "x-hidden": True}}).resolution is None


def circle() -> dict[str, Any]:
    return model({"duration": {"$ref": "#/properties/duration"}})


def bomb() -> dict[str, Any]:
    described = model({"elements": {"$ref": "#/$defs/Many"}})
    described["request_schema"]["$defs"] = {
        "Many": {"type": "object", "properties": {f"p{n}": {"$ref": "#/$defs/Many"} for n in range(50)}}
    }
    return described


def deep() -> dict[str, Any]:
    node: dict[str, Any] = {"type": "string"}
    for _ in range(200):
        node = {"type": "array", "items": node}
    return model({"input_images": node})


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (model({"duration": {"$ref": "https://elsewhere.example/schema.json"}}), "elsewhere"),
        (model({"duration": {"$ref": "other.json#/x"}}), "elsewhere"),
        (model({"duration": {"$ref": "#/$defs/None"}}), "not there"),
        (circle(), "circles"),
        (bomb(), "too large"),
        (deep(), "too deep"),
        (model({"prompt": {"type": "string", "description": "x" * 200_000}}), "too large"),
        (model({f"p{n}": {"type": "string"} for n in range(500)}), "too many"),
        (model({f"p{n}": {"enum": list(range(400))} for n in range(50)}), "too large"),
        ({"id": "m", "capabilities": {"output": ["video"]}}, "no schema"),
        ({"id": "m", "capabilities": {"output": ["video"]}, "request_schema": [1]}, "no schema"),
        ({"id": "m", "capabilities": {"output": ["text"]}, "request_schema": {}}, "neither videos nor images"),
    ],
)
def test_a_hostile_or_huge_schema_is_refused(described: dict[str, Any], words: str) -> None:
    assert words in reason(described)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 40) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "enum", "items", "properties", "required", "minimum", "maxItems", "default", "$ref", "anyOf"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=300)
@given(
    st.dictionaries(st.sampled_from(["prompt", "duration", "elements", "input_images", "aspect_ratio"]), json_values)
)
@pytest.mark.exhaustive
def test_whatever_a_schema_holds_it_is_read_or_refused(properties: dict[str, Any]) -> None:
    described = json.loads(json.dumps(model(properties)))
    read = read_model(described)
    assert isinstance(read, ModelSpec | UnusableModel)
    if isinstance(read, ModelSpec) and read.length is not None:
        assert all(1 <= seconds <= 120 for seconds in read.length.values)


def test_what_a_model_makes_is_what_it_says() -> None:
    assert spec_of(capabilities={"output": ["image"]}).media is Media.IMAGE
    assert spec_of(capabilities=None, endpoint="/ai/videos/generate").media is Media.VIDEO


def pricing(**values: Any) -> ModelSpec:
    shape = {
        "resolution": {"type": "string", "enum": ["480p", "720p", "1080p"], "default": "720p"},
        "generate_audio": {"type": "boolean", "default": False},
        "duration": {"type": "integer", "enum": [5, 10], "default": 5},
    }
    return spec_of(shape, pricing={"method": "per_video_output_second", **values})


def test_a_price_is_that_of_the_shape_that_was_chosen() -> None:
    read = pricing(cost_per_second=0.1, cost_per_second_high_res=0.2, cost_per_second_with_audio=0.15)
    assert read.estimate() == 500_000
    assert read.estimate(10, resolution="1080p") == 2_000_000
    assert read.estimate(5, sound=True) == 750_000
    assert read.estimate(5, resolution="1080p", sound=True) == 1_000_000
    by_resolution = pricing(cost_per_second=0.1, cost_per_second_by_resolution={"480p": 0.05, "1080p": 0.3})
    assert [by_resolution.estimate(5, resolution=one) for one in ("480p", "720p", "1080p")] == [
        250_000,
        500_000,
        1_500_000,
    ]


def test_what_oxen_never_priced_has_no_estimate() -> None:
    assert spec_of().estimate(5) is None
    assert pricing(cost_per_second="free").estimate(5) is None
