"""A server that refuses words."""

from typing import Any

from sandbox.world import World
from tests.cogs.admins import admin, says


async def with_filter(here: World, words: str = "bose, bad ox") -> Any:
    """Somebody who manages the server, and put words on its list."""
    ada = admin(here)
    await says(ada, here, "admin words add", word=words)
    return ada
