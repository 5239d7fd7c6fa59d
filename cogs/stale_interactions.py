"""What is pressed or sent off after its time gets a sentence, where Discord would only say that it failed."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.text import text
from cogs.adapter.messages import walk
from cogs.interaction_context import TAKEN
from cogs.replies import Interaction, try_to_answer, without_cost
from cogs.ui.texts import texts_of


class StaleInteractionCog(commands.Cog):
    """Answers what nothing else does."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Look at every interaction; most are somebody else's."""
        if interaction.response.is_done():
            return
        if interaction.type is discord.InteractionType.component and not _is_there(interaction):
            await try_to_answer(interaction, text("answer.button_gone"))
        # A form that is there has taken it: discord.py starts its first step before any listener.
        elif interaction.type is discord.InteractionType.modal_submit and TAKEN not in interaction.extras:
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
