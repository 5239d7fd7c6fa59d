"""``/admin``: quota rules, grants and blocks, for members with Manage Server, unless a server widens it."""

from __future__ import annotations

from typing import Final, Literal

import discord
from discord import app_commands

from bot.domain.policy import Access, Level
from bot.domain.wording import policy_in_words, rule_in_words, subject_in_words
from bot.errors import RequestError
from bot.services.services import Services
from bot.services.spending.admin import Unblocked
from cogs.commands.admin_elements import add_elements
from cogs.commands.admin_reports import add_reports
from cogs.commands.admin_server import add_server_settings
from cogs.commands.admin_words import add_words
from cogs.interaction_context import admin_of, role_ids
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import rules_card, text_card
from cogs.ui.quota_cards import quota_text

Person = discord.Member | discord.User
_MAX_SECONDS: Final = 10_000_000
Seconds = app_commands.Range[int, 0, _MAX_SECONDS]


def subject(interaction: Interaction, user: Person | None, role: discord.Role | None) -> tuple[Level, int]:
    """Whom a rule is for. The role of everybody is the server.

    Raises:
        RequestError: both are given.
    """
    if user is not None and role is not None:
        raise RequestError("Please choose a user or a role, not both.")
    if user is not None:
        return Level.USER, user.id
    if role is not None and role.id != interaction.guild_id:
        return Level.ROLE, role.id
    return Level.SERVER, 0


def admin_group(services: Services) -> app_commands.Group:
    """The command with everything below it."""
    group = app_commands.Group(
        name="admin",
        description="Quotas, budgets and usage of this server",
        guild_only=True,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    quota = app_commands.Group(name="quota", description="Who may make how much", parent=group)
    _add_rules(quota, services)
    _add_people(group, services)
    add_server_settings(group, services)
    add_reports(group, services)
    add_elements(group, services)
    add_words(group, services)
    return group


def _add_rules(group: app_commands.Group, services: Services) -> None:
    admins = services.guild_admin

    @group.command(name="show", description="Show the quota of a user, of a role, or every rule of this server")
    async def show(interaction: Interaction, user: Person | None = None, role: discord.Role | None = None) -> None:
        admin, (level, subject_id) = admin_of(interaction), subject(interaction, user, role)
        rules = await admins.rules(admin)
        if user is None:
            shown = [rule for rule in rules if role is None or rule[:2] == (level, subject_id)]
            await answer_privately(interaction, rules_card(shown, admins.operator.policy))
            return
        view = await admins.quota(admin, user.id, role_ids(user))
        own = next((rule_in_words(rule) for *who, rule in rules if who == [level, subject_id]), "none")
        await answer_privately(
            interaction,
            text_card(f"**Quota of <@{user.id}>**", policy_in_words(view.policy), f"Own rule: {own}", quota_text(view)),
        )

    @group.command(name="set", description="Set limits for a user, a role, or (neither) everybody in this server")
    @app_commands.describe(
        user="For this user alone: goes before every role",
        role="For who has this role; of several roles the most generous counts",
        daily_seconds="Seconds of video a day",
        monthly_seconds="Seconds of video a month",
        max_active="Videos in the making at once",
        max_duration="Seconds of the longest video",
        access="Let in, blocked, or without limits (the budget still holds)",
    )
    async def set_(
        interaction: Interaction,
        user: Person | None = None,
        role: discord.Role | None = None,
        daily_seconds: Seconds | None = None,
        monthly_seconds: Seconds | None = None,
        max_active: app_commands.Range[int, 0, 1000] | None = None,
        max_duration: app_commands.Range[int, 1, 3600] | None = None,
        access: Literal["normal", "blocked", "unlimited"] | None = None,
    ) -> None:
        level, subject_id = subject(interaction, user, role)
        given = {
            "daily_seconds": daily_seconds,
            "monthly_seconds": monthly_seconds,
            "max_active": max_active,
            "max_duration": max_duration,
        }
        limits = {name: number for name, number in given.items() if number is not None}
        rule = await admins.set_rule(
            admin_of(interaction), level, subject_id, limits, None if access is None else Access(access)
        )
        who = subject_in_words(level, subject_id)
        await answer_privately(interaction, f"From the next command on, {who}: {rule_in_words(rule)}.")

    @group.command(name="clear", description="Remove the rule of a user, of a role, or (neither) of this server")
    async def clear(interaction: Interaction, user: Person | None = None, role: discord.Role | None = None) -> None:
        level, subject_id = subject(interaction, user, role)
        await admins.clear_rule(admin_of(interaction), level, subject_id)
        who = subject_in_words(level, subject_id)
        await answer_privately(interaction, f"Removed: {who} has no rule of its own any more. The next level holds.")


def _add_people(group: app_commands.Group, services: Services) -> None:
    admins = services.guild_admin

    @group.command(name="grant", description="Give a user extra seconds, used after the day's and month's own")
    @app_commands.describe(seconds="How many", expires="When they end: 12h, 30d, 2w or 2026-12-31; never if left out")
    async def grant(
        interaction: Interaction,
        user: Person,
        seconds: app_commands.Range[int, 1, _MAX_SECONDS],
        expires: str | None = None,
    ) -> None:
        until = await admins.grant(admin_of(interaction), user.id, seconds, expires)
        ends = "They don't expire." if until is None else f"They can be used until <t:{int(until.timestamp())}:f>."
        await answer_privately(interaction, f"<@{user.id}> has {seconds} s more. {ends}")

    @group.command(name="block", description="Let a user make no more videos here")
    async def block(interaction: Interaction, user: Person) -> None:
        await admins.block(admin_of(interaction), user.id)
        await answer_privately(
            interaction,
            f"<@{user.id}> can make no more videos here. Those in the making go on; /admin jobs stops them.",
        )

    @group.command(name="unblock", description="Let a user make videos here again")
    async def unblock(interaction: Interaction, user: Person) -> None:
        done = await admins.unblock(admin_of(interaction), user.id, role_ids(user))
        await answer_privately(interaction, _unblocked_text(user.id, done))


def _unblocked_text(user_id: int, done: Unblocked) -> str:
    """What came of it. A rule of somebody's own goes before the one that blocks them."""
    if done.blocked_by:
        rules = " and ".join(f"the rule of {subject_in_words(*who)}" for who in done.blocked_by)
        so_far = "has no block of their own, but is" if done.rule is None else "is unblocked, but still"
        return (
            f"<@{user_id}> {so_far} blocked by {rules}. A rule of their own goes before it: "
            "/admin quota set with this user and any limit lets them in."
        )
    if done.rule is None:
        return f"<@{user_id}> is not blocked, so nothing was changed."
    own = "" if done.rule.is_empty else f" Own rule: {rule_in_words(done.rule)}."
    return f"<@{user_id}> is not blocked any more.{own}"
