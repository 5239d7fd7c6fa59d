"""``/admin usage``, ``jobs`` and ``audit``: what was spent, what is in the making, and what admins changed."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Literal

import discord
from discord import app_commands

from bot.domain.usage import Span
from bot.services.services import Services
from bot.services.spending.usage_report import chart, table
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui import custom_ids
from cogs.ui.admin_cards import CHART_NAME, TABLE_NAME, audit_card, running_card, usage_card
from cogs.ui.buttons import JobButton


def add_reports(group: app_commands.Group, services: Services) -> None:
    """Add these commands to the group."""
    admins = services.guild_admin

    @group.command(name="usage", description="Show what was used and spent here, with a chart and a table")
    @app_commands.describe(span="The day, the week from Monday, or the month so far")
    async def usage(interaction: Interaction, span: Literal["day", "week", "month"] = "month") -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        report = await admins.usage(admin_of(interaction), Span(span))
        picture = await asyncio.to_thread(chart, report)
        files = [
            discord.File(BytesIO(picture), filename=CHART_NAME),
            discord.File(BytesIO(table(report)), filename=TABLE_NAME),
        ]
        await answer_privately(interaction, usage_card(report), files)

    @group.command(name="jobs", description="List everybody's running videos here; any can be cancelled")
    async def jobs(interaction: Interaction) -> None:
        await answer_privately(interaction, running_card(*await admins.running(admin_of(interaction))))

    @group.command(name="audit", description="Show the last 20 changes that admins made here: when, who and what")
    async def audit(interaction: Interaction) -> None:
        await answer_privately(interaction, audit_card(await admins.changes(admin_of(interaction))))


def admin_buttons(services: Services) -> tuple[type[JobButton], ...]:
    """The button beside each running video. It is in answers that only whoever was let in can see."""

    class AdminCancelButton(JobButton, template=custom_ids.ADMIN_CANCEL):
        async def press(self, interaction: Interaction) -> None:
            await services.guild_admin.cancel(admin_of(interaction), self.job_id)
            await answer_privately(interaction, "I'm cancelling it. Its conversation will say so.")

    return (AdminCancelButton,)
