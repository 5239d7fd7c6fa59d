"""Building the client with its commands and buttons."""

from __future__ import annotations

from typing import Final

from bot.client import VideoBot
from bot.services.timing import Timing
from cogs.command_tree import VideoCommandTree

EXTENSIONS: Final = (
    "cogs.commands.video",
    "cogs.commands.studio",
    "cogs.commands.elements",
    "cogs.commands.references",
    "cogs.commands.account",
    "cogs.commands.help",
    "cogs.commands.privacy",
    "cogs.commands.admin",
    "cogs.commands.operator",
    "cogs.stale_interactions",
)
"""Each is loaded once a client that it belongs to, so nothing else imports from them."""


def build_client(timing: Timing | None = None) -> VideoBot:
    """The client; it loads its commands and buttons when it logs in, once it has its services."""
    return VideoBot(timing, tree_cls=VideoCommandTree, extensions=EXTENSIONS)
