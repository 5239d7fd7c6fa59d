"""Who does something, and where, as Discord tells it."""

from __future__ import annotations

from typing import Final

import discord

from bot.domain.actor import Actor
from bot.errors import NotAllowedError, RequestError
from bot.services.languages import Languages
from bot.text import text
from cogs.permissions import may_use_commands
from cogs.replies import Interaction
from cogs.ui.texts import community_locale

TAKEN: Final = "taken"
"""Among an interaction's ``extras`` where one of our forms answers it, however long that takes."""


def role_ids(user: discord.abc.User) -> tuple[int, ...]:
    """The ids of somebody's roles in the server; none in direct messages."""
    return tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()


def parent_of(channel: object) -> int | None:
    """The channel of a thread; ``None`` for any other place."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def is_age_restricted(channel: object) -> bool:
    """Whether a channel (or the channel of a thread) is age-restricted, as far as it is known."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    known = channel.guild.get_channel_or_thread(channel.id)  # what an interaction brings may say less
    is_nsfw = getattr(known or channel, "is_nsfw", None)
    return is_nsfw is not None and bool(is_nsfw())


def actor_of(interaction: Interaction) -> Actor:
    """Who does something with an interaction, and where."""
    permissions = interaction.permissions
    return Actor(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id or 0,
        channel_id=interaction.channel_id or 0,
        parent_id=parent_of(interaction.channel),
        role_ids=role_ids(interaction.user),
        # Where Discord does not say, it is for Discord to refuse.
        can_use_commands=not interaction.guild_id or not permissions.value or permissions.use_application_commands,
        is_moderator=interaction.guild_id is not None and permissions.manage_messages,
        is_age_restricted=is_age_restricted(interaction.channel),
        guild_locale=community_locale(interaction.guild),
        user_locale=interaction.locale.value,
    )


def actor_of_message(message: discord.Message, languages: Languages) -> Actor:
    """Who writes a message, and where: what is answered is read by others."""
    channel = message.channel
    return Actor(
        user_id=message.author.id,
        guild_id=0 if message.guild is None else message.guild.id,
        channel_id=channel.id,
        parent_id=parent_of(channel),
        role_ids=role_ids(message.author),
        can_use_commands=may_use_commands(message.author, channel),
        is_age_restricted=is_age_restricted(channel),
        is_answered_in_public=True,
        guild_locale=community_locale(message.guild),
        user_locale=languages.of_person(message.author.id),
    )


def is_delegate(interaction: Interaction) -> bool:
    """Whether somebody who may use ``/admin`` does not manage the server: it lets others use the command, too."""
    return not interaction.permissions.manage_guild


def check_is_admin(interaction: Interaction, refusal: str, *, for_delegate: bool) -> None:
    """Check who presses something in an answer of ``/admin``, by the permissions that they have at that moment.

    ``for_delegate`` says that the answer was given to somebody who did not manage the server: that only they see it is
    proof enough. ``refusal`` is the key of the sentence.

    Raises:
        NotAllowedError: they may not.
    """
    is_private = interaction.message is not None and interaction.message.flags.ephemeral
    if is_delegate(interaction) and not (for_delegate and is_private):
        raise NotAllowedError(text(refusal))


def admin_of(interaction: Interaction) -> Actor:
    """Who gives an admin's command, in the one server that it reaches.

    Raises:
        RequestError: it is no server.
    """
    if interaction.guild_id is None:
        raise RequestError(text("answer.no_server"))
    return actor_of(interaction)
