"""``/admin element``: what a server's admins may do about elements that its members share there."""

from __future__ import annotations

from discord import app_commands

from bot.text import Quote, User, text
from cogs.commands.admin_base import AdminCommands
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.element_cards import choice_label
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_text

_NOBODY = 0


class ElementCommands(AdminCommands):
    """Shared elements."""

    element = app_commands.Group(name="element", description=command_text("admin.element"))

    @element.command(name="remove", description=command_text("admin.element.remove"))
    @app_commands.describe(name=command_text("admin.element.remove.name"))
    async def unshare(self, interaction: Interaction, name: str) -> None:
        """End the sharing of an element."""
        was, owner_id = await self._admins.unshare(admin_of(interaction), name)
        await answer_privately(
            interaction, text("answer.admin.element_unshared", name=Quote(was), owner=User(owner_id))
        )

    @unshare.autocomplete("name")
    async def _shared(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        guild_id = admin_of(interaction).guild_id
        texts = texts_of(interaction)
        found = await self._services.elements.choices(typed, user_id=_NOBODY, guild_id=guild_id)
        return [app_commands.Choice(name=choice_label(one, _NOBODY, texts), value=one.name) for one in found]
