"""Who may use the bot, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "access.elsewhere": "This server isn't on the bot's list, so videos can't be made here. "
    "Ask the bot's operator to add it.",
    "access.no_member": "Videos in direct messages are for members of a server that is on the bot's list. "
    "Ask the bot's operator which ones are.",
    "access.not_known_yet": "I can't check right now whether I may work here. Try again in a few seconds.",
    "access.banned": "You can't use this bot. Only the bot's operator can change this.",
    "access.server_banned": "This bot can't be used in this server. Only the bot's operator can change this.",
    "access.paused": "Videos are paused. The bot's operator can resume them.",
    "access.no_credit": "Videos are paused: this bot's Oxen account is out of credit. The operator has been notified.",
    "access.new_account": "Your Discord account is too new to make videos. You can start {starts:R}. "
    "The bot's operator can change this.",
}
