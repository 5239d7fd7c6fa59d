"""``/admin budget``, ``channels`` and ``settings``: what holds for the server as a whole."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.domain.moderation import OutsideAgeRestricted
from bot.domain.money import micros
from bot.domain.result_place import ResultPlace
from bot.errors import RequestError
from bot.text import Channel, text
from cogs.commands.admin_base import AdminCommands
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import budget_text, server_card
from cogs.ui.texts import texts_of
from cogs.ui.texts.catalogues import NAMES
from cogs.ui.texts.commands import command_choice, command_text

Dollars = app_commands.Range[float, 0, 1_000_000]
_CHOICES: Final = 25
_AUTOMATIC: Final = "auto"
_LANGUAGES: Final = [
    command_choice("choice.automatic", _AUTOMATIC),
    *(app_commands.Choice(name=name, value=locale) for locale, name in NAMES.items()),
]


class _Places(app_commands.Transformer):
    """Where people talk: channels and forums, no categories."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.forum]

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> app_commands.AppCommandChannel:  # noqa: ANN401
        assert isinstance(value, app_commands.AppCommandChannel)
        return value


Place = app_commands.Transform[app_commands.AppCommandChannel, _Places]


class ServerCommands(AdminCommands):
    """The budget, the channels, the time zone, the notices and the language."""

    @app_commands.command(name="budget", description=command_text("admin.budget"))
    @app_commands.describe(
        daily_usd=command_text("admin.budget.daily_usd"),
        monthly_usd=command_text("admin.budget.monthly_usd"),
        remove=command_text("admin.budget.remove"),
    )
    async def budget(
        self,
        interaction: Interaction,
        daily_usd: Dollars | None = None,
        monthly_usd: Dollars | None = None,
        remove: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Show or set the budget."""
        admin = admin_of(interaction)
        changes: dict[str, int | None] = {"day": None, "month": None} if remove else {}
        for name, amount in (("day", daily_usd), ("month", monthly_usd)):
            if amount is not None:
                changes[name] = micros(Decimal(str(amount)))
        held = await self._admins.set_budget(admin, changes) if changes else (await self._admins.server(admin)).budget
        await answer_privately(interaction, budget_text(held, texts_of(interaction)))

    @app_commands.command(name="channels", description=command_text("admin.channels"))
    @app_commands.describe(
        allow=command_text("admin.channels.allow"),
        remove=command_text("admin.channels.remove"),
        everywhere=command_text("admin.channels.everywhere"),
    )
    async def channels(
        self,
        interaction: Interaction,
        allow: Place | None = None,
        remove: Place | None = None,
        everywhere: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Show or set where the bot may be used."""
        admin = admin_of(interaction)
        if everywhere:
            await self._admins.forget_channel(admin, None)
        if remove is not None:
            await self._admins.forget_channel(admin, remove.id)
        if allow is not None:
            await self._admins.allow_channel(admin, allow.id)
        server = await self._admins.server(admin)
        await answer_privately(interaction, server_card(server, texts_of(interaction)))

    @app_commands.command(name="settings", description=command_text("admin.settings"))
    @app_commands.describe(
        time_zone=command_text("admin.settings.time_zone"),
        notice_channel=command_text("admin.settings.notice_channel"),
        no_notices=command_text("admin.settings.no_notices"),
        language=command_text("admin.settings.language"),
        outside_age_restricted=command_text("admin.settings.outside_age_restricted"),
        prompt_log=command_text("admin.settings.prompt_log"),
        no_prompt_log=command_text("admin.settings.no_prompt_log"),
        mentions=command_text("admin.settings.mentions"),
        results=command_text("admin.settings.results"),
    )
    @app_commands.choices(
        language=_LANGUAGES,
        outside_age_restricted=[command_choice(f"choice.{outside}", outside) for outside in OutsideAgeRestricted],
        results=[command_choice(f"choice.{place}", place) for place in ResultPlace],
    )
    async def settings(
        self,
        interaction: Interaction,
        time_zone: str | None = None,
        notice_channel: discord.TextChannel | None = None,
        no_notices: bool = False,  # noqa: FBT001, FBT002
        language: str | None = None,
        outside_age_restricted: str | None = None,
        prompt_log: discord.TextChannel | None = None,
        no_prompt_log: bool = False,  # noqa: FBT001, FBT002
        mentions: bool | None = None,  # noqa: FBT001
        results: str | None = None,
    ) -> None:
        """Show or set the time zone, the notices, the language and what holds for videos."""
        admin = admin_of(interaction)
        if prompt_log is not None and no_prompt_log:
            raise RequestError(text("admin.prompt_log.both"))
        if notice_channel is not None and no_notices:
            raise RequestError(text("answer.admin.notices_both"))
        if time_zone is not None:
            await self._admins.set_time_zone(admin, time_zone)
        if notice_channel is not None:
            _check_can_write(notice_channel)
            await self._admins.set_notice_channel(admin, notice_channel.id)
        if no_notices:
            await self._admins.set_notice_channel(admin, None)
        if language is not None:
            chosen = None if language == _AUTOMATIC else language
            await self._admins.set_language(admin, chosen, NAMES.get(language, language))
        if outside_age_restricted is not None:
            await self._content.set_outside_age_restricted(admin, OutsideAgeRestricted(outside_age_restricted))
        if prompt_log is not None:
            _check_can_write(prompt_log)
            await self._content.set_prompt_log(admin, prompt_log.id)
        if no_prompt_log:
            await self._content.set_prompt_log(admin, None)
        if mentions is not None:
            await self._content.set_mentions(admin, are_taken=mentions)
        if results is not None:
            await self._admins.set_results(admin, ResultPlace(results))
        server = await self._admins.server(admin)
        await answer_privately(interaction, server_card(server, texts_of(interaction)))

    @settings.autocomplete("time_zone")
    async def _time_zones(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        wanted = typed.strip().lower().replace(" ", "_")
        found = [zone for zone in _zones() if wanted in zone.lower()]
        return [app_commands.Choice(name=zone, value=zone) for zone in found[:_CHOICES]]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _check_can_write(channel: discord.TextChannel) -> None:
    mine = channel.permissions_for(channel.guild.me)
    if not (mine.view_channel and mine.send_messages):
        raise RequestError(text("answer.admin.notices_refused", channel=Channel(channel.id)))
