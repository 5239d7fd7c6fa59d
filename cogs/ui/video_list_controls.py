"""The controls of the list of one's videos: pages, what to see, and one of them by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

import discord

from bot.domain.gate import Purpose
from bot.domain.job import Job
from bot.domain.video_list import VideoFilter, VideoGroup
from bot.text import text
from cogs.interaction_context import actor_of
from cogs.permissions import check_may_speak
from cogs.replies import Interaction, answer_privately, show_form
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase, JobButton, chosen_value
from cogs.ui.cards import Layout
from cogs.ui.forms import StudioForm
from cogs.ui.texts import texts_of
from cogs.ui.video_list import ALL, STORY, filter_of, one_video, poster_name, video_list
from cogs.ui.waiting import show_waiting

_MOST_SHOWN: Final = 10
"""Files of a message (Discord's page on uploads)."""


class VideoListControl(ButtonBase, template=custom_ids.VIDEO_LIST):
    """A button or a select on the list. What the list shows stands in its custom id."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Show another page or other videos in the place of the list, or one video beside it."""
        shown, chosen = filter_of(self.given), chosen_value(interaction)
        match self.given["what"]:
            case "group":
                group = None if chosen == ALL else VideoGroup(chosen)
                await _turn_to(interaction, replace(shown, group=group, page=0))
            case "story":
                await _turn_to(interaction, _with_subject(shown, chosen))
            case "open":
                await _open(interaction, chosen)
            case _:
                await _turn_to(interaction, shown)


def _with_subject(shown: VideoFilter, chosen: str) -> VideoFilter:
    """The list for a story or an element that was chosen."""
    kind, _, value = chosen.partition(" ")
    story_id = value if kind == STORY else None
    return replace(shown, story_id=story_id, element=int(value) if kind == "element" else None, page=0)


async def show_videos(interaction: Interaction, shown: VideoFilter | None = None) -> None:
    """Answer with one's videos, and with what waits for its turn, in private."""
    card, files = await _list(interaction, shown or VideoFilter())
    await answer_privately(interaction, card, files)
    await show_waiting(interaction)


async def _turn_to(interaction: Interaction, shown: VideoFilter) -> None:
    card, files = await _list(interaction, shown)
    none = discord.AllowedMentions.none()
    await interaction.response.edit_message(view=card, attachments=files, allowed_mentions=none)


async def _list(interaction: Interaction, shown: VideoFilter) -> tuple[Layout, list[discord.File]]:
    videos, user_id, guild_id = interaction.client.services.videos, interaction.user.id, interaction.guild_id or 0
    page = await videos.page(shown, user_id=user_id, guild_id=guild_id)
    story: Sequence[Job] = ()
    if shown.story_id is not None:
        story = await videos.story_of(shown.story_id, user_id=user_id, guild_id=guild_id)
    posters = await _posters(interaction, page.jobs)
    return video_list(page, shown, story, texts_of(interaction), posters), _files(page.jobs, posters)


async def _posters(interaction: Interaction, jobs: Sequence[Job]) -> dict[str, bytes]:
    """The posters of videos by their ids, as far as they are kept and may be sent; each is some ten kilobytes."""
    granted = interaction.app_permissions
    if interaction.guild_id is not None and granted.value and not granted.attach_files:
        return {}
    found: dict[str, bytes] = {}
    for job in jobs:
        if job.has_video and (poster := await interaction.client.services.videos.poster(job)) is not None:
            found[job.id] = poster
    return found


def _files(jobs: Sequence[Job], posters: Mapping[str, bytes]) -> list[discord.File]:
    return [discord.File(BytesIO(posters[job.id]), poster_name(job)) for job in jobs if job.id in posters]


async def _open(interaction: Interaction, job_id: str) -> None:
    services = interaction.client.services
    job = await services.videos.find(job_id, user_id=interaction.user.id, guild_id=interaction.guild_id or 0)
    story = await services.videos.story(job)
    shown = list({one.id: one for one in (job, *story[:_MOST_SHOWN])}.values())[:_MOST_SHOWN]
    posters = await _posters(interaction, shown)
    card = one_video(job, story, texts_of(interaction), posters)
    await answer_privately(interaction, card, _files(shown, posters))


class ReferencesButton(JobButton, template=custom_ids.REFERENCES.template):
    """Beside a video of one's own."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form with its references, for another prompt."""
        again = await interaction.client.services.job_history.again(self.job.id)
        given = replace(again, prompt="", prompt_owner_id=0, count=1, made_from=None, continues=None, take_of=None)
        title = text("form.title.references")
        form = StudioForm(interaction.client.services, given, texts=texts_of(interaction), title=title)
        await show_form(interaction, form)


class PickTakeButton(JobButton, template=custom_ids.PICK_TAKE.template):
    """Under another take of a shot."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Use it in the story."""
        await interaction.client.services.videos.pick(self.job, user_id=interaction.user.id)
        assert self.job.shot is not None
        await answer_privately(interaction, text("story.picked", number=self.job.shot.number))


class JoinButton(JobButton, template=custom_ids.JOIN.template):
    """Where a story is shown."""

    async def press(self, interaction: Interaction) -> None:
        """Make one video of its shots, and post it here."""
        assert interaction.channel_id is not None
        check_may_speak(interaction.permissions, interaction.channel)
        join = await interaction.client.services.joiner.ask(self.job, actor_of(interaction))
        await answer_privately(interaction, text("join.asked", count=len(join.job_ids)))


VIDEO_LIST_ITEMS: Final = (VideoListControl, ReferencesButton, PickTakeButton, JoinButton)
