"""Commands in the menu of a message, which a cog cannot declare."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from cogs.replies import Interaction


def message_command(
    name: app_commands.locale_str, callback: Callable[[Interaction, discord.Message], Coroutine[Any, Any, None]]
) -> app_commands.ContextMenu:
    """A command on messages of servers and of direct messages with the bot."""
    menu = app_commands.ContextMenu(name=name, callback=callback)
    menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
    menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
    return menu
