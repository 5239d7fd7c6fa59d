"""``/quota`` and ``/videos``: what is left, and what became of one's videos. Both answer in private."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from bot.domain.video_list import MAX_SEARCH_CHARS, VideoFilter, model_key, searched
from cogs.commands.model_choices import model_choices
from cogs.gate import PURPOSE
from cogs.replies import Interaction
from cogs.ui.buttons import show_quota
from cogs.ui.joined_buttons import JOINED_ITEMS
from cogs.ui.texts.commands import command_text
from cogs.ui.video_list_controls import VIDEO_LIST_ITEMS, show_videos


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
    @app_commands.describe(search=command_text("videos.search"), model=command_text("videos.model"))
    async def videos(
        self,
        interaction: Interaction,
        search: app_commands.Range[str, 1, MAX_SEARCH_CHARS] | None = None,
        model: str | None = None,
    ) -> None:
        """List the videos."""
        models = interaction.client.services.models
        shown = VideoFilter(
            search=searched(search or ""), model=None if model is None else model_key(models.id_of(model))
        )
        await show_videos(interaction, shown)

    @videos.autocomplete("model")
    async def _complete_model(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await model_choices(interaction, typed)


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(AccountCog())
    bot.add_dynamic_items(*VIDEO_LIST_ITEMS, *JOINED_ITEMS)
