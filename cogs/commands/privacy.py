"""``/privacy``: what is kept of somebody, and the button that has it removed."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from bot.services.services import Pages
from bot.text import Channel, text
from cogs.gate import PURPOSE
from cogs.replies import Interaction, answer_privately
from cogs.ui.button_base import ButtonBase
from cogs.ui.cards import Layout
from cogs.ui.texts import Texts, texts_of
from cogs.ui.texts.commands import command_text

DELETE: Final = "privacy:delete"
CONFIRM: Final = "privacy:confirm"
EXPORT: Final = "privacy:export"
_FILE_BYTES: Final = 9_000_000
"""What an answer can carry anywhere."""


def privacy_card(days: int, texts: Texts, pages: Pages, prompt_log_channel_id: int | None = None) -> Layout:
    """What is kept, for how long, and who sees it."""
    logged: list[ui.Item[ui.LayoutView]] = []
    if prompt_log_channel_id is not None:
        logged.append(ui.TextDisplay(texts("privacy.prompt_log", channel=Channel(prompt_log_channel_id))))
    return Layout(
        ui.Container(
            ui.TextDisplay(texts("answer.privacy.stored", kept=text("count.days", count=days))),
            *logged,
            ui.TextDisplay(texts("answer.privacy.deletion")),
            ui.TextDisplay(texts("privacy.kept_by_others")),
            ui.ActionRow(
                ui.Button(label=texts("button.export_data"), custom_id=EXPORT),
                _red_button(texts("answer.privacy.delete"), DELETE),
                *_links(pages, texts),
            ),
        )
    )


def _links(pages: Pages, texts: Texts) -> list[ui.Button[ui.LayoutView]]:
    """Links to the operator's own pages."""
    named = {texts("button.privacy_page"): pages.privacy, texts("button.terms_page"): pages.terms}
    return [
        ui.Button(label=label, style=discord.ButtonStyle.link, url=url)
        for label, url in named.items()
        if url is not None
    ]


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
        await answer_privately(interaction, privacy_card(days, texts_of(interaction), self._services.pages, logged))


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


class ExportButton(ButtonBase, template=EXPORT):
    """Gives somebody all that is kept of them, as one file that nobody else sees."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Export it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        data = await interaction.client.services.personal_data.export(interaction.user.id)
        # Of somebody with thousands of videos this takes seconds, in which others wait for their answers.
        name, document = await asyncio.to_thread(_document, data)
        await interaction.followup.send(
            texts_of(interaction)("privacy.exported"),
            file=discord.File(BytesIO(document), filename=name),
            ephemeral=True,
        )


def _document(data: Mapping[str, Any]) -> tuple[str, bytes]:
    """The name and the bytes of the file with somebody's data."""
    document = json.dumps(data, ensure_ascii=False, indent=1).encode()
    if len(document) <= _FILE_BYTES:
        return "my-data.json", document
    return "my-data.json.gz", gzip.compress(document, mtime=0)


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(PrivacyCog(bot))
    bot.add_dynamic_items(DeleteButton, ConfirmButton, ExportButton)
