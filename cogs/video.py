"""``/video``: a prompt and pictures in, a job out."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain import limits
from bot.domain.request import Element, Picture, VideoRequest
from bot.errors import NotAllowedError, RequestError
from bot.services.services import Services
from cogs.asker import parent_id, role_ids
from cogs.cards import status_card
from cogs.replies import Interaction

_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
}

IMAGE = "Reference picture @Image{0} (PNG, JPEG or WebP, 300 px or more a side, 10 MB at most)"
FRONT = "Front view of @Element{0}"
ANGLE = "Another view of @Element{0}"


def picture(attachment: discord.Attachment) -> Picture:
    """An attachment as Discord describes it."""
    return Picture(
        url=attachment.url,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        width=attachment.width,
        height=attachment.height,
    )


def pictures(*files: discord.Attachment | None) -> dict[int, Picture]:
    """The pictures of options that are numbered from 1; an empty option leaves a gap."""
    return {number: picture(file) for number, file in enumerate(files, start=1) if file is not None}


def elements(*options: tuple[discord.Attachment | None, ...]) -> dict[int, Element]:
    """The elements of options that are numbered from 1, each given as its front view and its angles.

    Raises:
        RequestError: there are angles, but no front view.
    """
    found = {}
    for number, (front, *angles) in enumerate(options, start=1):
        if front is not None:
            found[number] = Element(front=picture(front), angles=pictures(*angles))
        elif any(angles):
            raise RequestError(
                f"element{number} has other views, but no front view. Please attach one in element{number}_front."
            )
    return found


def check_permissions(interaction: Interaction) -> None:
    """Check that the bot may work here; without a word from Discord, assume that it may.

    Raises:
        NotAllowedError: a permission is missing; the sentence names it.
    """
    granted = interaction.app_permissions
    if interaction.guild_id is None or not granted.value:
        return
    needed = dict(_NEEDED)
    if isinstance(interaction.channel, discord.Thread):
        del needed["send_messages"]
        needed["send_messages_in_threads"] = "Send Messages in Threads"
    missing = [name for permission, name in needed.items() if not getattr(granted, permission)]
    if missing:
        raise NotAllowedError(
            f"I can't work in this channel: I lack {' and '.join(missing)}. "
            "Please ask someone who manages the server to grant it. Nothing was charged."
        )


class VideoCog(commands.Cog):
    """The command that makes videos."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name="video", description="Make a video from a prompt and reference pictures")
    @app_commands.describe(
        prompt="What happens; name the pictures as @Image1, @Element1 and so on",
        **{f"image{n}": IMAGE.format(n) for n in range(1, limits.MAX_IMAGES + 1)},
        **{f"element{n}_front": FRONT.format(n) for n in range(1, limits.MAX_ELEMENTS + 1)},
        **{
            f"element{n}_angle{a}": ANGLE.format(n)
            for n in range(1, limits.MAX_ELEMENTS + 1)
            for a in range(1, limits.MAX_ANGLES + 1)
        },
        duration="Length in seconds (5 where you don't choose)",
        aspect_ratio="Shape (16:9 where you don't choose)",
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def video(
        self,
        interaction: Interaction,
        prompt: str,
        image1: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        image5: discord.Attachment | None = None,
        image6: discord.Attachment | None = None,
        image7: discord.Attachment | None = None,
        element1_front: discord.Attachment | None = None,
        element1_angle1: discord.Attachment | None = None,
        element1_angle2: discord.Attachment | None = None,
        element1_angle3: discord.Attachment | None = None,
        element2_front: discord.Attachment | None = None,
        element2_angle1: discord.Attachment | None = None,
        element2_angle2: discord.Attachment | None = None,
        element2_angle3: discord.Attachment | None = None,
        element3_front: discord.Attachment | None = None,
        element3_angle1: discord.Attachment | None = None,
        element3_angle2: discord.Attachment | None = None,
        element3_angle3: discord.Attachment | None = None,
        duration: Literal[5, 10] = 5,
        aspect_ratio: Literal["16:9", "9:16", "1:1"] = "16:9",
    ) -> None:
        """Make a video."""
        request = VideoRequest(
            prompt=prompt,
            images=pictures(image1, image2, image3, image4, image5, image6, image7),
            elements=elements(
                (element1_front, element1_angle1, element1_angle2, element1_angle3),
                (element2_front, element2_angle1, element2_angle2, element2_angle3),
                (element3_front, element3_angle1, element3_angle2, element3_angle3),
            ),
            duration=duration,
            aspect_ratio=aspect_ratio,
        )
        check_permissions(interaction)
        await start_job(interaction, self._services, request)


async def start_job(interaction: Interaction, services: Services, request: VideoRequest) -> None:
    """Accept a request and answer with its card. From here on the interaction's token is not used."""
    assert interaction.channel_id is not None
    job = await services.submitting.accept(
        request,
        user_id=interaction.user.id,
        guild_id=interaction.guild_id or 0,
        channel_id=interaction.channel_id,
        parent_id=parent_id(interaction),
        role_ids=role_ids(interaction.user),
    )
    try:
        answer = await interaction.response.send_message(
            view=status_card(job, job.phase), allowed_mentions=discord.AllowedMentions.none()
        )
        if answer.message_id is not None:
            await services.submitting.answered(job, answer.message_id)
    finally:
        services.conductor.ring(job.id)
