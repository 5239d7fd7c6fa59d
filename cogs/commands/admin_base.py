"""What the parts of ``/admin`` have in common. Each has the commands about one subject; together they are one group."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot

Person = discord.Member | discord.User
MAX_SECONDS: Final = 10_000_000
Seconds = app_commands.Range[int, 0, MAX_SECONDS]


class AdminCommands(commands.Cog):
    """A part of ``/admin``."""

    def __init__(self, bot: VideoBot) -> None:
        self._services = bot.services
        self._admins = bot.services.guild_admin
        self._content = bot.services.content_admin
