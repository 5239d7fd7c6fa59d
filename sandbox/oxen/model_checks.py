"""What other providers say to a request's parameters: their schema's rules, and what pages add to those.

Kling O1 has rules of its own, in `parameters`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator

from sandbox.oxen.parameters import Reference, RefusedError, check_parameters

_ENVELOPE: Final = frozenset({"model", "num_generations", "target_namespace", "target_repo", "target_directory"})
_TOTALS: Final = {"kling-video-o3-omni": 7, "seedance": 9, "wan-v2-7-reference": 5, "happyhorse": 9}
_NEED_A_PICTURE: Final = re.compile(r"reference-to-video|image-to-video|-r2v|-i2v")
_MAX_PROMPT: Final = 2_500
_LEAST_SIDES: Final = {"happyhorse": 401}


def references_of(model: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[Reference, ...]:
    """The image references of a good request to a model; raises RefusedError with the provider's words otherwise."""
    properties = (model.get("request_schema") or {}).get("properties", {})
    if {"input_image", "elements"} <= properties.keys() and "start_image_url" not in properties:
        return check_parameters(body)
    parameters = {name: value for name, value in body.items() if name not in _ENVELOPE}
    validator = Draft202012Validator(model["request_schema"])
    for error in sorted(validator.iter_errors(parameters), key=lambda one: list(map(str, one.absolute_path))):
        raise RefusedError(f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message}")
    if not str(body["prompt"]).strip():
        raise RefusedError("prompt: must not be blank")
    if len(body["prompt"]) > _MAX_PROMPT:
        raise RefusedError(f"prompt: must be at most {_MAX_PROMPT} characters")
    references = tuple(_references(parameters))
    listed = [one for one in references if "[" in one.field and ".reference_image_urls" not in one.field]
    total = next((most for name, most in _TOTALS.items() if name in model["id"]), None)
    if total is not None and len(listed) > total:
        raise RefusedError(f"At most {total} references in total are allowed")
    if not references and _NEED_A_PICTURE.search(model["id"]):
        raise RefusedError("At least one reference image is required")
    _check_names(properties["prompt"], parameters)
    return references


def least_side(model: Mapping[str, Any]) -> int:
    """The shortest side that an image may have, in pixels."""
    return next((side for name, side in _LEAST_SIDES.items() if name in model["id"]), 300)


def seconds_of(model: Mapping[str, Any], body: Mapping[str, Any]) -> int:
    """The length that was asked for in seconds; the default where it is absent or left to the model."""
    schema = (model.get("request_schema") or {}).get("properties", {}).get("duration", {})
    for said in (body.get("duration"), schema.get("default")):
        match = re.fullmatch(r"(\d{1,3})s?", str(said))
        if match is not None and int(match[1]) > 0:
            return int(match[1])
    return 5


def _references(parameters: Mapping[str, Any]) -> Iterator[Reference]:
    for name, value in parameters.items():
        if name != "prompt":
            yield from _in(value, name)


def _in(value: object, field: str) -> Iterator[Reference]:
    match value:
        case str() if value.startswith(("http://", "https://", "data:image/")):
            yield Reference(field=field, label=field.replace("_", " "), url=value)
        case list():
            for index, one in enumerate(value):
                yield from _in(one, f"{field}[{index}]")
        case dict():
            for name, one in value.items():
                yield from _in(one, f"{field}.{name}")


def _check_names(prompt_schema: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Check that each name in the prompt is that of something in the request: by the schema's patterns, or @Image1."""
    groups = prompt_schema.get("x-media-references", {}).get("groups", [])
    patterns: dict[str, list[str]] = {}
    for group in groups or [{"field": "input_image", "pattern": "@Image{n}"}]:
        patterns.setdefault(group["pattern"], []).append(group["field"])
    if "elements" in parameters:
        patterns["@Element{n}"] = ["elements"]
    for pattern, fields in patterns.items():
        count = sum(_count(parameters.get(field)) for field in fields)
        head, _, tail = pattern.partition("{n}")
        for number in re.findall(rf"{re.escape(head)}(\d+){re.escape(tail)}", parameters["prompt"]):
            if not 1 <= int(number) <= count:
                raise RefusedError(f"prompt: {head}{number}{tail} does not name anything in the request")


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else int(value is not None)
