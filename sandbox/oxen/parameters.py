"""What the provider says to a request's parameters (provider's schema of Kling O1 reference-to-video).

Oxen takes any parameters into its queue; these rules make the generation fail later.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_REFERENCES = 7
MAX_PROMPT = 2500
MAX_ANGLES = 3
DURATIONS = (5, 10)
ASPECT_RATIOS = ("16:9", "9:16", "1:1")

_NAMES = re.compile(r"@(Image|Element)(\d+)")


class RefusedError(Exception):
    """The provider refuses the request; the text is the generation's `error_message`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One image URL of a request, with the words a viewer would know it by (`Element 1 · front`)."""

    field: str
    label: str
    url: str


def duration_of(body: Mapping[str, object]) -> int:
    """The asked duration in seconds; the default where it is absent or unusable."""
    value = body.get("duration", DURATIONS[0])
    return value if type(value) is int and value in DURATIONS else DURATIONS[0]


def aspect_ratio_of(body: Mapping[str, object]) -> str:
    """The asked aspect ratio; the default where it is absent or unusable."""
    value = body.get("aspect_ratio", ASPECT_RATIOS[0])
    return value if isinstance(value, str) and value in ASPECT_RATIOS else ASPECT_RATIOS[0]


def check_parameters(body: Mapping[str, object]) -> tuple[Reference, ...]:
    """Return the image references of a good request; raises RefusedError with the provider's words otherwise."""
    prompt = _prompt(body)
    images = _urls(body.get("input_image"), "input_image")
    elements = _elements(body.get("elements"))
    if type(body.get("duration", 5)) is not int or body.get("duration", 5) not in DURATIONS:
        raise RefusedError("duration: must be one of 5, 10")
    if body.get("aspect_ratio", "16:9") not in ASPECT_RATIOS:
        raise RefusedError("aspect_ratio: must be one of '16:9', '9:16', '1:1'")
    if not images and not elements:
        raise RefusedError("At least one reference image or element is required")
    if len(images) + len(elements) > MAX_REFERENCES:
        raise RefusedError(f"At most {MAX_REFERENCES} reference images and elements in total are allowed")
    for kind, number in _NAMES.findall(prompt):
        if not 1 <= int(number) <= len(images if kind == "Image" else elements):
            raise RefusedError(f"prompt: @{kind}{number} does not name anything in the request")
    named = [
        Reference(field=f"input_image[{index}]", label=f"Image {index + 1}", url=url)
        for index, url in enumerate(images)
    ]
    return (*named, *(reference for element in elements for reference in element))


def _prompt(body: Mapping[str, object]) -> str:
    prompt = body.get("prompt")
    if not isinstance(prompt, str):
        raise RefusedError("prompt: a string is required")
    if not prompt.strip():
        raise RefusedError("prompt: must not be blank")
    if len(prompt) > MAX_PROMPT:
        raise RefusedError(f"prompt: must be at most {MAX_PROMPT} characters")
    return prompt


def _urls(value: object, field: str) -> list[str]:
    if not isinstance(value, list):
        raise RefusedError(f"{field}: an array of image URLs is required")
    for index, url in enumerate(value):
        _url(url, f"{field}[{index}]")
    return value


def _url(value: object, field: str) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://", "data:image/")):
        raise RefusedError(f"{field}: must be an http(s) URL or an image data URI")
    return value


def _elements(value: object) -> list[list[Reference]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise RefusedError("elements: must be an array")
    return [_element(element, index) for index, element in enumerate(value)]


def _element(value: object, index: int) -> list[Reference]:
    field, label = f"elements[{index}]", f"Element {index + 1}"
    if not isinstance(value, dict) or value.get("frontal_image_url") is None:
        raise RefusedError(f"{field}.frontal_image_url: field required")
    front = _url(value["frontal_image_url"], f"{field}.frontal_image_url")
    angles = _urls(value.get("reference_image_urls"), f"{field}.reference_image_urls")
    if not 1 <= len(angles) <= MAX_ANGLES:
        raise RefusedError(f"{field}.reference_image_urls: must hold 1 to {MAX_ANGLES} images")
    references = [Reference(field=f"{field}.frontal_image_url", label=f"{label} · front", url=front)]
    for number, url in enumerate(angles):
        name = f"{field}.reference_image_urls[{number}]"
        references.append(Reference(field=name, label=f"{label} · angle {number + 1}", url=url))
    return references
