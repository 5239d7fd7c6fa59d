"""``/studio`` and the ways in from the chat: a command on a message, a mention of the bot."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.actor import Actor
from bot.domain.gate import Purpose
from bot.domain.moderation import Presentation
from bot.domain.redaction import Redaction
from bot.domain.request import Picture, VideoRequest
from bot.errors import ConsentNeeded, NotAllowedError, RefusedError, RequestError, StoreError
from bot.text import text
from cogs.adapter.conversations import AUTO_ARCHIVE_MINUTES
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.adapter.pictures import files_of, pictures_of
from cogs.client import TranslatedBot
from cogs.commands.message_commands import message_command
from cogs.interaction_context import actor_of_message
from cogs.permissions import may_open_thread, may_write, own_permissions
from cogs.replies import Interaction, pending_buttons, refused_buttons, sentence_of, show_form
from cogs.submit_flow import start_job_from_message
from cogs.ui.forms import PromptForm, StudioForm
from cogs.ui.help_cards import example_files, help_card
from cogs.ui.prompts import thread_name, thread_name_for
from cogs.ui.texts import Texts, texts_of
from cogs.ui.texts.commands import command_text

_log = logging.getLogger(__name__)


class StudioCog(commands.Cog):
    """Every way in but ``/video``."""

    def __init__(self, bot: TranslatedBot) -> None:
        self._bot = bot
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """One mention at a time in a channel: what Discord refuses of the first is not tried with the others."""
        self._menu = message_command(command_text("make_from_message"), self.make_from_message)

    async def cog_load(self) -> None:
        """Add the command on messages."""
        self._bot.tree.add_command(self._menu)

    @app_commands.command(name="studio", description=command_text("studio"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def studio(self, interaction: Interaction) -> None:
        """Open the form."""
        draft = await self._bot.services.drafts.get(interaction.user.id)
        await show_form(interaction, StudioForm(self._bot.services, draft=draft, texts=texts_of(interaction)))

    async def make_from_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask for a prompt for the pictures of a message."""
        images = pictures_of(message)
        if not images:
            raise RequestError(text("answer.no_pictures_in_message"))
        await show_form(interaction, PromptForm(self._bot.services, images, texts_of(interaction)))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a mention of the bot as a request: the text is the prompt, the pictures are the images.

        In a direct message no mention is needed. What is no request there is answered with the help, and so is a
        mention with nothing beside it.
        """
        me = self._bot.user
        if me is None or message.author.bot or message.webhook_id is not None or message.is_system():
            return
        prompt, mentions = re.subn(rf"<@!?{me.id}>", " ", message.content)
        if not mentions and not isinstance(message.channel, discord.DMChannel):
            return  # a reply to the bot mentions it too, but does not name it: that is no request
        if not may_write(message.channel):
            return  # every answer would be a refused call
        turn = self._turns.setdefault(message.channel.id, asyncio.Lock())
        async with turn:
            if not self._is_silent_in(message.channel):
                await self._answer(message, prompt.strip(), is_mentioned=bool(mentions))

    async def _answer(self, message: discord.Message, prompt: str, *, is_mentioned: bool) -> None:
        actor = actor_of_message(message, self._bot.services.languages)
        try:
            if actor.guild_id and not await self._bot.services.gate.is_let_in(actor):
                return  # nothing that others read
            if not await self._takes_mentions(actor.guild_id):
                return
            if await self._may_go_on(message, actor):
                if self._is_request(message, prompt, is_mentioned=is_mentioned):
                    await self._start(message, actor, prompt)
                else:
                    await self._show_help(message, actor)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            texts = await self._texts_of(actor)
            sentence = sentence_of(error, texts, channel_id=message.channel.id, user_id=message.author.id)
            if isinstance(error, ConsentNeeded):
                buttons = pending_buttons(error.pending_id, texts, make=text("answer.use_it"), is_asked=True)
                await self._reply(message, sentence, view=buttons)
            elif isinstance(error, RefusedError):
                await self._reply(message, sentence, view=refused_buttons(error, texts))
            else:
                await self._reply(message, sentence)

    def _is_request(self, message: discord.Message, prompt: str, *, is_mentioned: bool) -> bool:
        """Whether a video is asked for: after a mention by anything, in direct messages by a prompt with pictures."""
        if is_mentioned:
            return bool(prompt or files_of(message))
        return bool(prompt) and bool(files_of(message) or self._pictures_replied_to(message))

    async def _show_help(self, message: discord.Message, actor: Actor) -> None:
        """Answer with the help, once a minute at most."""
        if not self._bot.services.rate_limit.take_words(message.author.id):
            return
        granted = own_permissions(message.channel)
        has_pictures = granted is None or granted.attach_files
        card = help_card(await self._texts_of(actor), has_pictures=has_pictures)
        await self._reply(message, view=card, files=example_files() if has_pictures else [])

    async def _may_go_on(self, message: discord.Message, actor: Actor) -> bool:
        """Whether the gate lets a mention through. Why not is said in public, so once a minute at most."""
        rate_limit = self._bot.services.rate_limit
        try:
            rate_limit.take(message.author.id)
            await self._bot.services.gate.check(actor, Purpose.MAKE)
        except NotAllowedError as error:
            if rate_limit.take_words(message.author.id):
                texts = await self._texts_of(actor)
                await self._reply(message, texts.render(error.user_message or ""))
            return False
        return True

    async def _texts_of(self, actor: Actor) -> Texts:
        """The texts for what is answered to a message, where others read it."""
        try:
            locale = await self._bot.services.languages.of_channel(actor)
        except StoreError as error:
            _log.warning("The language of a server could not be read (%s)", error)
            locale = actor.user_locale
        return self._bot.catalogues.of(locale)

    def _is_silent_in(self, channel: discord.abc.MessageableChannel) -> bool:
        return self._bot.refused_calls.is_silent_in(channel.id) or self._bot.refused_calls.are_many

    async def _takes_mentions(self, guild_id: int) -> bool:
        try:
            return (await self._bot.services.content_policy.settings(guild_id)).takes_mentions
        except StoreError as error:
            _log.warning("The settings about mentions could not be read, so one is taken (%s)", error)
            return True

    async def _start(self, message: discord.Message, actor: Actor, prompt: str) -> None:
        images = pictures_of(message) or self._pictures_replied_to(message)
        request = VideoRequest(prompt=prompt, images=images, elements={})
        if not request.images and isinstance(message.channel, discord.Thread):
            last = await self._bot.services.job_history.last_in(message.channel.id)
            if last is not None:
                request = replace(last, prompt=prompt, prompt_owner_id=0, count=1, made_from=None)
        texts = await self._texts_of(actor)
        await start_job_from_message(
            self._bot, request, actor, message.channel, lambda shown: _open_thread(message, prompt, shown, texts)
        )

    async def _reply(self, message: discord.Message, sentence: str | None = None, **card: Any) -> None:  # noqa: ANN401
        """Answer a message with a sentence or a card, unless Discord refuses to take messages there."""
        if self._is_silent_in(message.channel):
            return
        granted = own_permissions(message.channel)
        none = discord.AllowedMentions.none()
        try:
            if granted is None or granted.read_message_history:
                await message.reply(sentence, **card, allowed_mentions=none, mention_author=False)
            else:  # a reply would be refused
                await message.channel.send(sentence, **card, allowed_mentions=none)
        except discord.HTTPException as error:
            _log.warning("A mention could not be answered: %s", error)

    def _pictures_replied_to(self, message: discord.Message) -> dict[int, Picture]:
        """The pictures of what a message replies to, as far as the bot is shown them; not of its own messages."""
        replied = None if message.reference is None else message.reference.resolved
        if not isinstance(replied, discord.Message) or replied.author == self._bot.user:
            return {}
        return pictures_of(replied)


async def _open_thread(
    message: discord.Message, prompt: str, shown: Presentation, texts: Texts
) -> tuple[discord.abc.MessageableChannel, Redaction]:
    """A thread on a message; the channel itself where there can be none. Names that are refused are left out."""
    plain = thread_name_for(message.author.display_name, texts)
    names = {
        Redaction.NOTHING: plain if shown.has_plain_title else thread_name(prompt, texts),
        Redaction.PROMPT: plain,
        Redaction.QUOTES: thread_name("", texts),
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


async def setup(bot: TranslatedBot) -> None:
    """Add what is here."""
    await bot.add_cog(StudioCog(bot))
