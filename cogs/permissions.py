"""What the bot may do in a place, as the gateway told it: looked at before a call that would be refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import discord

_NEEDED: Final = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
}
_NEEDED_IN_THREADS: Final = {
    "view_channel": "View Channel",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}


def needed_permissions(channel: object) -> Mapping[str, str]:
    """What the bot needs to work in a place: the permissions by their fields, with the names that people read."""
    return _NEEDED_IN_THREADS if isinstance(channel, discord.Thread) else _NEEDED


def missing_permissions(granted: discord.Permissions, channel: object) -> list[str]:
    """The names of those that are missing, as people read them."""
    return [name for field, name in needed_permissions(channel).items() if not getattr(granted, field)]


def own_permissions(channel: object) -> discord.Permissions | None:
    """What the bot itself may do in a place of a server; ``None`` where that is not known, as in direct messages."""
    me = getattr(getattr(channel, "guild", None), "me", None)
    if me is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    try:
        return channel.permissions_for(me)
    except discord.ClientException:  # a thread whose channel is not known
        return None


def may_write(channel: object) -> bool:
    """Whether the bot may post a message there, as far as it knows."""
    granted = own_permissions(channel)
    if granted is None:
        return True
    writes = granted.send_messages_in_threads if isinstance(channel, discord.Thread) else granted.send_messages
    return granted.view_channel and writes


def may_open_thread(channel: object) -> bool:
    """Whether the bot may open a thread there and write in it, as far as it knows."""
    granted = own_permissions(channel)
    return granted is None or (granted.create_public_threads and granted.send_messages_in_threads)
