"""``/admin usage``, ``jobs`` and ``audit``: what was spent, what is in the making, and what admins changed."""

from __future__ import annotations

import asyncio
from io import BytesIO

import discord
from discord import app_commands

from bot.domain.gate import Purpose
from bot.domain.usage import Span
from bot.services.spending.usage_report import chart, table
from bot.text import text
from cogs.commands.admin_base import AdminCommands
from cogs.interaction_context import admin_of, check_is_admin, is_delegate
from cogs.replies import Interaction, answer_privately
from cogs.ui import custom_ids
from cogs.ui.admin_cards import CHART_NAME, TABLE_NAME, audit_card, made_in, running_card, table_headings, usage_card
from cogs.ui.button_base import JobButton
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_choice, command_text


class ReportCommands(AdminCommands):
    """What happened in the server."""

    @app_commands.command(name="usage", description=command_text("admin.usage"))
    @app_commands.describe(span=command_text("admin.usage.span"))
    @app_commands.choices(span=[command_choice(f"choice.{span}", span) for span in Span])
    async def usage(self, interaction: Interaction, span: str = Span.MONTH) -> None:
        """Show what was used and spent."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts = texts_of(interaction)
        report = await self._admins.usage(admin_of(interaction), Span(span))
        models = self._services.models
        headings = table_headings(texts, made_in(report, models.picture_ids))
        picture = await asyncio.to_thread(chart, report)
        files = [
            discord.File(BytesIO(picture), filename=CHART_NAME),
            discord.File(BytesIO(table(report, headings)), filename=TABLE_NAME),
        ]
        await answer_privately(interaction, usage_card(report, texts, models.name_of, models.picture_ids), files)

    @app_commands.command(name="jobs", description=command_text("admin.jobs"))
    async def jobs(self, interaction: Interaction) -> None:
        """List everybody's running videos."""
        running = await self._admins.running(admin_of(interaction))
        await answer_privately(
            interaction, running_card(*running, texts_of(interaction), is_delegate=is_delegate(interaction))
        )

    @app_commands.command(name="audit", description=command_text("admin.audit"))
    async def audit(self, interaction: Interaction) -> None:
        """Show what admins changed."""
        changes = await self._admins.changes(admin_of(interaction))
        await answer_privately(interaction, audit_card(changes, texts_of(interaction)))


class AdminCancelButton(JobButton, template=custom_ids.ADMIN_CANCEL):
    """Beside each running video."""

    purpose = Purpose.ADMIN

    async def press(self, interaction: Interaction) -> None:
        """Cancel it."""
        check_is_admin(interaction, "gate.admin_only", for_delegate=bool(self.given["delegate"]))
        await interaction.client.services.guild_admin.cancel(admin_of(interaction), self.job.id)
        await answer_privately(interaction, text("answer.cancelling_elsewhere"))
