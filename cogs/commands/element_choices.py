"""Completing the name of a saved element."""

from __future__ import annotations

from discord import app_commands

from cogs.replies import Interaction
from cogs.ui.element_cards import choice_label
from cogs.ui.texts import texts_of

Choices = list[app_commands.Choice[str]]


async def element_choices(interaction: Interaction, typed: str, *, own: bool = False) -> Choices:
    """The elements that somebody can choose from, while they type."""
    texts = texts_of(interaction)
    found = await interaction.client.services.elements.choices(
        typed, user_id=interaction.user.id, guild_id=interaction.guild_id or 0, own=own
    )
    return [app_commands.Choice(name=choice_label(one, interaction.user.id, texts), value=one.name) for one in found]
