"""Requests in servers of strangers."""

from typing import Any

from sandbox.discord import Upload
from tests.process.harness import Harness
from tests.support import picture_bytes


async def ask(here: Harness, channel: Any, user: Any) -> Any:
    """The message that a command is answered with."""
    picture = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
    asked = await here.discord.slash(channel, user, "video", {"prompt": "The ox of @Image1 dances", "image1": picture})
    await asked.answered()
    return asked.original
