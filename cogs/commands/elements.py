"""``/element``: elements that are kept under a name. Every answer is private."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.request import Element
from bot.errors import RequestError
from bot.services.services import Services
from cogs.adapter.pictures import picture, pictures
from cogs.replies import Interaction, answer_privately
from cogs.ui.element_cards import choice_label, list_card, saved_card, show_card
from cogs.ui.markdown import escape

Choices = list[app_commands.Choice[str]]
_NAME: Final = "Its name, as you write it behind the @ in a prompt"


async def element_choices(interaction: Interaction, services: Services, typed: str, *, own: bool = False) -> Choices:
    """The elements that somebody can choose from, while they type."""
    found = await services.elements.choices(
        typed, user_id=interaction.user.id, guild_id=interaction.guild_id or 0, own=own
    )
    return [app_commands.Choice(name=choice_label(one, interaction.user.id), value=one.name) for one in found]


class ElementCog(commands.Cog):
    """The saved cast."""

    element = app_commands.Group(
        name="element",
        description="Keep elements under a name, and use them in any prompt",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )

    def __init__(self, services: Services) -> None:
        self._services = services

    @element.command(name="save", description="Keep an element: a front view and up to three other views")
    @app_commands.describe(
        name="What you want to write behind the @ in a prompt: 2 to 32 letters, digits, _ or -",
        front="The front view",
        angle1="Another view",
        angle2="Another view",
        angle3="Another view",
        share="Whether everybody in this server may use it (they see that it is yours)",
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
            raise RequestError("There is nobody to share it with here. Please save it in the server to share it with.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        saved = await self._services.elements.save(
            name,
            Element(front=picture(front), angles=pictures(angle1, angle2, angle3)),
            user_id=interaction.user.id,
            user_name=interaction.user.display_name,
            guild_id=(interaction.guild_id or 0) if share else 0,
            asked_in=interaction.guild_id or 0,
        )
        await answer_privately(interaction, saved_card(saved.element, saved.notes))

    @element.command(name="list", description="List your elements, and those that others share here")
    async def list(self, interaction: Interaction) -> None:
        """List what can be used here."""
        found, count = await self._services.elements.listed(interaction.user.id, interaction.guild_id or 0)
        await answer_privately(interaction, list_card(found, count, interaction.user.id))

    @element.command(name="show", description="Show the pictures of an element")
    @app_commands.describe(name=_NAME)
    async def show(self, interaction: Interaction, name: str) -> None:
        """Show an element."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._services.elements.find(
            name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        card, files = show_card(found, await self._services.elements.pictures(found), interaction.user.id)
        await answer_privately(interaction, card, files)

    @element.command(name="rename", description="Give one of your elements another name")
    @app_commands.describe(name=_NAME, new_name="Its new name")
    async def rename(self, interaction: Interaction, name: str, new_name: str) -> None:
        """Rename an element."""
        was, new = await self._services.elements.rename(
            name, new_name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        await answer_privately(interaction, f"@{escape(was.name)} is now @{escape(new)}.")

    @element.command(name="delete", description="Delete one of your elements and its pictures")
    @app_commands.describe(name=_NAME)
    async def delete(self, interaction: Interaction, name: str) -> None:
        """Delete an element."""
        was = await self._services.elements.delete(
            name, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )
        await answer_privately(interaction, f"@{escape(was.name)} is deleted, with its pictures.")

    @show.autocomplete("name")
    async def _any(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, self._services, typed)

    @rename.autocomplete("name")
    @delete.autocomplete("name")
    async def _own(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, self._services, typed, own=True)
