"""**Add to my references**: pictures collected from several messages, shown in private with their buttons."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.reference_draft import Draft
from bot.errors import RequestError
from bot.text import text
from cogs.adapter.pictures import pictures_of
from cogs.commands.message_commands import message_command
from cogs.replies import Interaction, answer_privately
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.element_cards import draft_card
from cogs.ui.forms import PromptForm
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_text


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
        await answer_privately(interaction, draft_card(added.draft, added.notes, texts_of(interaction)))


class DraftPictureButton(ButtonBase, template=custom_ids.DRAFT_ONE):
    """Beside a picture: moves it up, or takes it out."""

    async def press(self, interaction: Interaction) -> None:
        """Move it up, or take it out."""
        drafts = interaction.client.services.drafts
        change = drafts.move_up if self.given["what"] == "up" else drafts.remove
        await _show(interaction, await change(interaction.user.id, self.given["digest"]))


class DraftButton(ButtonBase, template=custom_ids.DRAFT_ALL):
    """For all pictures: makes a video of them, or takes all of them out."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form, or clear the draft."""
        drafts = interaction.client.services.drafts
        if self.given["what"] == "clear":
            await drafts.clear(interaction.user.id)
            await _show(interaction, ())
            return
        draft = await drafts.get(interaction.user.id)
        if not draft:
            raise RequestError(text("answer.draft_empty"))
        images = dict(enumerate(draft, start=1))
        form = PromptForm(interaction.client.services, images, texts_of(interaction))
        await interaction.response.send_modal(form)


async def _show(interaction: Interaction, draft: Draft) -> None:
    card = draft_card(draft, texts=texts_of(interaction))
    await interaction.response.edit_message(view=card, allowed_mentions=discord.AllowedMentions.none())


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(ReferenceCog(bot))
    bot.add_dynamic_items(DraftPictureButton, DraftButton)
