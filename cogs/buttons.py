"""The buttons of a job. They are found by their custom ids, so those on old messages work after a restart."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Self

import discord
from discord import ui

from bot.services.services import Services
from cogs import marks
from cogs.cards import job_list, original_link
from cogs.forms import StudioForm
from cogs.replies import Interaction, answer_error, answer_privately
from cogs.starting import start_job


class JobButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"never:"):
    """A button for one job. What it does is ``press``; an error becomes a private sentence."""

    def __init__(self, button: ui.Button[ui.LayoutView], job_id: str) -> None:
        super().__init__(button)
        self.job_id = job_id

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """Build the button anew from the message that was clicked."""
        assert isinstance(item, ui.Button)
        return cls(item, match["job"])

    async def callback(self, interaction: Interaction) -> None:
        """Press it; a press that Discord delivers a second time has its answer already."""
        if not interaction.client.is_new(interaction.id):
            return
        try:
            await self.press(interaction)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)

    async def press(self, interaction: Interaction) -> None:
        """What the button does."""
        raise NotImplementedError


def job_buttons(services: Services) -> tuple[type[JobButton], ...]:
    """The button classes, bound to the services that they call."""

    class CancelButton(JobButton, template=marks.CANCEL):
        async def press(self, interaction: Interaction) -> None:
            moderator = isinstance(interaction.user, discord.Member) and interaction.permissions.manage_messages
            await services.cancelling.cancel(self.job_id, user_id=interaction.user.id, is_moderator=moderator)
            await answer_privately(
                interaction, "I'm cancelling it. I'll say so in the conversation once Oxen has stopped."
            )

    class VideosButton(JobButton, template=marks.VIDEOS):
        async def press(self, interaction: Interaction) -> None:
            await show_jobs(interaction, services)

    class OriginalButton(JobButton, template=marks.ORIGINAL):
        async def press(self, interaction: Interaction) -> None:
            link = await services.originals.link(self.job_id)
            await answer_privately(interaction, original_link(link.url, link.works_until))

    class ContinueButton(JobButton, template=marks.CONTINUE):
        async def press(self, interaction: Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            frame = await services.originals.last_frame(self.job_id)
            file = discord.File(BytesIO(frame), filename="last-frame.jpg")
            channel = interaction.channel
            assert isinstance(channel, discord.abc.Messageable)
            await channel.send("The last frame, to go on from as @Image1 of a new /video:", file=file)
            await answer_privately(interaction, "Posted the last frame here. Attach it as image1 of your next /video.")

    class RunAgainButton(JobButton, template=marks.RUN_AGAIN):
        async def press(self, interaction: Interaction) -> None:
            await start_job(interaction, services, await services.listing.again(self.job_id))

    class EditButton(JobButton, template=marks.EDIT):
        async def press(self, interaction: Interaction) -> None:
            given = await services.listing.again(self.job_id)
            await interaction.response.send_modal(StudioForm(services, given))

    class SendAgainButton(JobButton, template=marks.SEND_AGAIN):
        async def press(self, interaction: Interaction) -> None:
            assert interaction.channel_id is not None
            await services.listing.send_again(self.job_id, user_id=interaction.user.id, place_id=interaction.channel_id)
            await answer_privately(interaction, "I'm fetching it anew and will send it here.")

    return (
        CancelButton,
        VideosButton,
        OriginalButton,
        ContinueButton,
        RunAgainButton,
        EditButton,
        SendAgainButton,
    )


async def show_jobs(interaction: Interaction, services: Services) -> None:
    """Answer with one's running and recent videos, in private."""
    jobs = await services.listing.recent(interaction.user.id, interaction.guild_id or 0)
    await answer_privately(interaction, job_list(jobs))
