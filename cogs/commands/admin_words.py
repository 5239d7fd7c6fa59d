"""``/admin words``: words that prompts may not hold in a server."""

from __future__ import annotations

from typing import Final

from discord import app_commands

from bot.text import Quote, text
from cogs.commands.admin_base import AdminCommands
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import text_card
from cogs.ui.lines import fitted
from cogs.ui.markdown import escape
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_text

_LIST_CHARS: Final = 3_500


class WordCommands(AdminCommands):
    """The word filter of a server."""

    words = app_commands.Group(name="words", description=command_text("admin.words"))

    @words.command(name="add", description=command_text("admin.words.add"))
    @app_commands.describe(word=command_text("admin.words.add.word"))
    async def add_words(self, interaction: Interaction, word: str) -> None:
        """Refuse prompts with a word."""
        new = await self._content.add_words(admin_of(interaction), word)
        said = text("admin.words.added", words=tuple(Quote(one) for one in new), count=len(new))
        await answer_privately(interaction, said if new else text("admin.words.known"))

    @words.command(name="remove", description=command_text("admin.words.remove"))
    @app_commands.describe(word=command_text("admin.words.remove.word"))
    async def remove_word(self, interaction: Interaction, word: str) -> None:
        """Allow a word again."""
        removed = await self._content.remove_word(admin_of(interaction), word)
        await answer_privately(interaction, text("admin.words.removed", word=Quote(removed)))

    @words.command(name="list", description=command_text("admin.words.list"))
    async def list_words(self, interaction: Interaction) -> None:
        """Show the words."""
        found = await self._content.words(admin_of(interaction))
        texts = texts_of(interaction)
        listed = fitted([escape(word) for word in found], room=_LIST_CHARS, texts=texts)
        card = text_card(texts("admin.words.title"), listed or texts("admin.words.none"))
        await answer_privately(interaction, card)

    @remove_word.autocomplete("word")
    async def _words(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await self._content.choices(admin_of(interaction), typed)
        return [app_commands.Choice(name=word, value=word) for word in found]
