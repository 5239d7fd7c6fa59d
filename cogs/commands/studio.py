"""``/studio`` and the ways in from the chat: a command on a message, a mention of the bot."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.redaction import Redaction
from bot.domain.request import Picture, VideoRequest
from bot.errors import RequestError
from bot.services.services import Services
from cogs.adapter.conversations import AUTO_ARCHIVE_MINUTES
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.adapter.pictures import files_of, pictures_of
from cogs.permissions import may_open_thread, may_write, own_permissions
from cogs.rate_limits import TOO_MANY, CommandRateLimit
from cogs.replies import Interaction, sentence_of
from cogs.submit_flow import start_job_from_message
from cogs.ui.forms import PromptForm, StudioForm
from cogs.ui.prompts import thread_name, thread_name_for

_log = logging.getLogger(__name__)


class StudioCog(commands.Cog):
    """Every way in but ``/video``."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services, rate_limit: CommandRateLimit) -> None:
        self._bot = bot
        self._services = services
        self._bursts = rate_limit
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
        draft = await self._services.drafts.get(interaction.user.id)
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
        if not mentions or not (prompt.strip() or files_of(message)):
            return  # a reply to the bot mentions it too, but does not name it: that is no request
        if not may_write(message.channel):
            return  # every answer would be a refused call
        if not self._bursts.take(message.author.id):
            if self._bursts.take_words(message.author.id):
                await _reply(message, TOO_MANY)
            return
        try:
            await self._start(message, prompt.strip())
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await _reply(message, sentence_of(error, channel_id=message.channel.id, user_id=message.author.id))

    async def _start(self, message: discord.Message, prompt: str) -> None:
        images = pictures_of(message) or self._pictures_replied_to(message)
        request = VideoRequest(prompt=prompt, images=images, elements={})
        if not request.images and isinstance(message.channel, discord.Thread):
            last = await self._services.job_history.last_in(message.channel.id)
            if last is not None:
                request = replace(last, prompt=prompt)
        await start_job_from_message(message, self._services, request, lambda: _open_thread(message, prompt))

    def _pictures_replied_to(self, message: discord.Message) -> dict[int, Picture]:
        """The pictures of what a message replies to, as far as the bot is shown them; not of its own messages."""
        replied = None if message.reference is None else message.reference.resolved
        if not isinstance(replied, discord.Message) or replied.author == self._bot.user:
            return {}
        return pictures_of(replied)


async def _open_thread(message: discord.Message, prompt: str) -> tuple[discord.abc.MessageableChannel, Redaction]:
    """A thread on a message; the channel itself where there can be none. Names that are refused are left out."""
    names = {
        Redaction.NOTHING: thread_name(prompt),
        Redaction.PROMPT: thread_name_for(message.author.display_name),
        Redaction.QUOTES: thread_name(""),
    }
    redaction = Redaction.NOTHING
    if isinstance(message.channel, discord.TextChannel) and may_open_thread(message.channel):
        for redaction, name in names.items():
            try:
                thread = await message.create_thread(name=name, auto_archive_duration=AUTO_ARCHIVE_MINUTES)
            except discord.HTTPException as error:
                _log.info("No thread on a message (%s)", error, extra={"redaction": redaction.name})
                if meaning_of(error) is not Meaning.WORDS_REFUSED:
                    break
            else:
                return thread, redaction
    return message.channel, redaction


async def _reply(message: discord.Message, sentence: str) -> None:
    granted = own_permissions(message.channel)
    none = discord.AllowedMentions.none()
    try:
        if granted is None or granted.read_message_history:
            await message.reply(sentence, allowed_mentions=none, mention_author=False)
        else:  # a reply would be refused
            await message.channel.send(sentence, allowed_mentions=none)
    except discord.HTTPException as error:
        _log.warning("A mention could not be answered: %s", error)
