"""Stories of several shots, played in a simulated channel."""

import asyncio
import functools
from typing import Any

from PIL import Image

from sandbox.oxen.clips import encode
from sandbox.texts import saying
from sandbox.world import WAIT_SECONDS, World
from tests.cogs.messages import fill
from tests.cogs.videos import made
from tests.support import text_of

READY = saying("result.ready")


FPS = 4


@functools.cache
def clip(seconds: int = 5, size: tuple[int, int] = (640, 360)) -> bytes:
    """A real video whose last frame is large enough to go on from."""
    shades = (Image.new("RGB", size, (40 + 5 * index, 90, 200)) for index in range(seconds * FPS))
    return encode(shades, size=size, fps=FPS)


async def result(here: World, number: int) -> Any:
    """Let Oxen finish the newest generation, the ``number``-th; the message with its video."""
    here.oxen.succeed(await made(here, number), clip())
    message = await here.until(lambda: newest_result(here, number))
    await recorded(here)
    return message


async def recorded(here: World) -> None:
    """Wait until it is written down of every video that it was sent."""
    written = asyncio.Event()
    here.parts.store.observe(lambda _update: written.set())
    while True:
        written.clear()
        if not await here.parts.store.unfinished():
            return
        await written.wait()


async def joins_recorded(here: World) -> None:
    """Wait until it is written down of every join what came of it; nothing tells of that."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            if not await here.parts.storage.joins.untold():
                return
            await asyncio.sleep(0.01)


def newest_result(here: World, number: int) -> Any:
    found = [m for thread in here.channel.threads for m in thread.history() if READY in text_of(m)]
    return max(found, key=lambda m: int(m.id)) if len(found) == number else None


async def go_on(here: World, message: Any, number: int, prompt: str = "then @Image1 moves on") -> Any:
    """Alice continues a video; the message with the next one."""
    form = await here.alice.click(message, label=saying("button.last_frame"))
    sent = await fill(here, form, prompt, None, None, None, ["5 16:9"])
    assert not sent.ephemeral, text_of(sent.response)
    return await result(here, number)


JOINED = saying("join.ready")


async def joined(here: World) -> Any:
    """The message with the joined video, once it is there."""

    def look() -> Any:
        places = [here.channel, *here.channel.threads]
        return next((m for place in places for m in place.history() if JOINED in text_of(m)), None)

    return await here.until(look)
