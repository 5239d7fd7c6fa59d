"""Who may use the bot, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "access.new_account": "Your Discord account is too new to make videos. You can start {starts:R}. "
    "The bot's operator can change this.",
}
