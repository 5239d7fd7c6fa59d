"""``/element``: elements that are kept under a name. Every answer is private."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from bot.domain.request import Element
from bot.errors import RequestError
from bot.text import Quote, text
from cogs.adapter.pictures import picture, pictures
from cogs.commands.element_choices import Choices, element_choices
from cogs.gate import PURPOSE
from cogs.replies import Interaction, answer_privately
from cogs.ui.element_cards import list_card, saved_card, show_card
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_text


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class ElementCog(commands.GroupCog, group_name="element", group_description=command_text("element")):
    """Saved elements."""

    def __init__(self, bot: VideoBot) -> None:
        self._services = bot.services

    @app_commands.command(name="save", description=command_text("element.save"))
    @app_commands.describe(
        name=command_text("element.save.name"),
        front=command_text("element.save.front"),
        angle1=command_text("element.save.angle"),
        angle2=command_text("element.save.angle"),
        angle3=command_text("element.save.angle"),
        share=command_text("element.save.share"),
    )
    async def save(
        self,
        interaction: Interaction,
        name: str,
        front: discord.Attachment,
        angle1: discord.Attachment | None = None,
        angle2: discord.Attachment | None = None,
        angle3: discord.Attachment | None = None,
        share: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Keep an element."""
        if share and interaction.guild_id is None:
            raise RequestError(text("answer.element_share_in_dm"))
        await interaction.response.defer(ephemeral=True, thinking=True)
        saved = await self._services.elements.save(
            name,
            Element(front=picture(front), angles=pictures(angle1, angle2, angle3)),
            user_id=interaction.user.id,
            user_name=interaction.user.display_name,
            guild_id=(interaction.guild_id or 0) if share else 0,
            asked_in=interaction.guild_id or 0,
        )
        await answer_privately(interaction, saved_card(saved.element, saved.notes, texts_of(interaction)))

    @app_commands.command(name="list", description=command_text("element.list"))
    async def list(self, interaction: Interaction) -> None:
        """List what can be used here."""
        found, count = await self._services.elements.listed(interaction.user.id, interaction.guild_id or 0)
        await answer_privately(interaction, list_card(found, count, interaction.user.id, texts_of(interaction)))

    @app_commands.command(name="show", description=command_text("element.show"))
    @app_commands.describe(name=command_text("element.name"))
    async def show(self, interaction: Interaction, name: str) -> None:
        """Show an element."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._services.elements.find(
            name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        pictures_of_it = await self._services.elements.pictures(found)
        card, files = show_card(found, pictures_of_it, interaction.user.id, texts_of(interaction))
        await answer_privately(interaction, card, files)

    @app_commands.command(name="rename", description=command_text("element.rename"))
    @app_commands.describe(name=command_text("element.name"), new_name=command_text("element.rename.new_name"))
    async def rename(self, interaction: Interaction, name: str, new_name: str) -> None:
        """Rename an element."""
        was, new = await self._services.elements.rename(
            name, new_name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        await answer_privately(interaction, text("answer.element_renamed", old=Quote(was.name), new=Quote(new)))

    @app_commands.command(name="delete", description=command_text("element.delete"), extras={PURPOSE: Purpose.OWN})
    @app_commands.describe(name=command_text("element.name"))
    async def delete(self, interaction: Interaction, name: str) -> None:
        """Delete an element."""
        was = await self._services.elements.delete(
            name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        await answer_privately(interaction, text("answer.element_deleted", name=Quote(was.name)))

    @show.autocomplete("name")
    async def _any(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, typed)

    @rename.autocomplete("name")
    @delete.autocomplete("name")
    async def _own(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, typed, own=True)


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(ElementCog(bot))
