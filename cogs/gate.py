"""The one gate: whatever somebody types, presses or sends off passes here before anything else is done with it."""

from __future__ import annotations

import discord

from cogs.replies import Interaction, try_to_answer
from cogs.ui.texts import ENGLISH


async def admit(interaction: Interaction) -> bool:
    """Let a command or a press through, or say that it was too many. Completing what is typed is free.

    What Discord delivers a second time has its answer already.
    """
    if interaction.type is discord.InteractionType.autocomplete:
        return True
    if not interaction.client.is_new(interaction.id):
        return False
    if interaction.client.services.rate_limit.take(interaction.user.id):
        return True
    await try_to_answer(interaction, ENGLISH("gate.too_many"))
    return False
