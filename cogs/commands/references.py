"""**Add to my references**: pictures collected from several messages, shown in private with their buttons."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.reference_draft import Draft
from bot.errors import RequestError
from bot.services.services import Services
from cogs.adapter.pictures import pictures_of
from cogs.replies import Interaction, answer_privately
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.element_cards import draft_card
from cogs.ui.forms import PromptForm


class ReferenceCog(commands.Cog):
    """Collecting references."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._add = app_commands.ContextMenu(name="Add to my references", callback=self.add_from_message)
        self._add.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
        self._add.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)

    async def cog_load(self) -> None:
        """Add the command on messages, which a cog cannot declare."""
        self._bot.tree.add_command(self._add)

    async def add_from_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Add the pictures of a message to one's draft."""
        found = pictures_of(message)
        if not found:
            raise RequestError("That message has no picture that I can use. Please choose one with pictures.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        added = await self._services.drafts.add(interaction.user.id, found)
        await answer_privately(interaction, draft_card(added.draft, added.notes))


def draft_buttons(services: Services) -> tuple[type[ButtonBase], ...]:
    """The button classes, bound to the services that they call."""
    drafts = services.drafts

    class OneButton(ButtonBase, template=custom_ids.DRAFT_ONE):
        async def press(self, interaction: Interaction) -> None:
            change = drafts.move_up if self.given["what"] == "up" else drafts.remove
            await _show(interaction, await change(interaction.user.id, self.given["digest"]))

    class AllButton(ButtonBase, template=custom_ids.DRAFT_ALL):
        async def press(self, interaction: Interaction) -> None:
            if self.given["what"] == "clear":
                await drafts.clear(interaction.user.id)
                await _show(interaction, ())
                return
            draft = await drafts.get(interaction.user.id)
            if not draft:
                raise RequestError("You have no references any more: they were used, or cleared. Please add some anew.")
            await interaction.response.send_modal(PromptForm(services, dict(enumerate(draft, start=1))))

    return OneButton, AllButton


async def _show(interaction: Interaction, draft: Draft) -> None:
    await interaction.response.edit_message(view=draft_card(draft), allowed_mentions=discord.AllowedMentions.none())
