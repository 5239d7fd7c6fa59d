"""The one gate: whatever somebody types, presses, sends off or says to the bot passes here before anything else.

The rule is in ``bot.domain.gate``; here is what they are answered.
"""

from __future__ import annotations

from typing import Final

import discord

from bot.domain.gate import Purpose
from bot.domain.job import Job
from cogs.interaction_context import actor_of
from cogs.replies import Interaction, answer_error

PURPOSE: Final = "purpose"
"""The key of a command's purpose in its ``extras``, or in those of its group; without one it is to make a video."""


async def admit(interaction: Interaction, purpose: Purpose, *, is_counted: bool = True) -> bool:
    """Let somebody through, or tell them in private why not.

    ``is_counted`` is whether it takes one of what they may do in a minute.
    """
    try:
        if not _is_new(interaction, is_counted=is_counted):
            return False
        await interaction.client.services.gate.check(actor_of(interaction), purpose)
    except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
        await _refuse(interaction, error)
        return False
    return True


async def admit_to_job(interaction: Interaction, purpose: Purpose, job_id: str) -> Job | None:
    """Let somebody press a button of a job, which is given back; or tell them in private why not."""
    try:
        if not _is_new(interaction, is_counted=True):
            return None
        return await interaction.client.services.gate.check_job(actor_of(interaction), purpose, job_id)
    except Exception as error:  # noqa: BLE001 - the edge
        await _refuse(interaction, error)
        return None


def purpose_of(interaction: Interaction) -> Purpose:
    """What the command is for that somebody gives, or whose option they type."""
    command = interaction.command
    if command is None:
        return Purpose.MAKE
    root = getattr(command, "root_parent", None)
    purpose = command.extras.get(PURPOSE, Purpose.MAKE if root is None else root.extras.get(PURPOSE, Purpose.MAKE))
    assert isinstance(purpose, Purpose)
    return purpose


def _is_new(interaction: Interaction, *, is_counted: bool) -> bool:
    """Whether it was not delivered before: what Discord delivers a second time has its answer already.

    Completing what is typed comes often, and is free.

    Raises:
        NotAllowedError: they did too much at once.
    """
    if interaction.type is discord.InteractionType.autocomplete:
        return True
    if not interaction.client.is_new(interaction.id):
        return False
    interaction.client.services.languages.note_person(interaction.user.id, interaction.locale.value)
    if is_counted:
        interaction.client.services.rate_limit.take(interaction.user.id)
    return True


async def _refuse(interaction: Interaction, error: Exception) -> None:
    """Say why not; to somebody who only types, by offering nothing."""
    if interaction.type is not discord.InteractionType.autocomplete:
        await answer_error(interaction, error)
    elif not interaction.response.is_done():
        await interaction.response.autocomplete([])
