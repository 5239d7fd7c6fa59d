"""What is hidden behind a spoiler."""

from typing import Any

from PIL import Image

from cogs.ui.cards import Layout
from sandbox.oxen.clips import encode
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import in_thread, made
from tests.support import png, walk

HIDDEN = png("SPOILER_ox.png", seed=1)


def shown_by(message: Any) -> dict[str, tuple[bool, str]]:
    """Whether each picture or video that a message shows is hidden, and its file, by its alternative text."""
    is_sent = isinstance(message, Layout)
    items = list(walk(message.to_components() if is_sent else message.components))
    media = [item for item in items if item["type"] == 11]
    media += [entry for item in items if item["type"] == 12 for entry in item["items"]]
    return {
        entry["description"]: (bool(entry.get("spoiler")), entry["media"]["url"].partition("?")[0].rpartition("/")[2])
        for entry in media
    }


async def posted(here: World, number: int = 1) -> tuple[Any, Any]:
    """The board and the result of the newest job, once it is there."""
    generation = await made(here, number)
    frames = (Image.new("RGB", (640, 360), (shade, 0, 0)) for shade in (20, 220))
    here.oxen.succeed(generation, encode(frames, size=(640, 360), fps=1))
    ready = await in_thread(here, saying("result.ready"))
    return await in_thread(here, saying("board.title")), ready


def is_hidden(message: Any, text: str) -> bool:
    """Whether what a message shows under a text is hidden, by its component and by its file."""
    [(hidden, filename)] = [shown for about, shown in shown_by(message).items() if about.startswith(text)]
    assert filename.startswith("SPOILER_") is hidden
    return hidden
