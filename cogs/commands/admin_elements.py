"""``/admin element``: what a server's admins may do about elements that its members share there."""

from __future__ import annotations

from discord import app_commands

from bot.services.services import Services
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.element_cards import choice_label
from cogs.ui.markdown import escape

_NOBODY = 0


def add_elements(group: app_commands.Group, services: Services) -> None:
    """Add these commands to the group."""
    elements = app_commands.Group(name="element", description="Elements that members share here", parent=group)

    @elements.command(name="remove", description="End the sharing of an element here; its owner keeps it")
    @app_commands.describe(name="Its name, as members write it behind the @ in a prompt")
    async def remove(interaction: Interaction, name: str) -> None:
        was, owner_id = await services.guild_admin.unshare(admin_of(interaction), name)
        await answer_privately(
            interaction, f"@{escape(was)} is not shared here any more. <@{owner_id}> keeps it, for nobody else to use."
        )

    @remove.autocomplete("name")
    async def shared(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await services.elements.choices(typed, user_id=_NOBODY, guild_id=admin_of(interaction).guild_id)
        return [app_commands.Choice(name=choice_label(one, _NOBODY), value=one.name) for one in found]
