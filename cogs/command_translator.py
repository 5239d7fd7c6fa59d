"""Commands in each person's language: what Discord shows of them is told it in every language that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation as Location

from cogs.ui.texts.catalogues import Catalogues
from cogs.ui.texts.names import command_name, option_name

if TYPE_CHECKING:
    from cogs.client import TranslatedBot


class CommandTranslator(app_commands.Translator):
    """Names, descriptions, options and choices from the catalogues; what reads as in English is left out."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The words in a language; ``None`` where English is shown."""
        texts = self._catalogues.by_locale.get(locale.value)
        if texts is None:
            return None
        values: dict[str, Any] = dict(string.extras)
        if key := values.pop("key", None):
            words = texts(key, **values)
        elif context.location in (Location.command_name, Location.group_name):
            words = command_name(context.data.qualified_name, texts)
        elif context.location is Location.parameter_name:
            words = option_name(string.message, texts)
        else:
            return None
        return None if words == string.message else words


async def setup(bot: TranslatedBot) -> None:
    """Have the commands be told to Discord in every language."""
    if bot.catalogues.by_locale:
        await bot.tree.set_translator(CommandTranslator(bot.catalogues))
