"""**Add to my next video**: pictures collected from several messages, shown on the workbench."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import RequestError
from bot.text import text
from cogs.adapter.pictures import pictures_of
from cogs.commands.message_commands import message_command
from cogs.replies import Interaction
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.texts.commands import command_text
from cogs.workbench import open_workbench


class ReferenceCog(commands.Cog):
    """Collecting references."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        self._menu = message_command(command_text("add_from_message"), self.add_from_message)

    async def cog_load(self) -> None:
        """Add the command on messages."""
        self._bot.tree.add_command(self._menu)

    async def add_from_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Add the pictures of a message to one's draft."""
        found = pictures_of(message)
        if not found:
            raise RequestError(text("answer.no_pictures_in_message"))
        await interaction.response.defer(ephemeral=True, thinking=True)
        added = await self._bot.services.drafts.add(interaction.user.id, found)
        pending = await self._bot.services.prompt_checks.collect(added.draft, user_id=interaction.user.id)
        await open_workbench(interaction, pending, notes=added.notes)


class DraftButton(ButtonBase, template=custom_ids.DRAFT):
    """Under collected pictures as earlier versions showed them."""

    async def press(self, interaction: Interaction) -> None:
        """Show them on the workbench."""
        services, user_id = interaction.client.services, interaction.user.id
        draft = await services.drafts.get(user_id)
        if not draft:
            raise RequestError(text("answer.draft_empty"))
        await open_workbench(interaction, await services.prompt_checks.collect(draft, user_id=user_id))


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(ReferenceCog(bot))
    bot.add_dynamic_items(DraftButton)
