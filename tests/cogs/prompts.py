"""Requests whose prompt is asked about."""

from typing import Any

from sandbox.world import World
from tests.cogs.videos import ask
from tests.support import png, private

TWO = {"image1": png(seed=1), "image2": png(seed=2)}


async def asked(here: World) -> Any:
    """The workbench of a prompt that names none of its two pictures."""
    return private(await ask(here, prompt="a dance", **TWO))
