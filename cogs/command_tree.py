"""The command tree: every command passes the gate first, and its errors become sentences."""

from __future__ import annotations

from discord import app_commands

from cogs.client import TranslatedBot
from cogs.gate import admit, purpose_of
from cogs.replies import Interaction, answer_error


class VideoCommandTree(app_commands.CommandTree[TranslatedBot]):
    """The commands of the bot."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether the command, or the completion of an option, may go on."""
        return await admit(interaction, purpose_of(interaction))

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say what went wrong."""
        await answer_error(interaction, error)
