"""The workbench: a request that is not ready is mended in one private panel, without giving anything anew."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.test_video import ask, in_thread, made
from tests.cogs.test_ways_in import cdn
from tests.cogs.workbench import edit, names, press, remove
from tests.support import picture_bytes, png, private, text_of


async def overfull(here: World) -> Any:
    """The workbench of seven images and an element."""
    images = {f"image{n}": png(seed=n) for n in range(1, 8)}
    return private(await ask(here, prompt="@Image7 and @Element1", **images, element1_front=png(seed=8)))


@pytest.mark.parametrize("number", [1, 4, 6])
async def test_any_image_of_too_many_is_removed_and_the_rest_are_made(tmp_path: Path, number: int) -> None:
    async with world(tmp_path) as here:
        panel = await overfull(here)
        assert "The limit is 7. Remove 1." in text_of(panel)
        assert names(panel) == ["@Image1", "@Image2", "@Image3", "@Image4"]
        if number > 4:
            panel = await press(here, panel, "Next")
        panel = await remove(here, panel, f"@Image{number}")
        assert "The limit is 7" not in text_of(panel)
        card = await here.alice.click(panel, label="Make")
        assert not card.ephemeral
        body = here.oxen.generations[await made(here)].body
        assert body["prompt"] == "@Image6 and @Element1"
        kept = [n for n in range(1, 8) if n != number]
        assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(n) for n in kept]
        assert len(body["elements"]) == 1


async def test_a_video_that_failed_is_edited_on_the_workbench_and_made_once_however_often_that_is_pressed(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        await ask(here, prompt="@Image1 @Element1", image1=png(seed=1), element1_front=png(seed=2))
        here.oxen.fail(await made(here), "too dark")
        failed = await in_thread(here, saying("result.failed"))
        panel = private(await here.alice.click(failed, label=saying("button.edit_again")))
        assert names(panel) == ["@Image1", "@Element1"]
        panel = await remove(here, panel, "@Element1")
        panel = await edit(here, panel, "@Image1 dances alone")
        assert "dances alone" in text_of(panel)
        assert not (await here.alice.click(panel, label="Make")).ephemeral
        again = private(await here.alice.click(panel, label="Make"))
        assert saying("error.already_started") in text_of(again)
        body = here.oxen.generations[await made(here, 2)].body
        assert body["prompt"] == "@Image1 dances alone"
        await here.quiet()
        assert here.oxen.started == 2
