"""The client with the languages that it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import app_commands

from bot.client import VideoBot
from bot.services.timing import Timing
from cogs.ui.texts.catalogues import Catalogues


class TranslatedBot(VideoBot):
    """A bot that answers each person in their language, as far as ``catalogues`` has it."""

    def __init__(
        self,
        timing: Timing | None = None,
        *,
        tree_cls: type[app_commands.CommandTree[Any]] = app_commands.CommandTree,
        extensions: Sequence[str] = (),
        catalogues: Catalogues,
    ) -> None:
        super().__init__(timing, tree_cls=tree_cls, extensions=extensions)
        self.catalogues = catalogues
