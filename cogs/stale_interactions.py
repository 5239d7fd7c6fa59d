"""What is pressed or sent off after its time gets a sentence, where Discord would only say that it failed."""

from __future__ import annotations

import asyncio
from typing import Final

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.text import text
from cogs.adapter.messages import walk
from cogs.interaction_context import TAKEN
from cogs.replies import Interaction, try_to_answer, without_cost
from cogs.ui.texts import texts_of

_FORM_SECONDS: Final = 1.0
"""Longer than it takes until a form of ours has it, and well inside Discord's 3 s."""


class StaleInteractionCog(commands.Cog):
    """Answers what nothing else does."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Look at every interaction; most are somebody else's."""
        if interaction.type is discord.InteractionType.component:
            if not _is_there(interaction) and not interaction.response.is_done():
                await try_to_answer(interaction, text("answer.button_gone"))
        elif interaction.type is discord.InteractionType.modal_submit:
            await asyncio.sleep(_FORM_SECONDS)
            if TAKEN not in interaction.extras and not interaction.response.is_done():
                texts = texts_of(interaction)
                await try_to_answer(interaction, without_cost(texts("answer.form_gone"), texts))


def _is_there(interaction: Interaction) -> bool:
    """Whether the component is still in its message: discord.py looks for those alone."""
    pressed = interaction.data.get("custom_id") if interaction.data is not None else None
    components = interaction.message.components if interaction.message is not None else []
    return any(getattr(component, "custom_id", None) == pressed for component in walk(components))


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(StaleInteractionCog())
