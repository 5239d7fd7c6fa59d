"""Commands whose options are built from the models that can be chosen."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from discord import app_commands

from cogs.replies import Interaction
from cogs.ui.texts.commands import command_text

MOST_OPTIONS: Final = 25
"""Options of a command, and choices of an option (Discord's page on application commands)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option: its type as discord.py reads it, and what Discord says of it. ``is_completed`` as it is typed."""

    name: str
    annotation: Any
    description: Any
    is_required: bool = False
    is_completed: bool = False
    choices: tuple[str | int, ...] = ()
    """What can be chosen, in this order: a ``Literal`` would be taken for one that has the same in another."""

    def parameter(self) -> inspect.Parameter:
        """The option as a parameter of the command's callback."""
        default = inspect.Parameter.empty if self.is_required else None
        return inspect.Parameter(self.name, inspect.Parameter.KEYWORD_ONLY, annotation=self.annotation, default=default)


def command_of(
    name: str, callback: Callable[..., Any], options: Sequence[Option], completed: Mapping[str, Callable[..., Any]]
) -> app_commands.Command[Any, ..., None]:
    """A command whose options are known only as it is built. ``completed`` completes those that are, by their names."""
    who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=Interaction)
    signature = inspect.Signature([who, *(option.parameter() for option in options)])
    callback.__signature__ = signature  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in options})(callback)
    fixed = {
        option.name: [app_commands.Choice(name=str(one), value=one) for one in option.choices]
        for option in options
        if option.choices
    }
    app_commands.choices(**fixed)(callback)
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=name,
        description=command_text(name),
        callback=callback,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )
    for option in options:
        if option.is_completed:
            command.autocomplete(option.name)(completed[option.name])
    return command
