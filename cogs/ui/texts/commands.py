"""What Discord shows of commands: their words with their keys, by which a translator finds them."""

from __future__ import annotations

from discord import app_commands

from bot.text import Value
from cogs.ui.texts.render import ENGLISH


def command_text(key: str, /, **values: Value) -> app_commands.locale_str:
    """The words for a command, an option or a choice; ``extras`` has the key and the values."""
    key = f"command.{key}"
    return app_commands.locale_str(ENGLISH(key, **values), key=key, **values)


def command_choice(key: str, value: str) -> app_commands.Choice[str]:
    """A choice whose words depend on the language, and whose value does not."""
    return app_commands.Choice(name=command_text(key), value=value)
