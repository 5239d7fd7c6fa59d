"""``/video``: a prompt and pictures in, a job out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import discord
from discord import app_commands

from bot.client import VideoBot
from bot.domain.attachments import MAX_ANGLES, MAX_ELEMENTS, MAX_IMAGES
from bot.domain.request import VideoRequest, with_faces
from bot.services.models import Models
from cogs.adapter.pictures import elements, picture, pictures
from cogs.commands.element_choices import Choices, element_choices
from cogs.commands.model_choices import length_choices, model_choices, ratio_choices, resolution_choices
from cogs.commands.option_command import command_of
from cogs.commands.video_options import video_options
from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui.buttons import JOB_BUTTONS
from cogs.ui.pending_buttons import PendingButton
from cogs.ui.waiting import CancelWaitingButton
from cogs.ui.workbench_buttons import WORKBENCH_ITEMS


async def saved_choices(interaction: Interaction, typed: str) -> Choices:
    """The saved elements that somebody can bring in."""
    return await element_choices(interaction, typed)


_COMPLETED: Final[Mapping[str, Callable[..., Any]]] = {
    "saved_element": saved_choices,
    "model": model_choices,
    "duration": length_choices,
    "aspect_ratio": ratio_choices,
    "resolution": resolution_choices,
}
Options = Mapping[str, Any]
"""The options that somebody filled in, by their names."""


def video_command(models: Models) -> app_commands.Command[Any, ..., None]:
    """The command that makes videos, with the options that the models take."""

    async def video(interaction: Interaction, **given: Any) -> None:  # noqa: ANN401 - by the options' own types
        await start_job(
            interaction, _request(given, interaction.client.services.models), use=given.get("saved_element")
        )

    return command_of("video", video, video_options(models), _COMPLETED)


def _request(given: Options, models: Models) -> VideoRequest:
    """What was asked for.

    Raises:
        RequestError: there is no such model, or the pictures do not go together.
    """
    start, end = given.get("start"), given.get("end")
    request = VideoRequest(
        prompt=given["prompt"],
        images=pictures(*(given.get(f"image{n}") for n in range(1, MAX_IMAGES + 1))),
        elements=elements(*(_views(given, number) for number in range(1, MAX_ELEMENTS + 1))),
        duration=given.get("duration"),
        aspect_ratio=given.get("aspect_ratio"),
        model=models.id_of(given["model"]) if given.get("model") else None,
        start=None if start is None else picture(start),
        end=None if end is None else picture(end),
        resolution=given.get("resolution"),
        sound=given.get("sound"),
        is_spoiler=bool(given.get("spoiler")),
        count=given.get("count") or 1,
    )
    return with_faces(request, given["faces"]) if given.get("faces") else request


def _views(given: Options, number: int) -> list[discord.Attachment | None]:
    """The pictures of an element, its front first."""
    angles = (f"element{number}_angle{angle}" for angle in range(1, MAX_ANGLES + 1))
    return [given.get(name) for name in (f"element{number}_front", *angles)]


async def setup(bot: VideoBot) -> None:
    """Add what is here, and the buttons of every job."""
    models = bot.services.models
    await models.read()
    bot.tree.add_command(video_command(models))
    bot.add_dynamic_items(*JOB_BUTTONS, PendingButton, CancelWaitingButton, *WORKBENCH_ITEMS)
