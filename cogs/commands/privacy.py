"""``/privacy``: what is kept of somebody, and the button that has it removed."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from bot.text import Channel, text
from cogs.gate import PURPOSE
from cogs.replies import Interaction, answer_privately
from cogs.ui.button_base import ButtonBase
from cogs.ui.cards import Layout
from cogs.ui.texts import Texts, texts_of
from cogs.ui.texts.commands import command_text

DELETE: Final = "privacy:delete"
CONFIRM: Final = "privacy:confirm"


def privacy_card(days: int, texts: Texts, prompt_log_channel_id: int | None = None) -> Layout:
    """What is kept, for how long, and who sees it."""
    logged: list[ui.Item[ui.LayoutView]] = []
    if prompt_log_channel_id is not None:
        logged.append(ui.TextDisplay(texts("privacy.prompt_log", channel=Channel(prompt_log_channel_id))))
    return Layout(
        ui.Container(
            ui.TextDisplay(texts("answer.privacy.stored", days=days)),
            *logged,
            ui.TextDisplay(texts("answer.privacy.deletion")),
            ui.ActionRow(_red_button(texts("answer.privacy.delete"), DELETE)),
        )
    )


def confirm_card(texts: Texts) -> Layout:
    """Asked once more, for it can't be undone."""
    return Layout(
        ui.TextDisplay(texts("answer.privacy.sure")),
        ui.ActionRow(_red_button(texts("answer.privacy.confirm"), CONFIRM)),
    )


def _red_button(label: str, custom_id: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, style=discord.ButtonStyle.danger, custom_id=custom_id)


class PrivacyCog(commands.Cog):
    """What is kept of a user."""

    def __init__(self, bot: VideoBot) -> None:
        self._services = bot.services

    @app_commands.command(name="privacy", description=command_text("privacy"), extras={PURPOSE: Purpose.OWN})
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(self, interaction: Interaction) -> None:
        """Show it."""
        settings = await self._services.content_policy.settings(interaction.guild_id or 0)
        days, logged = self._services.retention.days, settings.prompt_log_channel_id
        await answer_privately(interaction, privacy_card(days, texts_of(interaction), logged))


class DeleteButton(ButtonBase, template=DELETE):
    """Asks whether it is meant."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Ask."""
        await answer_privately(interaction, confirm_card(texts_of(interaction)))


class ConfirmButton(ButtonBase, template=CONFIRM):
    """Deletes it."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Delete it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        running = await interaction.client.services.retention.forget(interaction.user.id)
        if running:
            await answer_privately(interaction, text("answer.privacy.deleted_but_running", count=running))
        else:
            await answer_privately(interaction, text("answer.privacy.deleted"))


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(PrivacyCog(bot))
    bot.add_dynamic_items(DeleteButton, ConfirmButton)
