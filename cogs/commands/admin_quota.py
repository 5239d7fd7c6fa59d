"""``/admin quota``: rules about who may make how much."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands

from bot.domain.actor import Actor
from bot.domain.model_rule import LEAST_TENTHS, MOST_TENTHS, ONE, ModelRule
from bot.domain.policy import Access, Level
from bot.errors import RequestError
from bot.services.spending.rule_texts import model_rule_text
from bot.text import Quote, User, text
from cogs.commands.admin_base import AdminCommands, Person, Seconds
from cogs.commands.model_choices import every_model
from cogs.interaction_context import admin_of, role_ids
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import rules_card, text_card
from cogs.ui.policy_texts import policy_in_words, rule_in_words, subject_in_words
from cogs.ui.quota_cards import quota_text
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_choice, command_text

Factor = app_commands.Range[float, LEAST_TENTHS / ONE, MOST_TENTHS / ONE]


class QuotaCommands(AdminCommands):
    """Showing, setting and removing rules."""

    quota = app_commands.Group(name="quota", description=command_text("admin.quota"))

    @quota.command(name="show", description=command_text("admin.quota.show"))
    @app_commands.describe(user=command_text("admin.quota.show.user"), role=command_text("admin.quota.show.role"))
    async def show_rules(
        self, interaction: Interaction, user: Person | None = None, role: discord.Role | None = None
    ) -> None:
        """Show every rule, a role's, or what applies to a user."""
        admin, (level, subject_id) = admin_of(interaction), _subject(interaction, user, role)
        texts = texts_of(interaction)
        rules = await self._admins.rules(admin)
        if user is None:
            shown = [rule for rule in rules if role is None or rule[:2] == (level, subject_id)]
            models = {} if role is not None else await self._model_rules(admin)
            await answer_privately(interaction, rules_card(shown, self._admins.operator.policy, texts, models=models))
            return
        view = await self._admins.quota(admin, user.id, role_ids(user))
        own = next((rule_in_words(rule, texts) for *who, rule in rules if who == [level, subject_id]), None)
        await answer_privately(
            interaction,
            text_card(
                texts("answer.admin.quota_of", user=User(user.id)),
                policy_in_words(view.policy, texts),
                texts("answer.admin.own_rule", rule=own or text("answer.admin.no_rule")),
                quota_text(view, texts, self._services.models.name_of),
            ),
        )

    @quota.command(name="set", description=command_text("admin.quota.set"))
    @app_commands.describe(
        user=command_text("admin.quota.set.user"),
        role=command_text("admin.quota.set.role"),
        daily_seconds=command_text("admin.quota.set.daily_seconds"),
        monthly_seconds=command_text("admin.quota.set.monthly_seconds"),
        max_active=command_text("admin.quota.set.max_active"),
        max_duration=command_text("admin.quota.set.max_duration"),
        access=command_text("admin.quota.set.access"),
    )
    @app_commands.choices(access=[command_choice(f"choice.{access}", access) for access in Access])
    async def set_rule(
        self,
        interaction: Interaction,
        user: Person | None = None,
        role: discord.Role | None = None,
        daily_seconds: Seconds | None = None,
        monthly_seconds: Seconds | None = None,
        max_active: app_commands.Range[int, 0, 1000] | None = None,
        max_duration: app_commands.Range[int, 1, 3600] | None = None,
        access: str | None = None,
    ) -> None:
        """Set some limits of a rule."""
        level, subject_id = _subject(interaction, user, role)
        given = {
            "daily_seconds": daily_seconds,
            "monthly_seconds": monthly_seconds,
            "max_active": max_active,
            "max_duration": max_duration,
        }
        limits = {name: number for name, number in given.items() if number is not None}
        rule = await self._admins.set_rule(
            admin_of(interaction), level, subject_id, limits, None if access is None else Access(access)
        )
        texts = texts_of(interaction)
        who = subject_in_words(level, subject_id, texts)
        await answer_privately(interaction, text("answer.admin.rule_set", who=who, rule=rule_in_words(rule, texts)))

    @quota.command(name="model", description=command_text("admin.quota.model"))
    @app_commands.describe(
        model=command_text("admin.quota.model.model"),
        factor=command_text("admin.quota.model.factor"),
        allowed=command_text("admin.quota.model.allowed"),
    )
    @app_commands.autocomplete(model=every_model)
    async def set_model_rule(
        self,
        interaction: Interaction,
        model: str,
        factor: Factor | None = None,
        allowed: bool | None = None,  # noqa: FBT001 - an option
    ) -> None:
        """Say how much a model's seconds count, and whether it may be used."""
        models = self._services.models
        model_id = models.offered_id(model)
        name = models.name_of(model_id)
        rule = await self._admins.set_model_rule(
            admin_of(interaction), model_id, name, factor=factor, is_allowed=allowed
        )
        said = text("answer.admin.model_rule_set", model=Quote(name), rule=model_rule_text(rule))
        await answer_privately(interaction, said)

    async def _model_rules(self, admin: Actor) -> Mapping[str, ModelRule]:
        """The rules about models by the models' names."""
        rules = await self._admins.model_rules(admin)
        return {self._services.models.name_of(model_id): rule for model_id, rule in rules.items()}

    @quota.command(name="clear", description=command_text("admin.quota.clear"))
    @app_commands.describe(user=command_text("admin.quota.clear.user"), role=command_text("admin.quota.clear.role"))
    async def clear_rule(
        self, interaction: Interaction, user: Person | None = None, role: discord.Role | None = None
    ) -> None:
        """Remove a rule."""
        level, subject_id = _subject(interaction, user, role)
        await self._admins.clear_rule(admin_of(interaction), level, subject_id)
        who = subject_in_words(level, subject_id, texts_of(interaction))
        await answer_privately(interaction, text("answer.admin.rule_removed", who=who))


def _subject(interaction: Interaction, user: Person | None, role: discord.Role | None) -> tuple[Level, int]:
    """Whom a rule is for. The role of everybody is the server.

    Raises:
        RequestError: both are given.
    """
    if user is not None and role is not None:
        raise RequestError(text("answer.admin.user_or_role"))
    if user is not None:
        return Level.USER, user.id
    if role is not None and role.id != interaction.guild_id:
        return Level.ROLE, role.id
    return Level.SERVER, 0
