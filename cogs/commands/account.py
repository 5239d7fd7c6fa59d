"""``/quota`` and ``/jobs``: what is left, and what became of one's videos. Both answer in private."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.services.services import Services
from cogs.interaction_context import role_ids
from cogs.replies import Interaction, answer_privately
from cogs.ui.buttons import show_jobs
from cogs.ui.quota_cards import quota_card


class AccountCog(commands.Cog):
    """A user's own numbers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name="quota", description="Show what you have left, and when there is more")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def quota(self, interaction: Interaction) -> None:
        """Show the quota."""
        view, lines = await self._services.quotas.quota(
            interaction.user.id, interaction.guild_id or 0, role_ids(interaction.user)
        )
        await answer_privately(interaction, quota_card(view, lines))

    @app_commands.command(name="jobs", description="List your running and recent videos")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def jobs(self, interaction: Interaction) -> None:
        """List the videos."""
        await show_jobs(interaction, self._services)
