"""``/admin grant``, ``block`` and ``unblock``: what an admin does for or against one member."""

from __future__ import annotations

from discord import app_commands

from bot.services.spending.admin import Unblocked
from bot.text import Text, User, text
from cogs.commands.admin_base import MAX_SECONDS, AdminCommands, Person
from cogs.interaction_context import admin_of, role_ids
from cogs.replies import Interaction, answer_privately
from cogs.ui.policy_texts import rule_in_words, subject_in_words
from cogs.ui.texts import Texts, texts_of
from cogs.ui.texts.commands import command_text


class PeopleCommands(AdminCommands):
    """Extra seconds and blocks."""

    @app_commands.command(name="grant", description=command_text("admin.grant"))
    @app_commands.describe(
        user=command_text("admin.grant.user"),
        seconds=command_text("admin.grant.seconds"),
        expires=command_text("admin.grant.expires"),
    )
    async def grant(
        self,
        interaction: Interaction,
        user: Person,
        seconds: app_commands.Range[int, 1, MAX_SECONDS],
        expires: str | None = None,
    ) -> None:
        """Give extra seconds."""
        until = await self._admins.grant(admin_of(interaction), user.id, seconds, expires)
        granted = text("answer.admin.granted", user=User(user.id), seconds=seconds)
        if until is not None:
            granted = text("answer.admin.granted_until", user=User(user.id), seconds=seconds, until=until)
        await answer_privately(interaction, granted)

    @app_commands.command(name="block", description=command_text("admin.block"))
    @app_commands.describe(user=command_text("admin.block.user"))
    async def block(self, interaction: Interaction, user: Person) -> None:
        """Block a user."""
        await self._admins.block(admin_of(interaction), user.id)
        await answer_privately(interaction, text("answer.admin.blocked", user=User(user.id)))

    @app_commands.command(name="unblock", description=command_text("admin.unblock"))
    @app_commands.describe(user=command_text("admin.unblock.user"))
    async def unblock(self, interaction: Interaction, user: Person) -> None:
        """Undo a block."""
        done = await self._admins.unblock(admin_of(interaction), user.id, role_ids(user))
        await answer_privately(interaction, _unblocked(user.id, done, texts_of(interaction)))


def _unblocked(user_id: int, done: Unblocked, texts: Texts) -> Text:
    """What came of it. A rule of somebody's own goes before the one that blocks them."""
    user = User(user_id)
    if done.blocked_by:
        rules = tuple(text("answer.admin.rule_of", who=subject_in_words(*who, texts)) for who in done.blocked_by)
        key = "answer.admin.blocked_by_others" if done.rule is None else "answer.admin.still_blocked"
        return text(key, user=user, rules=rules)
    if done.rule is None:
        return text("answer.admin.not_blocked", user=user)
    if done.rule.is_empty:
        return text("answer.admin.unblocked", user=user)
    return text("answer.admin.unblocked_with_rule", user=user, rule=rule_in_words(done.rule, texts))
