"""``/admin``: for members with Manage Server, unless a server widens it."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.gate import Purpose
from cogs.commands.admin_elements import ElementCommands
from cogs.commands.admin_people import PeopleCommands
from cogs.commands.admin_quota import QuotaCommands
from cogs.commands.admin_reports import AdminCancelButton, ReportCommands
from cogs.commands.admin_server import ServerCommands
from cogs.commands.admin_setup import SetupCommands, SetupDoneButton, SetupSelect
from cogs.commands.admin_words import WordCommands
from cogs.gate import PURPOSE
from cogs.ui.texts.commands import command_text


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
class AdminCog(
    QuotaCommands,
    PeopleCommands,
    SetupCommands,
    ServerCommands,
    ReportCommands,
    ElementCommands,
    WordCommands,
    commands.GroupCog,
    group_name="admin",
    group_description=command_text("admin"),
    group_extras={PURPOSE: Purpose.ADMIN},
):
    """The command with everything below it."""


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(AdminCog(bot))
    bot.add_dynamic_items(AdminCancelButton, SetupSelect, SetupDoneButton)
