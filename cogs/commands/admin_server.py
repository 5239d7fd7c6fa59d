"""``/admin budget``, ``channels`` and ``settings``: what holds for the server as a whole."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.domain.moderation import OutsideAgeRestricted
from bot.domain.money import micros
from bot.errors import RequestError
from bot.services.services import Services
from bot.text import text
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import budget_text, server_card

Dollars = app_commands.Range[float, 0, 1_000_000]
_CHOICES: Final = 25


class _Places(app_commands.Transformer):
    """Where people talk: channels and forums, no categories."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.forum]

    async def transform(self, _interaction: Interaction, value: Any, /) -> app_commands.AppCommandChannel:  # noqa: ANN401
        assert isinstance(value, app_commands.AppCommandChannel)
        return value


Place = app_commands.Transform[app_commands.AppCommandChannel, _Places]


def add_server_settings(group: app_commands.Group, services: Services) -> None:
    """Add these commands to the group."""
    _add_budget(group, services)
    _add_channels(group, services)
    _add_settings(group, services)


def _add_budget(group: app_commands.Group, services: Services) -> None:
    admins = services.guild_admin

    @group.command(name="budget", description="Show or set what this server may spend, in US dollars")
    @app_commands.describe(
        daily_usd="Dollars a day", monthly_usd="Dollars a month", remove="Remove both ceilings before setting any"
    )
    async def budget(
        interaction: Interaction,
        daily_usd: Dollars | None = None,
        monthly_usd: Dollars | None = None,
        remove: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        admin = admin_of(interaction)
        changes: dict[str, int | None] = {"day": None, "month": None} if remove else {}
        for name, amount in (("day", daily_usd), ("month", monthly_usd)):
            if amount is not None:
                changes[name] = micros(Decimal(str(amount)))
        held = await admins.set_budget(admin, changes) if changes else (await admins.server(admin)).budget
        await answer_privately(interaction, budget_text(held))


def _add_channels(group: app_commands.Group, services: Services) -> None:
    admins = services.guild_admin

    @group.command(name="channels", description="Show or set where the bot may be used")
    @app_commands.describe(
        allow="Let me be used here: from the first one on, in the listed channels alone",
        remove="Take this one off the list",
        everywhere="Empty the list: I may be used everywhere",
    )
    async def channels(
        interaction: Interaction,
        allow: Place | None = None,
        remove: Place | None = None,
        everywhere: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        admin = admin_of(interaction)
        if everywhere:
            await admins.forget_channel(admin, None)
        if remove is not None:
            await admins.forget_channel(admin, remove.id)
        if allow is not None:
            await admins.allow_channel(admin, allow.id)
        await answer_privately(interaction, server_card(await admins.server(admin)))


def _add_settings(group: app_commands.Group, services: Services) -> None:
    admins = services.guild_admin

    @group.command(name="settings", description="Show or set this server's time zone and notice channel")
    @app_commands.describe(
        time_zone="Where days and months begin, such as Europe/Berlin",
        notice_channel="Where changes and nearly used budgets are told",
        no_notices="Tell them nowhere",
        outside_age_restricted="Videos in channels that aren't age-restricted: show, hide behind a spoiler, or refuse",
        prompt_log="Channel where each prompt is posted, for moderators. /privacy tells members",
        no_prompt_log="Turn the prompt log off",
        mentions="Whether mentioning the bot with a prompt makes a video",
    )
    async def settings(
        interaction: Interaction,
        time_zone: str | None = None,
        notice_channel: discord.TextChannel | None = None,
        no_notices: bool = False,  # noqa: FBT001, FBT002
        outside_age_restricted: Literal["show", "spoiler", "refuse"] | None = None,
        prompt_log: discord.TextChannel | None = None,
        no_prompt_log: bool = False,  # noqa: FBT001, FBT002
        mentions: bool | None = None,  # noqa: FBT001
    ) -> None:
        admin = admin_of(interaction)
        if prompt_log is not None and no_prompt_log:
            raise RequestError(text("admin.prompt_log.both"))
        if notice_channel is not None and no_notices:
            raise RequestError("Please choose a notice channel or none, not both.")
        if time_zone is not None:
            await admins.set_time_zone(admin, time_zone)
        if notice_channel is not None:
            _check_can_write(notice_channel)
            await admins.set_notice_channel(admin, notice_channel.id)
        if no_notices:
            await admins.set_notice_channel(admin, None)
        if outside_age_restricted is not None:
            await services.content_admin.set_outside_age_restricted(admin, OutsideAgeRestricted(outside_age_restricted))
        if prompt_log is not None:
            _check_can_write(prompt_log)
            await services.content_admin.set_prompt_log(admin, prompt_log.id)
        if no_prompt_log:
            await services.content_admin.set_prompt_log(admin, None)
        if mentions is not None:
            await services.content_admin.set_mentions(admin, are_taken=mentions)
        await answer_privately(interaction, server_card(await admins.server(admin)))

    @settings.autocomplete("time_zone")
    async def zones(_interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        wanted = current.strip().lower().replace(" ", "_")
        found = [zone for zone in _zones() if wanted in zone.lower()]
        return [app_commands.Choice(name=zone, value=zone) for zone in found[:_CHOICES]]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _check_can_write(channel: discord.TextChannel) -> None:
    mine = channel.permissions_for(channel.guild.me)
    if not (mine.view_channel and mine.send_messages):
        raise RequestError(f"I can't write in <#{channel.id}>: I lack View Channel or Send Messages there.")
