"""``/help``, and the buttons of the card that it shows."""

from __future__ import annotations

import logging

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.gate import Purpose
from bot.errors import RequestError, StoreError
from bot.text import text
from cogs.client import TranslatedBot
from cogs.examples import EXAMPLES
from cogs.gate import PURPOSE
from cogs.permissions import may_write
from cogs.replies import Interaction, answer_privately, show_form
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.buttons import show_quota
from cogs.ui.forms import StudioForm
from cogs.ui.help_cards import commands_page, example_files, example_prompt, help_card, images_page, welcome_card
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_text
from cogs.ui.texts.readers import server_locale

_log = logging.getLogger(__name__)


class HelpCog(commands.Cog):
    """What a newcomer needs."""

    def __init__(self, bot: TranslatedBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Welcome a server, once, where it has messages of this kind."""
        channel, greetings = guild.system_channel, self._bot.services.greetings
        if channel is None or not may_write(channel):
            return
        try:
            if await greetings.is_first_join(guild.id):
                texts = self._bot.catalogues.of(await server_locale(guild, self._bot.services.languages))
                await channel.send(view=welcome_card(greetings.daily_seconds, texts))
        except (StoreError, discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.warning("A server was not welcomed (%s)", error)

    @app_commands.command(name="help", description=command_text("help"), extras={PURPOSE: Purpose.OWN})
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: Interaction) -> None:
        """Show the help."""
        await answer_privately(interaction, help_card(texts_of(interaction)), example_files())


class HelpPageButton(ButtonBase, template=custom_ids.HELP_PAGE):
    """Under the help: more about one subject, in private."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Show the page."""
        texts = texts_of(interaction)
        match self.given["page"]:
            case "quota":
                await show_quota(interaction)
            case "start":
                await answer_privately(interaction, help_card(texts), example_files())
            case "images":
                await answer_privately(interaction, images_page(texts))
            case _:
                makes_pictures = interaction.client.services.models.makes_pictures
                await answer_privately(interaction, commands_page(texts, makes_pictures=makes_pictures))


class HelpMakeButton(ButtonBase, template=custom_ids.HELP_MAKE):
    """Under the help: the form, as ``/studio`` opens it."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form."""
        services = interaction.client.services
        draft = await services.drafts.get(interaction.user.id)
        await show_form(interaction, StudioForm(services, draft=draft, texts=texts_of(interaction)))


class TryExampleButton(ButtonBase, template=custom_ids.HELP_TRY):
    """Beside an example: the form, filled with it."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form."""
        texts, example = texts_of(interaction), EXAMPLES.get(self.given["example"])
        if example is None:
            raise RequestError(text("answer.example_gone"))
        given = example.request(example_prompt(example, texts))
        title = text("form.title")
        form = StudioForm(interaction.client.services, given, texts=texts, title=title)
        await show_form(interaction, form)


async def setup(bot: TranslatedBot) -> None:
    """Add what is here."""
    await bot.add_cog(HelpCog(bot))
    bot.add_dynamic_items(HelpPageButton, HelpMakeButton, TryExampleButton)
