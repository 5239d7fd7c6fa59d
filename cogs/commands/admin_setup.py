"""``/admin setup``: one card for an admin's first day, and the hint that there is one."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.domain.gate import Purpose
from bot.domain.moderation import OutsideAgeRestricted
from bot.domain.policy import Level, Rule, Rules
from bot.errors import RequestError, StoreError
from bot.text import Channel, text
from cogs.commands.admin_base import AdminCommands
from cogs.gate import admit
from cogs.interaction_context import admin_of, check_is_admin, is_delegate
from cogs.permissions import may_write
from cogs.replies import Interaction, answer_error, answer_privately, try_to_answer
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.setup_card import AUTOMATIC, NO_BUDGET, Setup, settled_card, setup_card
from cogs.ui.texts import texts_of
from cogs.ui.texts.catalogues import NAMES
from cogs.ui.texts.commands import command_text

_log = logging.getLogger(__name__)


class SetupCommands(AdminCommands):
    """The card, and the hint."""

    @app_commands.command(name="setup", description=command_text("admin.setup"))
    async def set_up(self, interaction: Interaction) -> None:
        """Show the card."""
        setup = await _setup_of(interaction, is_delegate=is_delegate(interaction))
        await answer_privately(interaction, setup_card(setup, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: Interaction, command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu
    ) -> None:
        """Tell an admin of the card after their first command in a server."""
        if interaction.guild_id is None or command.qualified_name.partition(" ")[0] != "admin":
            return
        greetings = interaction.client.services.greetings
        try:
            is_first = await greetings.is_first_command(interaction.guild_id, interaction.user.id)
        except StoreError as error:
            _log.warning("An admin was not told of the setup (%s)", error)
            return
        if is_first and command.name != "setup":
            hint = texts_of(interaction)("setup.hint", seconds=greetings.daily_seconds)
            await try_to_answer(interaction, hint)


class SetupSelect(ui.DynamicItem[ui.Item[Any]], template=custom_ids.SETUP):
    """A list on the card: what is chosen holds at once."""

    def __init__(self, item: ui.Item[Any], what: str, *, for_delegate: bool) -> None:
        super().__init__(item)
        self.what = what
        self.for_delegate = for_delegate

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the list anew from the card."""
        return cls(item, match["what"], for_delegate=bool(match["delegate"]))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether it may go on."""
        return await admit(interaction, Purpose.ADMIN)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set what was chosen, and show what holds."""
        try:
            check_is_admin(interaction, "setup.others", for_delegate=self.for_delegate)
            await _apply(interaction, self.what, _chosen(interaction))
            await _show(interaction, is_delegate=self.for_delegate)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)


class SetupDoneButton(ButtonBase, template=custom_ids.SETUP_DONE):
    """Under the card: it becomes what holds, in words."""

    purpose = Purpose.ADMIN

    async def press(self, interaction: Interaction) -> None:
        """Show it."""
        check_is_admin(interaction, "setup.others", for_delegate=bool(self.given["delegate"]))
        card = settled_card(await _setup_of(interaction), texts_of(interaction))
        await interaction.response.edit_message(view=card, allowed_mentions=discord.AllowedMentions.none())


async def _show(interaction: Interaction, *, is_delegate: bool) -> None:
    card = setup_card(await _setup_of(interaction, is_delegate=is_delegate), texts_of(interaction))
    await interaction.response.edit_message(view=card, allowed_mentions=discord.AllowedMentions.none())


async def _setup_of(interaction: Interaction, *, is_delegate: bool = False) -> Setup:
    """What holds in the server where it is asked."""
    admins, admin = interaction.client.services.guild_admin, admin_of(interaction)
    rules = await admins.rules(admin)
    everybody: Rule | None = next((rule for level, _, rule in rules if level is Level.SERVER), None)
    guild = interaction.guild
    return Setup(
        settings=await admins.server(admin),
        policy=Rules(server=everybody).resolve(admins.operator.policy),
        known={channel.id for channel in guild.channels} if guild is not None else frozenset(),
        is_delegate=is_delegate,
    )


async def _apply(interaction: Interaction, what: str, chosen: Sequence[str]) -> None:
    """Set one thing.

    Raises:
        RequestError: the bot may not write where notices are to be told.
    """
    admins, admin = interaction.client.services.guild_admin, admin_of(interaction)
    match what:
        case "channels":
            await admins.set_channels(admin, frozenset(map(int, chosen)))
        case "notices":
            channel_id = int(chosen[0]) if chosen else None
            _check_can_tell(interaction, channel_id)
            await admins.set_notice_channel(admin, channel_id)
        case "daily":
            await admins.set_rule(admin, Level.SERVER, 0, {"daily_seconds": int(chosen[0])}, None)
        case "budget":
            await admins.set_budget(admin, {"month": None if chosen[0] == NO_BUDGET else int(chosen[0])})
        case "moderation":
            content = interaction.client.services.content_admin
            await content.set_outside_age_restricted(admin, OutsideAgeRestricted(chosen[0]))
        case "language":
            language = None if chosen[0] == AUTOMATIC else chosen[0]
            await admins.set_language(admin, language, NAMES.get(chosen[0], chosen[0]))


def _check_can_tell(interaction: Interaction, channel_id: int | None) -> None:
    channel = None if interaction.guild is None or channel_id is None else interaction.guild.get_channel(channel_id)
    if channel is not None and not may_write(channel):
        raise RequestError(text("answer.admin.notices_refused", channel=Channel(channel.id)))


def _chosen(interaction: Interaction) -> Sequence[str]:
    """The values that Discord says were chosen."""
    data: Mapping[str, Any] = interaction.data or {}
    return [str(value) for value in data.get("values", ())]
