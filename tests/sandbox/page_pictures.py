"""The pictures of a conversation in the README: ``python -m tests.sandbox.page_pictures`` writes them anew.

The real bot on the sandbox's page, photographed by the Chromium of this machine. ``sandbox.png`` there is the
picture that ``test_page_in_chromium.py`` leaves in ``artefacts/``.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from sandbox.page import PROJECT, page, write_pictures
from sandbox.texts import saying
from tests.sandbox.browser import Box, Tab, browser, chromium
from tests.sandbox.test_page_in_chromium import VIDEO, ask_for_video, open_page, play, says, type_command

FOLDER = PROJECT / "docs" / "images"
PROMPT = "@Element1 flies into the scene and lands on the table next to the ox in @Image1"
_FILES = {"image1": "ox-in-a-meadow.png", "element1_front": "bird-front.png", "element1_angle1": "bird-side.png"}
_SIZE = (1000, 1400)
_MOMENT = 2.5


async def around(tab: Tab, name: str, element: str) -> Box:
    """Where an element is that a script finds; ``name`` becomes its id."""
    await tab.until(element)
    await tab.run(f"{element}.id = '{name}'")
    return await tab.box(f"#{name}")


def message(text: str) -> str:
    """The script that finds the message that says something."""
    messages = "[...document.querySelectorAll('#channel-timeline .channel-message')]"
    return f"{messages}.find(message => message.innerText.includes('{text}'))"


def save(name: str, png: bytes) -> None:
    """Keep a picture for the README, in few bytes."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(FOLDER / f"{name}.png", optimize=True)


async def main(program: str) -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / "chosen"
        write_pictures(chosen)
        async with page(Path(folder), seconds=1) as served, browser(program, size=_SIZE) as tab:
            await open_page(tab, served.preview.url)
            await ask_for_video(tab, PROMPT, {option: chosen / name for option, name in _FILES.items()})
            await tab.until(says(saying("result.ready")))
            await play(tab)
            await tab.run(f"{VIDEO}.pause(), {VIDEO}.currentTime = {_MOMENT}")
            await tab.until(f"!{VIDEO}.seeking && {VIDEO}.readyState >= 2")
            await tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
            save("result", await tab.photograph(await around(tab, "result", message(saying("result.ready")))))
            save("board", await tab.photograph(await around(tab, "board", message("@Element1 angle 1"))))
            await type_command(tab, "studio")
            await tab.until("document.activeElement.matches('.command-chip')")
            await tab.press("Enter")
            await tab.until("document.querySelector('.modal-dialog')")
            await tab.run("document.querySelector('.modal-dialog').style.maxHeight = 'none'")
            save("form", await tab.photograph(await tab.box(".modal-dialog")))


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("Chromium is not on this machine.")
    asyncio.run(main(found))
