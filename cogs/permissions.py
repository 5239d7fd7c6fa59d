"""What the bot may do in a place, as the gateway told it: looked at before a call that would be refused."""

from __future__ import annotations

from typing import Final

import discord

from bot.errors import NotAllowedError
from bot.text import Text, text

_NEEDED: Final = ("view_channel", "send_messages", "attach_files")
_NEEDED_IN_THREADS: Final = ("view_channel", "send_messages_in_threads", "attach_files")


def missing_permissions(granted: discord.Permissions, channel: object) -> list[Text]:
    """The names of the permissions that the bot needs in a place and has not, as Discord writes them."""
    needed = _NEEDED_IN_THREADS if isinstance(channel, discord.Thread) else _NEEDED
    return [text(f"permission.{field}") for field in needed if not getattr(granted, field)]


def own_permissions(channel: object) -> discord.Permissions | None:
    """What the bot itself may do in a place of a server; ``None`` where that is not known, as in direct messages."""
    me = getattr(getattr(channel, "guild", None), "me", None)
    if me is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    try:
        return channel.permissions_for(me)
    except discord.ClientException:  # a thread whose channel is not known
        return None


def may_use_commands(who: discord.abc.User, channel: object) -> bool:
    """Whether Discord lets a member use commands in a place; in direct messages anybody may."""
    if not isinstance(who, discord.Member) or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    try:
        return channel.permissions_for(who).use_application_commands
    except discord.ClientException:  # a thread whose channel is not known
        return who.guild_permissions.use_application_commands


def may_speak(permissions: discord.Permissions, channel: object) -> bool:
    """Whether somebody with these permissions in a place may post a message there."""
    if isinstance(channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def check_may_speak(permissions: discord.Permissions, channel: object) -> None:
    """Check that somebody with these permissions in a place may post a message there, before the bot does for them.

    Raises:
        NotAllowedError: they may not.
    """
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or not permissions.value:
        return  # where Discord does not say, it is for Discord to refuse
    if not may_speak(permissions, channel):
        raise NotAllowedError(text("gate.cannot_write"))


def may_write(channel: object) -> bool:
    """Whether the bot may post a message there, as far as it knows."""
    granted = own_permissions(channel)
    if granted is None:
        return True
    return granted.view_channel and may_speak(granted, channel)


def may_open_thread(channel: object) -> bool:
    """Whether the bot may open a thread there and write in it, as far as it knows."""
    granted = own_permissions(channel)
    return granted is None or (granted.create_public_threads and granted.send_messages_in_threads)
