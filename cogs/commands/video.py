"""``/video``: a prompt and pictures in, a job out."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.attachments import MAX_ANGLES, MAX_ELEMENTS, MAX_IMAGES
from bot.domain.request import VideoRequest
from cogs.adapter.pictures import elements, pictures
from cogs.commands.element_choices import Choices, element_choices
from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui.buttons import JOB_BUTTONS
from cogs.ui.pending_buttons import PendingButton
from cogs.ui.texts.commands import command_text


class VideoCog(commands.Cog):
    """The command that makes videos."""

    @app_commands.command(name="video", description=command_text("video"))
    @app_commands.describe(
        prompt=command_text("video.prompt"),
        **{f"image{n}": command_text("video.image", number=n) for n in range(1, MAX_IMAGES + 1)},
        **{f"element{n}_front": command_text("video.front", number=n) for n in range(1, MAX_ELEMENTS + 1)},
        **{
            f"element{n}_angle{a}": command_text("video.angle", number=n)
            for n in range(1, MAX_ELEMENTS + 1)
            for a in range(1, MAX_ANGLES + 1)
        },
        use=command_text("video.use"),
        duration=command_text("video.duration"),
        aspect_ratio=command_text("video.aspect_ratio"),
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
        await start_job(interaction, request, use=use)

    @video.autocomplete("use")
    async def _use(self, interaction: Interaction, typed: str) -> Choices:
        return await element_choices(interaction, typed)


async def setup(bot: VideoBot) -> None:
    """Add what is here, and the buttons of every job."""
    await bot.add_cog(VideoCog())
    bot.add_dynamic_items(*JOB_BUTTONS, PendingButton)
