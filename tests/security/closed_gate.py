"""Buttons pressed by somebody who is not let in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from discord import ui

from cogs.replies import Buttons
from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.admins import admin, rows, says

BLOCKED: Final = ENGLISH("gate.blocked")


UNKNOWN: Final = ENGLISH("gate.unknown_video")


async def block(here: World, who: Any) -> None:
    """Have an admin block somebody."""
    await says(admin(here, name=f"admin of {who.name}"), here, "admin block", user=who)


async def post_button(here: World, channel: Any, custom_id: str) -> Any:
    """A message of the bot's with a button that nothing of ours put there."""
    button: ui.Button[ui.View] = ui.Button(label="Press me", custom_id=custom_id)
    sent = await here.parts.bot.get_partial_messageable(channel.id).send("Look", view=Buttons(button))
    return await here.until(lambda: next((m for m in channel.history() if m.id == sent.id), None))


def job_id(folder: Path) -> str:
    """The id of the only job."""
    [[found]] = rows(folder, "SELECT id FROM jobs")
    return str(found)
