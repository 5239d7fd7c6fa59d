"""What every button and list of ours has in common: found by its custom id, also on old messages after a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.domain.gate import Purpose
from bot.domain.job import Job
from cogs.gate import admit, admit_to_job
from cogs.replies import Interaction, answer_error


class ButtonBase(ui.DynamicItem[ui.Item[Any]], template=r"never:"):
    """A button, or a list to choose from. What it does is ``press``; an error becomes a private sentence.

    ``given`` is what its custom id says: the groups of the template.
    """

    purpose: ClassVar[Purpose] = Purpose.MAKE

    def __init__(self, item: ui.Item[Any], given: Mapping[str, str]) -> None:
        super().__init__(item)
        self.given = given

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build it anew from the message that was clicked."""
        return cls(item, match.groupdict())

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether the press may go on."""
        return await admit(interaction, self.purpose)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Press it."""
        try:
            await self.press(interaction)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)

    async def press(self, interaction: Interaction) -> None:
        """What the button does."""
        raise NotImplementedError


class JobButton(ButtonBase, template=r"never-job:"):
    """A button for one job, which the gate has looked up before it is pressed."""

    job: Job

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether the press may go on, and has to do with the job that the button is for."""
        job = await admit_to_job(interaction, self.purpose, self.given["job"])
        if job is None:
            return False
        self.job = job
        return True


def chosen_value(interaction: Interaction) -> str:
    """The value that Discord says was chosen; nothing where a button was pressed."""
    data: Mapping[str, Any] = interaction.data or {}
    return str(next(iter(data.get("values", ())), ""))
