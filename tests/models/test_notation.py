"""Prompts in a model's own notation: each name in what is sent points to the bytes that its user meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_spec import ElementField, FrameField, ImageField, ModelSpec
from bot.domain.request import Element, VideoRequest, check_request, generation_request
from bot.domain.slots import Slot, SlotKind
from tests.support import element, picture

IMAGES = ImageField(field="images", most=20)
FACES = ImageField(field="faces", most=20)
PATTERNS = ["@Image{n}", "image {n}", "Image{n}", "<image_{n}>", "[Image {n}]", "图{n}", "@图像{n}"]


def spec(pattern: str, *, faces: bool, elements: bool, frames: bool) -> ModelSpec:
    """A model whose prompts name images like this."""
    fields = {"faces": pattern, "images": pattern} if faces else {"images": pattern}
    return ModelSpec(
        id="m",
        name="M",
        images=IMAGES,
        faces=FACES if faces else None,
        elements=ElementField(field="elements", most=7) if elements else None,
        start=FrameField(field="first") if frames else None,
        names=fields | ({"elements": "@Element{n}"} if elements else {}),
        most_references=20,
        prompt_chars=5_000,
    )


specs = st.builds(spec, st.sampled_from(PATTERNS), faces=st.booleans(), elements=st.booleans(), frames=st.booleans())
AROUND = ["", " ", ", then ", "里", "and ", "'s ", "。", " 2 ", "\n"]


def named(parameters: dict[str, Any], model: ModelSpec) -> dict[str, str]:
    """The address behind each name that the model knows, by the name as it is written."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for field in ("faces", "images"):
        for url in parameters.get(field, []):
            pattern = model.names[field]
            counts[pattern] = counts.get(pattern, 0) + 1
            found[pattern.replace("{n}", str(counts[pattern]))] = url
    for number, one in enumerate(parameters.get("elements", []), start=1):
        found[f"@Element{number}"] = one["frontal_image_url"]
    return found


def names_in(prompt: str, model: ModelSpec) -> list[str]:
    """The names in a prompt, in order, as the model would read them."""
    patterns = {text.replace("{n}", "\0") for text in model.names.values()}
    pattern = "|".join(re.escape(one).replace("\0", r"\d+").replace("\\\0", r"\d+") for one in patterns)
    return re.findall(pattern, prompt)


@settings(derandomize=True, max_examples=500)
@given(st.data(), specs)
@pytest.mark.exhaustive
def test_each_name_in_what_is_sent_points_to_the_bytes_its_user_meant(data: st.DataObject, model: ModelSpec) -> None:
    images = data.draw(st.sets(st.integers(1, 7), max_size=4))
    elements = data.draw(st.sets(st.integers(1, 3), max_size=2 if images else 3))
    held = [Slot(SlotKind.IMAGE, n) for n in sorted(images)] + [Slot(SlotKind.ELEMENT, n) for n in sorted(elements)]
    if not held:
        return
    faces = tuple(data.draw(st.lists(st.sampled_from(held), unique=True, max_size=3)))
    mentions = data.draw(st.lists(st.sampled_from(held), min_size=1, max_size=5))
    prompt = "".join(f"{slot}{data.draw(st.sampled_from(AROUND))}" for slot in mentions)
    asked = VideoRequest(
        prompt=prompt,
        images={n: picture(n) for n in images},
        elements={n: element(n, angles=n) for n in elements},
        start=picture(99) if model.start else None,
        faces=faces,
    )
    check_request(asked, model)
    urls = {view.key: f"https://cdn.example/{view.key}" for view in asked.views()}
    parameters = dict(generation_request(asked, model, urls, namespace=None).parameters)
    known = named(parameters, model)
    meant = [f"image{s.number}" if s.kind is SlotKind.IMAGE else f"element{s.number}_front" for s in mentions]
    found = names_in(str(parameters["prompt"]), model)
    assert [known[name] for name in found] == [f"https://cdn.example/{key}" for key in meant]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@Image2 and @Image5", "image 1 and image 2"),
        ("@Image2and@Image5", "image 1 and image 2"),
        ("让@Image5跑", "让 image 2 跑"),
        ("take image 5, then @img2", "take image 2, then image 1"),
        ("an image 5 of imagery", "an image 2 of imagery"),
        ("image 55 and image 5x", "image 55 and image 5x"),
    ],
)
def test_a_model_that_writes_words_is_sent_words_and_words_are_renumbered(typed: str, sent: str) -> None:
    model = spec("image {n}", faces=False, elements=False, frames=False)
    asked = VideoRequest(prompt=typed, images={2: picture(2), 5: picture(5)}, elements={})
    urls = {"image2": "https://cdn.example/2", "image5": "https://cdn.example/5"}
    assert generation_request(asked, model, urls, namespace=None).parameters["prompt"] == sent


def test_an_elements_pictures_go_as_images_the_fronts_first_and_as_many_as_there_is_room_for() -> None:
    model = ModelSpec(
        id="m", name="M", images=ImageField(field="images", most=4), names={"images": "@Image{n}"}, most_references=4
    )
    asked = VideoRequest(
        prompt="@Element2 by @Image1, @Element1",
        images={1: picture(1)},
        elements={1: element(1, angles=2), 2: Element(front=picture(20), angles={})},
    )
    urls = {view.key: view.key for view in asked.views()}
    parameters = generation_request(asked, model, urls, namespace=None).parameters
    assert parameters["images"] == ["image1", "element1_front", "element2_front", "element1_angle1"]
    assert parameters["prompt"] == "@Image3 by @Image1, @Image2"
