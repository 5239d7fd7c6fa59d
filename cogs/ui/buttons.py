"""The buttons of a job."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import ui

from bot.domain.idempotency import run_again_key
from bot.errors import RequestError
from bot.services.moderation.results import Presser
from bot.services.services import Services
from cogs.adapter.pictures import own_pictures_of
from cogs.replies import Buttons, Interaction, answer_privately
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.cards import job_list, original_link
from cogs.ui.forms import PromptForm, StudioForm
from cogs.ui.texts import ENGLISH


class JobButton(ButtonBase, template=r"never-job:"):
    """A button for one job."""

    @property
    def job_id(self) -> str:
        """The job that it is for."""
        return self.given["job"]


def job_buttons(services: Services) -> tuple[type[ButtonBase], ...]:
    """The button classes, bound to the services that they call."""

    class CancelButton(JobButton, template=custom_ids.CANCEL):
        async def press(self, interaction: Interaction) -> None:
            moderator = isinstance(interaction.user, discord.Member) and interaction.permissions.manage_messages
            await services.canceller.cancel(self.job_id, user_id=interaction.user.id, is_moderator=moderator)
            await answer_privately(
                interaction, "I'm cancelling it. I'll say so in the conversation once Oxen has stopped."
            )

    class VideosButton(JobButton, template=custom_ids.VIDEOS):
        async def press(self, interaction: Interaction) -> None:
            await show_jobs(interaction, services)

    class OriginalButton(JobButton, template=custom_ids.ORIGINAL):
        async def press(self, interaction: Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            link = await services.original_videos.link(self.job_id)
            await answer_privately(interaction, original_link(link.url, link.works_until))

    class ContinueButton(JobButton, template=custom_ids.CONTINUE):
        async def press(self, interaction: Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            frame = await services.original_videos.last_frame(self.job_id)
            file = discord.File(BytesIO(frame.jpeg), filename="last-frame.jpg", spoiler=frame.is_spoiler)
            channel = interaction.channel
            assert isinstance(channel, discord.abc.Messageable)
            use: ui.Button[ui.View] = ui.Button(label="Make a video from it", custom_id=custom_ids.FRAME)
            try:
                await channel.send("The last frame, to go on from:", file=file, view=Buttons(use))
            except discord.Forbidden as error:
                raise RequestError("I can't post the last frame here: I may not write or attach files.") from error
            await answer_privately(interaction, "Posted the last frame here, with a button that goes on from it.")

    class FrameButton(ButtonBase, template=custom_ids.FRAME):
        async def press(self, interaction: Interaction) -> None:
            assert interaction.message is not None
            await interaction.response.send_modal(PromptForm(services, own_pictures_of(interaction.message)))

    class RunAgainButton(JobButton, template=custom_ids.RUN_AGAIN):
        async def press(self, interaction: Interaction) -> None:
            request = await services.job_history.again(self.job_id)
            key = run_again_key(interaction.user.id, self.job_id)
            await start_job(interaction, services, request, is_sure=True, key=key)

    class EditButton(JobButton, template=custom_ids.EDIT):
        async def press(self, interaction: Interaction) -> None:
            given = await services.job_history.again(self.job_id)
            await interaction.response.send_modal(StudioForm(services, given))

    class SendAgainButton(JobButton, template=custom_ids.SEND_AGAIN):
        async def press(self, interaction: Interaction) -> None:
            assert interaction.channel_id is not None
            await services.job_history.send_again(
                self.job_id, user_id=interaction.user.id, place_id=interaction.channel_id
            )
            await answer_privately(interaction, "I'm fetching it anew and will send it here.")

    class ReportButton(JobButton, template=custom_ids.REPORT):
        async def press(self, interaction: Interaction) -> None:
            is_new = await services.result_moderator.report(self.job_id, _presser(interaction))
            await answer_privately(interaction, ENGLISH("result.reported" if is_new else "result.reported_before"))

    class DeleteButton(JobButton, template=custom_ids.DELETE_RESULT):
        async def press(self, interaction: Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await services.result_moderator.delete(self.job_id, _presser(interaction))
            await answer_privately(interaction, ENGLISH("result.deleted"))

    return (
        CancelButton,
        VideosButton,
        OriginalButton,
        ContinueButton,
        FrameButton,
        RunAgainButton,
        EditButton,
        SendAgainButton,
        ReportButton,
        DeleteButton,
    )


def _presser(interaction: Interaction) -> Presser:
    assert interaction.channel_id is not None
    return Presser(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id,
        is_moderator=isinstance(interaction.user, discord.Member) and interaction.permissions.manage_messages,
    )


async def show_jobs(interaction: Interaction, services: Services) -> None:
    """Answer with one's running and recent videos, in private."""
    jobs = await services.job_history.recent(interaction.user.id, interaction.guild_id or 0)
    await answer_privately(interaction, job_list(jobs))
