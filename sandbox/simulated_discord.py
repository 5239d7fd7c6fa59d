"""SimCord's Discord, which looks soon again whether the bot has done what there is to do."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import discord
import simcord

from bot.client import VideoBot

_LOOK_EVERY: Final = 0.01


class SimulatedDiscord(simcord.Env):
    """SimCord's Discord around a bot; it looks five times as often as SimCord does, so nobody waits for a look."""

    async def _settle_internal(self, *, idle: float = _LOOK_EVERY, **given: Any) -> None:  # noqa: ANN401 - SimCord's own
        await super()._settle_internal(idle=min(idle, _LOOK_EVERY), **given)


class run_in_simulated_discord(simcord.run):  # noqa: N801 - as SimCord names its own
    """A bot that is ready in a Discord of its own, for the length of a block."""

    def __init__(self, bot: discord.Client, **options: Any) -> None:  # noqa: ANN401
        self._env = SimulatedDiscord(bot, **options)


def share_extensions(bot: VideoBot) -> None:
    """Let a bot load its extensions from the modules that an earlier bot of this process has imported.

    discord.py runs each module anew for each bot, which is a quarter of a simulated world's start.
    """

    async def load(name: str, *, package: str | None = None) -> None:
        await import_module(name, package).setup(bot)

    bot.load_extension = load  # type: ignore[method-assign]
