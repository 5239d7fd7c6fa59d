"""Results in a simulated channel, and what people do with them."""

from typing import Any

import discord

from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import READY, ask, in_thread, made, told
from tests.support import walk


async def result(here: World) -> Any:
    """A result of alice's in its thread."""
    await ask(here)
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, READY)
    await here.until(lambda: told(here, here.channel, saying("card.done")))
    return ready


def is_there(here: World, message: Any) -> bool:
    thread = here.thread()
    assert thread is not None
    return any(one.id == message.id for one in thread.history())


def someone(here: World, name: str, **permissions: bool) -> Any:
    role = here.guild.create_role(name, permissions=discord.Permissions(**permissions))
    return here.guild.add_member(here.env.create_user(name), roles=[role])


def hides(message: Any) -> list[bool]:
    """Whether each thing that a message shows is hidden."""
    shown = [part for part in walk(message.components) if part["type"] == 11]
    shown += [entry for part in walk(message.components) if part["type"] == 12 for entry in part["items"]]
    return [bool(one.get("spoiler")) for one in shown]
