"""The buttons of a job."""

from __future__ import annotations

from typing import ClassVar, Final

import discord

from bot.domain.gate import Purpose, check_original
from bot.domain.idempotency import run_again_key
from bot.domain.job import Job
from bot.domain.model_spec import Media
from bot.domain.policy import NO_LIMIT
from bot.domain.repeated_request import continue_request
from bot.domain.request import VideoRequest
from bot.errors import NotAllowedError, RequestError
from bot.text import Channel, User, text
from cogs.adapter.messages import with_fresh_links
from cogs.adapter.pictures import own_pictures_of
from cogs.interaction_context import actor_of, is_age_restricted, role_ids
from cogs.permissions import check_may_speak, may_speak
from cogs.replies import Interaction, answer_privately, pending_buttons, show_form
from cogs.submit_flow import start_job
from cogs.ui import custom_ids, result_actions
from cogs.ui.button_base import ButtonBase, JobButton, chosen_value
from cogs.ui.cards import original_link
from cogs.ui.custom_ids import JobCustomId
from cogs.ui.forms import PromptForm, StudioForm
from cogs.ui.quota_cards import quota_card
from cogs.ui.result_menu import ResultChoice, result_menu
from cogs.ui.texts import texts_of
from cogs.ui.video_list_controls import show_videos
from cogs.workbench import open_workbench


class CancelButton(JobButton, template=custom_ids.CANCEL.template):
    """On the card of a running job."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Cancel the job."""
        actor = actor_of(interaction)
        canceller = interaction.client.services.canceller
        await canceller.cancel(self.job.id, user_id=actor.user_id, is_moderator=actor.is_moderator)
        await answer_privately(interaction, text("answer.cancelling"))


class VideosButton(ButtonBase, template=custom_ids.VIDEOS.template):
    """Under every outcome: the list of one's videos. That the message is of a certain job does not matter here."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Show the videos of whoever pressed."""
        await show_videos(interaction)


class OriginalButton(JobButton, template=custom_ids.ORIGINAL.template):
    """Under a video, and under a copy that was made to fit."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Answer with a link to the original."""
        await _show_original(interaction, self.job)


class ContinueButton(JobButton, template=custom_ids.CONTINUE.template):
    """Under every video."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form with its last frame as ``@Image1``, in the same shape and length."""
        if self.job.removed_by is not None:
            raise RequestError(text("note.deleted_video", made=self.job.request.media))
        texts = texts_of(interaction)
        given = continue_request(self.job, texts("form.prompt.continue"))
        form = StudioForm(interaction.client.services, given, texts=texts, title=text("form.title.continue"))
        await show_form(interaction, form)


class FrameButton(ButtonBase, template=custom_ids.FRAME):
    """Under a last frame that was posted, as earlier versions did."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form with the frame as ``@Image1``."""
        assert interaction.message is not None
        await show_form(
            interaction,
            PromptForm(interaction.client.services, own_pictures_of(interaction.message), texts_of(interaction)),
        )


class RunAgainButton(JobButton, template=custom_ids.RUN_AGAIN.template):
    """Under every outcome."""

    async def press(self, interaction: Interaction) -> None:
        """Make the same once more; under somebody else's, ask first."""
        request = await interaction.client.services.job_history.again(self.job.id)
        if interaction.user.id != self.job.user_id:
            await self._ask_first(interaction, request)
            return
        key = run_again_key(interaction.user.id, self.job.id)
        await start_job(interaction, request, is_sure=True, key=key)

    async def _ask_first(self, interaction: Interaction, request: VideoRequest) -> None:
        services, texts = interaction.client.services, texts_of(interaction)
        seconds = self.job.counted_seconds * request.count
        view, _ = await services.quotas.quota(
            interaction.user.id, interaction.guild_id or 0, role_ids(interaction.user)
        )
        kept = await services.prompt_checks.keep(request, use=None, user_id=interaction.user.id, asked=True)
        owner, made = User(self.job.user_id), request.media
        question = text("answer.make_own", owner=owner, seconds=seconds, left=view.left, made=made)
        if view.left >= NO_LIMIT:
            question = text("answer.make_own_unlimited", owner=owner, seconds=seconds, made=made)
        make = text("button.run_again", seconds=seconds)
        buttons = pending_buttons(kept.id, texts, make=make, can_edit=made is Media.VIDEO, is_asked=True)
        await answer_privately(interaction, question, buttons=buttons)


class EditButton(JobButton, template=custom_ids.EDIT.template):
    """Under every outcome."""

    async def press(self, interaction: Interaction) -> None:
        """Open the workbench with what was sent."""
        services = interaction.client.services
        request = services.workbench.usable(await services.job_history.again(self.job.id))
        await interaction.response.defer(ephemeral=True, thinking=True)
        request = await with_fresh_links(interaction.client, request)
        kept = await services.prompt_checks.keep(request, use=None, user_id=interaction.user.id, asked=True)
        await open_workbench(interaction, kept)


class SendAgainButton(JobButton, template=custom_ids.SEND_AGAIN.template):
    """Beside a video that could not be posted."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Post it here."""
        assert interaction.channel_id is not None
        check_may_speak(interaction.permissions, interaction.channel)
        history = interaction.client.services.job_history
        await history.send_again(self.job.id, user_id=interaction.user.id, place_id=interaction.channel_id)
        await answer_privately(interaction, text("answer.sending_again", made=self.job.request.media))


class ReportButton(JobButton, template=custom_ids.REPORT.template):
    """Under every result."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Tell the server's admins and the operator."""
        await _carry_out(interaction, self.job, ResultChoice.REPORT)


class DeleteResultButton(JobButton, template=custom_ids.DELETE_RESULT.template):
    """Under every result."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Delete the message."""
        await _carry_out(interaction, self.job, ResultChoice.DELETE)


class ResultMenu(JobButton, template=custom_ids.MENU.template):
    """**More** under a result; earlier versions had a list there, whose choices are carried out."""

    purpose = Purpose.OWN
    mark: ClassVar[JobCustomId] = custom_ids.MENU

    async def press(self, interaction: Interaction) -> None:
        """Show what else can be done with it, or do what was chosen."""
        if chosen := chosen_value(interaction):
            await _carry_out(interaction, self.job, chosen)
        else:
            await answer_privately(interaction, result_menu(self.job, texts_of(interaction), mark=self.mark))


class CopyMenu(ResultMenu, template=custom_ids.COPY.template):
    """The same under the second message about a video, in its channel."""

    mark = custom_ids.COPY


class ResultChoiceButton(JobButton, template=custom_ids.RESULT_CHOICE):
    """One thing to do with a result, behind **More**."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Do it."""
        await _carry_out(interaction, self.job, self.given["what"])


async def _carry_out(interaction: Interaction, job: Job, choice: str) -> None:
    results, made = interaction.client.services.result_moderator, job.request.media
    match choice:
        case ResultChoice.ORIGINAL:
            await _show_original(interaction, job)
        case ResultChoice.VIDEOS:
            await show_videos(interaction)
        case ResultChoice.REPORT:
            await result_actions.report(interaction, results, job.id, made)
        case ResultChoice.DELETE:
            await result_actions.delete(interaction, results, job.id, made)
        case ResultChoice.SPOILER:
            await result_actions.hide(interaction, results, job.id)
        case ResultChoice.SHARE:
            await _share(interaction, job)
        case _:
            raise RequestError(text("result.unknown"))


async def _show_original(interaction: Interaction, job: Job) -> None:
    """Answer with a link to the original, for those who may have it."""
    check_original(actor_of(interaction), job)
    await interaction.response.defer(ephemeral=True, thinking=True)
    link = await interaction.client.services.original_videos.link(job.id)
    await answer_privately(
        interaction, original_link(link.url, link.works_until, texts_of(interaction), job.request.media)
    )


async def _share(interaction: Interaction, job: Job) -> None:
    """Post the video in its channel, for its owner, who needs to be able to make one there and to write there."""
    services = interaction.client.services
    await services.gate.check(actor_of(interaction), Purpose.MAKE)
    await interaction.response.defer(ephemeral=True, thinking=True)
    channel = None if interaction.guild is None else interaction.guild.get_channel(job.channel_id)
    who = interaction.user
    if channel is None or not isinstance(who, discord.Member) or not may_speak(channel.permissions_for(who), channel):
        raise NotAllowedError(text("result.share.cannot_write", channel=Channel(job.channel_id)))
    await services.result_copies.share(job.id, who.id, is_age_restricted=is_age_restricted(channel))
    await answer_privately(interaction, text("result.shared", channel=Channel(job.channel_id)))


JOB_BUTTONS: Final = (
    CancelButton,
    VideosButton,
    OriginalButton,
    ContinueButton,
    FrameButton,
    RunAgainButton,
    EditButton,
    SendAgainButton,
    ReportButton,
    DeleteResultButton,
    ResultMenu,
    CopyMenu,
    ResultChoiceButton,
)


async def show_quota(interaction: Interaction) -> None:
    """Answer with what is left of one's quota, in private."""
    view, lines = await interaction.client.services.quotas.quota(
        interaction.user.id, interaction.guild_id or 0, role_ids(interaction.user)
    )
    await answer_privately(
        interaction, quota_card(view, lines, texts_of(interaction), interaction.client.services.models.name_of)
    )
