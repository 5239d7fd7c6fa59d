"""``/quota`` and ``/videos``: what is left, and what became of one's videos. Both answer in private."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from cogs.gate import PURPOSE
from cogs.replies import Interaction
from cogs.ui.buttons import show_jobs, show_quota
from cogs.ui.texts.commands import command_text


class AccountCog(commands.Cog):
    """A user's own numbers."""

    @app_commands.command(name="quota", description=command_text("quota"), extras={PURPOSE: Purpose.OWN})
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def quota(self, interaction: Interaction) -> None:
        """Show the quota."""
        await show_quota(interaction)

    @app_commands.command(name="videos", description=command_text("videos"), extras={PURPOSE: Purpose.OWN})
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def videos(self, interaction: Interaction) -> None:
        """List the videos."""
        await show_jobs(interaction)


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(AccountCog())
