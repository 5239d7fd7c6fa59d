"""Videos asked for in a simulated channel, and what is told of them."""

from typing import Any

from sandbox.texts import saying
from sandbox.world import World
from tests.support import (
    png,
    text_of,
)

READY = saying("result.ready")


FAILED = saying("result.failed")


async def ask(here: World, where: Any = None, **options: Any) -> Any:
    """Alice asks for a video with one picture, unless told otherwise."""
    values: dict[str, Any] = {"prompt": "The ox of @Image1 dances", "image1": png()}
    given = {name: value for name, value in (values | options).items() if value is not None}
    return await here.alice.slash(where or here.channel, "video", **given)


async def made(here: World, number: int = 1) -> str:
    """The id of the newest generation, once Oxen has it."""
    await here.oxen.wait_for_generation(number)
    return list(here.oxen.generations)[-1]


def told(here: World, where: Any, words: str) -> Any:
    """The newest message of a place that says something."""
    return next((message for message in reversed(where.history()) if words in text_of(message)), None)


async def in_thread(here: World, words: str) -> Any:
    thread = await here.until(here.thread)
    return await here.until(lambda: told(here, thread, words))


async def card_says(here: World, where: Any, words: str) -> Any:
    return await here.until(lambda: next((m for m in where.history() if words in text_of(m)), None))
