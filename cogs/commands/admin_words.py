"""``/admin words``: words that prompts may not hold in a server."""

from __future__ import annotations

from typing import Final

from discord import app_commands

from bot.services.services import Services
from bot.text import Quote
from cogs.interaction_context import admin_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import text_card
from cogs.ui.lines import fitted
from cogs.ui.markdown import escape
from cogs.ui.texts import ENGLISH

_LIST_CHARS: Final = 3_500
_CHOICE_CHARS: Final = 100


def add_words(group: app_commands.Group, services: Services) -> None:
    """Add these commands to the group."""
    content = services.content_admin
    words = app_commands.Group(name="words", description="Words that prompts can't have here", parent=group)

    @words.command(name="add", description="Refuse prompts with a word. Any case, width, and accents")
    @app_commands.describe(word="A whole word or phrase, or several with commas between them")
    async def add(interaction: Interaction, word: str) -> None:
        new = await content.add_words(admin_of(interaction), word)
        said = ENGLISH("admin.words.added", words=tuple(Quote(one) for one in new), count=len(new))
        await answer_privately(interaction, said if new else ENGLISH("admin.words.known"))

    @words.command(name="remove", description="Allow a word in prompts again")
    @app_commands.describe(word="A word of the list, in any spelling")
    async def remove(interaction: Interaction, word: str) -> None:
        removed = await content.remove_word(admin_of(interaction), word)
        await answer_privately(interaction, ENGLISH("admin.words.removed", word=Quote(removed)))

    @words.command(name="list", description="Show the words that prompts can't have here")
    async def list_(interaction: Interaction) -> None:
        found = await content.words(admin_of(interaction))
        listed = fitted([escape(word) for word in found], room=_LIST_CHARS)
        title = ENGLISH("admin.words.title")
        await answer_privately(interaction, text_card(title, listed or ENGLISH("admin.words.none")))

    @remove.autocomplete("word")
    async def known(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await content.choices(admin_of(interaction), typed)
        return [app_commands.Choice(name=word[:_CHOICE_CHARS], value=word) for word in found]
