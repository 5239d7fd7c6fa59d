"""``/video``: a prompt and pictures in, a job out."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.attachments import MAX_ANGLES, MAX_ELEMENTS, MAX_IMAGES
from bot.domain.request import VideoRequest
from bot.services.services import Services
from cogs.adapter.pictures import elements, pictures
from cogs.commands.elements import Choices, element_choices
from cogs.replies import Interaction
from cogs.submit_flow import start_job

IMAGE = "Reference picture @Image{0} (PNG, JPEG, WebP, GIF and others, up to 25 MB)"
FRONT = "Front view of @Element{0}"
ANGLE = "Another view of @Element{0}"


class VideoCog(commands.Cog):
    """The command that makes videos."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name="video", description="Make a video from a prompt and reference pictures")
    @app_commands.describe(
        prompt="What happens; name the pictures as @Image1, @Element1 and so on",
        **{f"image{n}": IMAGE.format(n) for n in range(1, MAX_IMAGES + 1)},
        **{f"element{n}_front": FRONT.format(n) for n in range(1, MAX_ELEMENTS + 1)},
        **{
            f"element{n}_angle{a}": ANGLE.format(n)
            for n in range(1, MAX_ELEMENTS + 1)
            for a in range(1, MAX_ANGLES + 1)
        },
        use="A saved element to bring in; in the prompt it is @ its name, or the next free @Element",
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
        use: str | None = None,
        duration: Literal[5, 10] | None = None,
        aspect_ratio: Literal["16:9", "9:16", "1:1"] | None = None,
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
        await start_job(interaction, self._services, request, use=use)

    @video.autocomplete("use")
    async def _use(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, self._services, typed)
