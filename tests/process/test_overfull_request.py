"""A request with too much in it, mended against a Discord on a socket that checks what it is sent."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Upload
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

pytestmark = pytest.mark.exhaustive


def picture(seed: int) -> Upload:
    """A picture as somebody attaches it."""
    return Upload(filename=f"p{seed}.png", data=picture_bytes(seed), content_type="image/png")


async def overfull(here: Harness) -> Any:
    """The private answer to seven images and an element."""
    images = {f"image{n}": picture(n) for n in range(2, 8)}
    asked = await here.ask("@Image7 and @Element1", **images, element1_front=picture(8))
    return await asked.message()


def with_label(panel: Any, label: str, number: int = 1) -> str:
    """The custom id of the n-th button with a label."""
    ids = [part["custom_id"] for part in panel.buttons if part.get("label") == label]
    return str(ids[number - 1])


async def test_it_is_emptied_before_and_made_after_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here:
        async with here.bot():
            panel = await overfull(here)
            assert "The limit is 7. Remove 1." in panel.text
            await (await here.discord.click(panel, with_label(panel, "Remove", 3), here.alice)).answered()
            assert "The limit is 7" not in panel.text
        async with here.bot():
            pressed = [await here.discord.click(panel, "Make", here.alice) for _ in range(2)]
            for one in pressed:
                await one.answered()
            await here.outcome()
        assert here.oxen.started == 1
        assert here.ledger()["reserve"] == 5


async def test_collected_pictures_are_shown_and_put_in_order(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot():
        message = here.discord.say(here.channel, here.alice, "look", [picture(1), picture(2)])
        added = await here.discord.context_menu(here.channel, here.alice, "Add to my next video", message)
        panel = await added.message()
        shown = [part["media"]["url"] for part in panel.parts() if part["type"] == 11]
        assert len(shown) == 2
        await (await here.discord.click(panel, with_label(panel, "Move up", 2), here.alice)).answered()
        assert panel.text.index("p2.png") < panel.text.index("p1.png")
        again = [part["media"]["url"] for part in panel.parts() if part["type"] == 11]
        assert len(again) == 2
