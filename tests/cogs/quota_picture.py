"""The picture of ``/quota`` in the README: ``python -m tests.cogs.quota_picture`` writes it anew.

The real answer of the real bot, in SimCord's preview, photographed by the Chromium of this machine. The picture
carries what was photographed, so that a test can tell when the bot's answer is another one by now.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin
from tests.cogs.videos import ask, made
from tests.support import picture_bytes, text_of, walk

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "quota.png"
_SOURCE = "Source"
_WINDOW = (960, 900)
_LEFT, _RIGHT, _HEAD = 272, 944, 84
_ACCENT_X, _ACCENT = 330, (0x58, 0x65, 0xF2)


async def live(here: World) -> Any:
    """A day of alice's: two videos, one that failed, one in the making, and a grant from an admin."""
    await admin(here).slash(here.channel, "admin grant", user=here.alice, seconds=30, expires="30d")
    for number, (prompt, seconds, end) in enumerate(
        (
            ("The ox of @Image1 dances in the rain", 10, saying("result.ready")),
            ("@Image1 eats the moon", 5, saying("result.failed")),
            ("The bird of @Image1 lands on the table next to the ox", 5, saying("result.ready")),
            ("@Image1 waves goodbye", 5, None),
        ),
        start=1,
    ):
        await ask(here, prompt=prompt, duration=seconds, image1=("ox.png", picture_bytes(number)))
        generation = await made(here, number)
        if end is None:
            break
        if end == saying("result.ready"):
            here.oxen.succeed(generation)
        else:
            here.oxen.fail(generation, "the moon is not on the picture")
        await here.until(partial(_says, here, number - 1, end))
        await here.quiet()
    return here.guild.create_text_channel("quota")


def _says(here: World, at: int, words: str) -> bool:
    threads = here.channel.threads
    return len(threads) > at and any(words in text_of(message) for message in threads[at].history())


def source_of(message: Any) -> str:
    """What is photographed of a message: its components in order, each with its text; moments are left open."""
    parts = [f"{item['type']} {item.get('content', '')}" for item in walk(message.components)]
    return re.sub(r"<t:\d+:", "<t:…:", "\n".join(parts))


def recorded_source(picture: Path) -> str:
    """What a picture says that it was made of; empty where it says nothing."""
    with Image.open(picture) as opened:
        return str(opened.info.get(_SOURCE, ""))


async def photograph(url: str, target: Path, browser: str) -> None:
    """Have the browser write what a page shows."""
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=6000")
    size = f"--window-size={_WINDOW[0]},{_WINDOW[1]}"
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        browser, *options, size, f"--screenshot={target}", url, stdout=quiet, stderr=quiet
    )
    async with asyncio.timeout(60):
        await process.wait()


def crop(shot: Path) -> Image.Image:
    """The message alone: from a little above the coloured edge of its card to where that ends."""
    whole = Image.open(shot).convert("RGB")
    edge = [y for y in range(whole.height) if _near(whole.getpixel((_ACCENT_X, y)))]
    return whole.crop((_LEFT, edge[0] - _HEAD, _RIGHT, edge[-1] + 14))


def _near(pixel: Any) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, _ACCENT, strict=True))


async def main(browser: str) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder), quota_monthly_seconds=600) as here:
            channel = await live(here)
            async with here.env.preview(channel, viewers=[here.alice], layout="channel") as preview:
                answer = await here.alice.slash(channel, "quota")
                noted = PngInfo()
                noted.add_itxt(_SOURCE, source_of(answer.response))
                await preview.refresh()
                shot = Path(folder) / "shot.png"
                await photograph(preview.url, shot, browser)
                PICTURE.parent.mkdir(parents=True, exist_ok=True)
                crop(shot).save(PICTURE, optimize=True, pnginfo=noted)


if __name__ == "__main__":
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium is not on this machine.")
    asyncio.run(main(found))
