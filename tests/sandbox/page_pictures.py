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
from typing import Any

from PIL import Image

from cogs.ui.texts import ENGLISH
from sandbox.conversation_list import PHONE_WIDTH
from sandbox.drawings import bird_from_the_front, ox_in_a_meadow
from sandbox.page import PROJECT, page, write_pictures
from sandbox.page_server import draw_as_discord
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.messages import fill
from tests.cogs.stories import newest_result, recorded
from tests.sandbox.browser import Box, Tab, browser, chromium
from tests.sandbox.page_user import VIDEO, ask_for_video, open_page, play, says, type_command
from tests.sandbox.people import IS_IDLE, drawn
from tests.support import private

FOLDER = PROJECT / "docs" / "images"
PROMPT = "@Element1 flies into the scene and lands on the table next to the ox in @Image1"
_FILES = {"image1": "ox-in-a-meadow.png", "element1_front": "bird-front.png", "element1_angle1": "bird-side.png"}
_SIZE = (1000, 1400)
_MOMENT = 2.5
_VIDEOS = "[...document.querySelectorAll('video')]"
_PHONE = (PHONE_WIDTH, 2400)
_SHOTS = {
    2: "Take @Image1 as the start frame. The bird looks around and sings",
    3: "Take @Image1 as the start frame. The ox falls asleep, the bird flies away",
}


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


async def conversation(program: str) -> None:
    """A video in its thread, and the form."""
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


async def private_answers(program: str) -> None:
    """The workbench, a story, and ``/videos`` of whoever makes it, as on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            world(Path(folder), seconds=1, render=True, quota_daily_seconds=600) as here,
            browser(program, size=_PHONE) as tab,
        ):
            ox, bird = ("ox.png", ox_in_a_meadow()), ("bird.png", bird_from_the_front())
            files = {f"image{n}": ox if n % 2 else bird for n in range(1, 8)}
            full = await here.alice.slash(here.channel, "video", prompt=PROMPT, element1_front=bird, **files)
            await picture(here, tab, "workbench", private(full))
            await here.alice.slash(here.channel, "video", prompt=f"{PROMPT}.", image1=ox, element1_front=bird)
            message = await newest(here, 1)
            for number, prompt in _SHOTS.items():
                form = await here.alice.click(message, label=ENGLISH("button.last_frame"))
                await fill(here, form, prompt, None, None, None, ["5 16:9"])
                message = await newest(here, number)
            await picture(here, tab, "story", message)
            listed = private(await here.alice.slash(here.channel, "videos"))
            await picture(here, tab, "videos", listed)


async def newest(here: World, number: int) -> Any:
    """The message with the newest video, the ``number``-th, once it is written down."""
    message = await here.until(lambda: newest_result(here, number))
    await recorded(here)
    return message


async def picture(here: World, tab: Tab, name: str, shown: Any) -> None:
    """Photograph a message as alice sees it."""
    places = {place.id: place for place in (here.channel, *here.channel.threads)}
    place = places[getattr(shown, "channel_id", 0) or shown.channel.id]
    preview = here.env.preview(
        place, viewers=[here.alice], layout="channel", display="fixed", width=_PHONE[0], height=_PHONE[1]
    )
    async with draw_as_discord(preview):
        await tab.open(preview.url)
        await tab.until(drawn(shown.id))
        await tab.until(IS_IDLE)
        selector = f'.channel-message[data-message-id="{shown.id}"]'
        await tab.run(f"document.querySelector('{selector}').scrollIntoView()")
        await tab.run(f"{_VIDEOS}.forEach(video => video.currentTime = {_MOMENT})")
        await tab.until(f"{_VIDEOS}.every(video => !video.seeking && video.readyState >= 2)")
        save(name, await tab.photograph(await tab.box(selector)))


async def main(program: str) -> None:
    """Write the pictures."""
    await conversation(program)
    await private_answers(program)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("Chromium is not on this machine.")
    asyncio.run(main(found))
