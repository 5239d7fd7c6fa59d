"""``/admin setup``: the card with its lists, and what holds afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "setup.title": "**Set up this server**\nEach choice is saved at once. Only you see this card.",
    "setup.ask.channels": "Where can videos be made?",
    "setup.none.channels": "All channels",
    "setup.ask.notices": "Where should I post admin changes and budget warnings?",
    "setup.none.notices": "Nowhere",
    "setup.ask.daily": "How much video does everyone here have per day?",
    "setup.daily.seconds": "{seconds}\u00a0s per day",
    "setup.ask.budget": "How much can this server spend per month?",
    "setup.budget.usd": "{usd} per month",
    "setup.ask.moderation": "What about channels that aren't age-restricted?",
    "setup.moderation.show": "Show videos",
    "setup.moderation.spoiler": "Post videos as spoilers",
    "setup.moderation.refuse": "Make no videos there",
    "setup.ask.language": "Which language should I post in?",
    "setup.no_limit": "No limit",
    "setup.done": "Done",
    "setup.holds": "**This applies now**",
    "setup.holds.daily": "Everyone here: {daily}",
    "setup.holds.more": "Change it anytime with {/admin setup}. For one user or role: {/admin quota set}.",
    "setup.hint": "-# New here? {/admin setup} has channels, notices, limits, and a budget on one card. Everyone here "
    "has {seconds}\u00a0s per day until you change it.",
    "setup.others": "Only server admins can use this card.",
}
