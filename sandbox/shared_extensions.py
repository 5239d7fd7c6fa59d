"""A bot's extensions in simulated worlds: imported once a process."""

from __future__ import annotations

from importlib import import_module

from bot.client import VideoBot


def share_extensions(bot: VideoBot) -> None:
    """Let a bot load its extensions from the modules that an earlier bot of this process has imported.

    discord.py runs each module anew for each bot, which is a quarter of a simulated world's start.
    """

    async def load(name: str, *, package: str | None = None) -> None:
        await import_module(name, package).setup(bot)

    bot.load_extension = load  # type: ignore[method-assign]
