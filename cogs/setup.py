"""Putting the cogs on a bot."""

from __future__ import annotations

from discord.ext import commands

from bot.services.services import Services
from cogs.commands.account import AccountCog
from cogs.commands.admin import admin_group
from cogs.commands.admin_reports import admin_buttons
from cogs.commands.elements import ElementCog
from cogs.commands.privacy import PrivacyCog, privacy_buttons
from cogs.commands.references import ReferenceCog, draft_buttons
from cogs.commands.studio import StudioCog
from cogs.commands.video import VideoCog
from cogs.rate_limits import CommandRateLimit
from cogs.replies import answer_error
from cogs.stale_interactions import StaleInteractionCog
from cogs.ui.buttons import job_buttons
from cogs.ui.pending_buttons import pending_button


async def add_cogs(bot: commands.AutoShardedBot, services: Services, rate_limit: CommandRateLimit) -> None:
    """Add every command and button; errors of commands become sentences here."""
    await bot.add_cog(VideoCog(services))
    await bot.add_cog(StudioCog(bot, services, rate_limit))
    await bot.add_cog(ElementCog(services))
    await bot.add_cog(ReferenceCog(bot, services))
    await bot.add_cog(AccountCog(services))
    await bot.add_cog(PrivacyCog(services))
    await bot.add_cog(StaleInteractionCog())
    bot.tree.add_command(admin_group(services))
    bot.add_dynamic_items(
        *job_buttons(services),
        *draft_buttons(services),
        *admin_buttons(services),
        *privacy_buttons(services),
        pending_button(services),
    )
    bot.tree.interaction_check = rate_limit.check  # type: ignore[method-assign]
    bot.tree.error(answer_error)
