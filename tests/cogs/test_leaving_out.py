"""Leaving references out: a request with too many is mended in the form, without attaching anything anew."""

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.test_cast import answer, save
from tests.cogs.test_video import ask, in_thread, made
from tests.cogs.test_ways_in import cdn, fill
from tests.support import picture_bytes, png


def labels(form: Any) -> list[str]:
    """The labels of a form's fields."""
    return [row["label"] for row in form.modal["components"] if "label" in row]


def can_leave_out(form: Any) -> list[str]:
    """What a form offers to leave out."""
    [row] = [row for row in form.modal["components"] if row.get("label") == "Leave out"]
    return [option["label"] for option in row["component"]["options"]]


async def too_many(here: World) -> Any:
    """The refusal of seven images and an element."""
    images = {f"image{n}": png(seed=n) for n in range(1, 8)}
    refused = await ask(here, prompt="@Image7 and @Element1", **images, element1_front=png(seed=8))
    assert "The limit is 7. Remove 1." in answer(refused)
    return refused.response


@pytest.mark.parametrize("number", range(1, 8))
async def test_any_image_of_too_many_can_be_left_out(tmp_path: Path, number: int) -> None:
    async with world(tmp_path) as here:
        form = await here.alice.click(await too_many(here), label="Edit")
        assert can_leave_out(form) == [*(f"@Image{n}" for n in range(1, 8)), "@Element1"]
        assert len(form.modal["components"]) == 5
        kept = [n for n in range(1, 8) if n != number]
        await fill(here, form, f"@Image{kept[-1]} and @Element1", None, None, [f"image{number}"], ["5 16:9"])
        body = here.oxen.generations[await made(here)].body
        assert body["prompt"] == "@Image6 and @Element1"
        assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(n) for n in kept]
        assert len(body["elements"]) == 1


async def test_the_element_and_several_images_can_be_left_out_too(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        form = await here.alice.click(await too_many(here), label="Edit")
        left_out = ["element1", "image1", "image2"]
        await fill(here, form, "@Image7 and @Image3", None, None, left_out, ["5 16:9"])
        body = here.oxen.generations[await made(here)].body
        assert body["prompt"] == "@Image5 and @Image1"
        assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(n) for n in range(3, 8)]
        assert "elements" not in body


async def test_a_name_of_what_was_left_out_is_refused_and_the_form_opens_once_more(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        form = await here.alice.click(await too_many(here), label="Edit")
        again = await fill(here, form, "@Image7 and @Element1", None, None, ["image7"], ["5 16:9"])
        assert "there's no picture in image7" in answer(again)
        form = await here.alice.click(again.response, label="Edit")
        assert can_leave_out(form) == [*(f"@Image{n}" for n in range(1, 7)), "@Element1"]


async def test_nothing_is_left_out_unless_it_is_chosen(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await ask(here, prompt="@Image1 @Element1", image1=png(seed=1), element1_front=png(seed=2))
        here.oxen.fail(await made(here), "too dark")
        form = await here.alice.click(await in_thread(here, saying("result.failed")), label=saying("button.edit_again"))
        await fill(here, form, "@Image1 @Element1", None, None, None, ["5 16:9"])
        body = here.oxen.generations[await made(here, 2)].body
        assert (len(body["input_image"]), len(body["elements"])) == (1, 1)


async def test_a_saved_element_that_was_brought_in_can_be_left_out(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await save(here)
        refused = await ask(here, prompt="@Image2", image1=png(seed=1), saved_element="bloxy")
        form = await here.alice.click(refused.response, label="Edit")
        assert can_leave_out(form) == ["@Image1", "@bloxy"]
        await fill(here, form, "@Image1 dances", None, None, ["use"], ["5 16:9"])
        assert "elements" not in here.oxen.generations[await made(here)].body


async def test_a_single_image_is_replaced_by_another_so_its_form_has_both_elements(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        refused = await ask(here, prompt="@Image2")
        form = await here.alice.click(refused.response, label="Edit")
        assert labels(form) == ["Prompt", "Images", "Element 1", "Element 2", ENGLISH("form.kind")]
