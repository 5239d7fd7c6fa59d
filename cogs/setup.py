"""Building the client with its commands and buttons."""

from __future__ import annotations

from typing import Final

from bot.services.timing import Timing
from cogs.client import TranslatedBot
from cogs.command_tree import VideoCommandTree
from cogs.ui.texts import Catalogues
from cogs.ui.texts.catalogues import load_catalogues

EXTENSIONS: Final = (
    "cogs.commands.video",
    "cogs.commands.image",
    "cogs.commands.studio",
    "cogs.commands.elements",
    "cogs.commands.references",
    "cogs.commands.account",
    "cogs.commands.help",
    "cogs.commands.privacy",
    "cogs.commands.admin",
    "cogs.commands.operator",
    "cogs.stale_interactions",
    "cogs.command_translator",
)
"""Each is loaded once a client that it belongs to, so nothing else imports from them."""


def build_client(timing: Timing | None = None, catalogues: Catalogues | None = None) -> TranslatedBot:
    """The client; it loads its commands and buttons when it logs in, once it has its services.

    ``catalogues`` are the languages that it speaks; all that there are, where none are given.
    """
    catalogues = catalogues or load_catalogues()
    return TranslatedBot(timing, tree_cls=VideoCommandTree, extensions=EXTENSIONS, catalogues=catalogues)
