"""Pictures asked for with `/image`, and what is told of them."""

from __future__ import annotations

from typing import Any

from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.texts import saying
from sandbox.world import World
from tests.support import text_of

ON: dict[str, Any] = {"oxen_image_models": IMAGE_MODEL}


READY = saying("image.ready")


def told(here: World, words: str) -> Any:
    """The message in a thread that says something, if there is one."""
    said = [message for thread in here.channel.threads for message in thread.history()]
    return next((message for message in said if words in text_of(message)), None)


async def ask(here: World, prompt: str = "The front of an ox", **options: Any) -> Any:
    return await here.alice.slash(here.channel, "image", prompt=prompt, **options)


async def made(here: World, number: int = 1) -> Any:
    """A picture that Oxen made, as it was posted."""
    generation = await here.oxen.wait_for_generation(number)
    here.oxen.succeed(generation.id)
    return await here.until(lambda: told(here, READY))
