"""``/studio`` and the ways in from the chat: a command on a message, a mention of the bot."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.request import VideoRequest
from bot.errors import RequestError
from bot.services.services import Services
from cogs.bursts import TOO_MANY, Bursts
from cogs.conversations import AUTO_ARCHIVE_MINUTES
from cogs.forms import PromptForm, StudioForm
from cogs.pictures import pictures_of
from cogs.replies import Interaction, sentence_of
from cogs.starting import start_job_from_message
from cogs.text import thread_name

_log = logging.getLogger(__name__)


class StudioCog(commands.Cog):
    """Every way in but ``/video``."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services, bursts: Bursts) -> None:
        self._bot = bot
        self._services = services
        self._bursts = bursts
        self._from_message = app_commands.ContextMenu(name="Make a video from this", callback=self.make_from_message)
        self._from_message.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
        self._from_message.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=False
        )

    async def cog_load(self) -> None:
        """Add the command on messages, which a cog cannot declare."""
        self._bot.tree.add_command(self._from_message)

    @app_commands.command(name="studio", description="Make a video with a form: prompt, pictures, elements")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def studio(self, interaction: Interaction) -> None:
        """Open the form."""
        draft = await self._services.drafting.get(interaction.user.id)
        await interaction.response.send_modal(StudioForm(self._services, draft=draft))

    async def make_from_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask for a prompt for the pictures of a message."""
        images = pictures_of(message)
        if not images:
            raise RequestError("That message has no picture that I can use. Please choose one with pictures.")
        await interaction.response.send_modal(PromptForm(self._services, images))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a mention of the bot as a request: the text is the prompt, the pictures are the images."""
        me = self._bot.user
        if me is None or message.author.bot:
            return
        prompt, mentions = re.subn(rf"<@!?{me.id}>", " ", message.content)
        if not mentions or not (prompt.strip() or message.attachments):
            return  # a reply to the bot mentions it too, but does not name it: that is no request
        if not self._bursts.take(message.author.id):
            if self._bursts.take_words(message.author.id):
                await _reply(message, TOO_MANY)
            return
        try:
            await self._start(message, prompt.strip())
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await _reply(message, sentence_of(error, channel_id=message.channel.id, user_id=message.author.id))

    async def _start(self, message: discord.Message, prompt: str) -> None:
        request = VideoRequest(prompt=prompt, images=pictures_of(message), elements={})
        if not request.images and isinstance(message.channel, discord.Thread):
            last = await self._services.listing.last_in(message.channel.id)
            if last is not None:
                request = replace(last, prompt=prompt)
        await start_job_from_message(message, self._services, request, lambda: _open_thread(message, prompt))


async def _open_thread(message: discord.Message, prompt: str) -> discord.abc.MessageableChannel:
    """A thread on a message; the channel itself where there can be none."""
    if isinstance(message.channel, discord.TextChannel):
        try:
            return await message.create_thread(name=thread_name(prompt), auto_archive_duration=AUTO_ARCHIVE_MINUTES)
        except discord.HTTPException as error:
            _log.info("No thread on a message (%s); answering in the channel", error)
    return message.channel


async def _reply(message: discord.Message, sentence: str) -> None:
    try:
        await message.reply(sentence, allowed_mentions=discord.AllowedMentions.none(), mention_author=False)
    except discord.HTTPException as error:
        _log.warning("A mention could not be answered: %s", error)
