"""``/privacy``: what is kept of somebody, and the button that has it removed."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.services.services import Services
from bot.text import Channel
from cogs.replies import Interaction, answer_privately
from cogs.ui.button_base import ButtonBase
from cogs.ui.cards import Layout
from cogs.ui.texts import ENGLISH

DELETE: Final = "privacy:delete"
CONFIRM: Final = "privacy:confirm"


def privacy_card(days: int, prompt_log_channel_id: int | None = None) -> Layout:
    """What is kept, for how long, and who sees it."""
    button: ui.Button[ui.LayoutView] = ui.Button(
        label="Delete my data", style=discord.ButtonStyle.danger, custom_id=DELETE
    )
    logged: list[ui.Item[ui.LayoutView]] = []
    if prompt_log_channel_id is not None:
        logged.append(ui.TextDisplay(ENGLISH("privacy.prompt_log", channel=Channel(prompt_log_channel_id))))
    return Layout(
        ui.Container(
            ui.TextDisplay(
                "**What I keep of you**\n"
                "- Your prompts, the addresses of your pictures here on Discord, and what became of each video: "
                f"for {days} days after it ended.\n"
                "- Elements that you saved: until you delete them.\n"
                "- Requests that were refused or that I asked you about: for a day.\n"
                "- A ledger with the seconds and the cost of your videos, under your Discord id: it is what limits are "
                "counted from. People who manage the server see its sums, not your prompts, except while a video is "
                "in the making.\n"
                "- What they set for you: limits, grants, a block.\n"
                "Prompts and pictures are sent to Oxen, which makes the videos."
            ),
            *logged,
            ui.TextDisplay(
                "**Delete my data** removes prompts, references and saved elements at once; those of a video in the "
                "making, when it is done. The ledger keeps its numbers without your name, those of this month from "
                "its end on. My messages in Discord stay; whoever manages the channel can delete them."
            ),
            ui.ActionRow(button),
        )
    )


def confirm_card() -> Layout:
    """Asked once more, for it can't be undone."""
    button: ui.Button[ui.LayoutView] = ui.Button(
        label="Yes, delete it", style=discord.ButtonStyle.danger, custom_id=CONFIRM
    )
    return Layout(
        ui.TextDisplay("This removes your prompts, references and saved elements for good. Shall I?"),
        ui.ActionRow(button),
    )


class PrivacyCog(commands.Cog):
    """What is kept of a user."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name="privacy", description="See what I keep of you, and delete it")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(self, interaction: Interaction) -> None:
        """Show it."""
        settings = await self._services.content_policy.settings(interaction.guild_id or 0)
        await answer_privately(interaction, privacy_card(self._services.retention.days, settings.prompt_log_channel_id))


def privacy_buttons(services: Services) -> tuple[type[ButtonBase], ...]:
    """The two buttons, bound to the services that they call."""

    class DeleteButton(ButtonBase, template=DELETE):
        async def press(self, interaction: Interaction) -> None:
            await answer_privately(interaction, confirm_card())

    class ConfirmButton(ButtonBase, template=CONFIRM):
        async def press(self, interaction: Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            running = await services.retention.forget(interaction.user.id)
            rest = f" {running} in the making or just done: theirs follow." if running else ""
            await answer_privately(interaction, f"Your prompts, references and saved elements are deleted.{rest}")

    return DeleteButton, ConfirmButton
