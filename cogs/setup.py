"""Putting the cogs on a bot."""

from __future__ import annotations

from discord.ext import commands

from bot.services.services import Services
from cogs.account import AccountCog
from cogs.admin import admin_group
from cogs.admin_reports import admin_buttons
from cogs.bursts import Bursts
from cogs.buttons import job_buttons
from cogs.cast import CastCog
from cogs.drafts import DraftCog, draft_buttons
from cogs.pending import pending_button
from cogs.privacy import PrivacyCog, privacy_buttons
from cogs.replies import answer_error
from cogs.studio import StudioCog
from cogs.unanswered import UnansweredCog
from cogs.video import VideoCog


async def add_cogs(bot: commands.AutoShardedBot, services: Services, bursts: Bursts) -> None:
    """Add every command and button; errors of commands become sentences here."""
    await bot.add_cog(VideoCog(services))
    await bot.add_cog(StudioCog(bot, services, bursts))
    await bot.add_cog(CastCog(services))
    await bot.add_cog(DraftCog(bot, services))
    await bot.add_cog(AccountCog(services))
    await bot.add_cog(PrivacyCog(services))
    await bot.add_cog(UnansweredCog())
    bot.tree.add_command(admin_group(services))
    bot.add_dynamic_items(
        *job_buttons(services),
        *draft_buttons(services),
        *admin_buttons(services),
        *privacy_buttons(services),
        pending_button(services),
    )
    bot.tree.interaction_check = bursts.check  # type: ignore[method-assign]
    bot.tree.error(answer_error)
