"""What may be spent, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "budget.unknown_price": "I can't check the budget yet, because Oxen hasn't told me its price. "
    "Try again in a minute.",
    "budget.server.day.full": "This server's budget for today doesn't cover this video. It resets {ends_at:R}. "
    "A server admin can change it.",
    "budget.server.month.full": "This server's budget for this month doesn't cover this video. It resets {ends_at:R}. "
    "A server admin can change it.",
    "budget.server.day.too_small": "This server's budget per day is less than this video costs. "
    "A server admin can change it.",
    "budget.server.month.too_small": "This server's budget per month is less than this video costs. "
    "A server admin can change it.",
    "budget.share.day.full": "This server's share of the bot's budget for today doesn't cover this video. "
    "It resets {ends_at:R}. The bot's operator can change it.",
    "budget.share.day.too_small": "This server's share of the bot's budget per day is less than this video costs. "
    "The bot's operator can change it.",
    "budget.direct.day.full": "The share of the bot's budget for direct messages doesn't cover this video today. "
    "It resets {ends_at:R}. The bot's operator can change it.",
    "budget.direct.day.too_small": "The share of the bot's budget for direct messages per day is less than this video "
    "costs. The bot's operator can change it.",
    "budget.operator.day.full": "This bot's budget for today doesn't cover this video. It resets {ends_at:R}. "
    "The bot's operator can change it.",
    "budget.operator.month.full": "This bot's budget for this month doesn't cover this video. It resets {ends_at:R}. "
    "The bot's operator can change it.",
    "budget.operator.day.too_small": "This bot's budget per day is less than this video costs. "
    "The bot's operator can change it.",
    "budget.operator.month.too_small": "This bot's budget per month is less than this video costs. "
    "The bot's operator can change it.",
    "budget.warning.server.day": "{spent} of {ceiling} of this server's budget for today ({period}) are spent or "
    "reserved. At the limit, videos are refused until the day is over.",
    "budget.warning.server.month": "{spent} of {ceiling} of this server's budget for this month ({period}) are spent "
    "or reserved. At the limit, videos are refused until the month is over.",
    "budget.warning.share.day": "{spent} of {ceiling} that the bot's operator lets this server spend today "
    "({period}, UTC) are spent or reserved. At the limit, videos are refused until the day is over.",
    "budget.warning.direct.day": "{spent} of {ceiling} that may be spent in direct messages today ({period}, UTC) are "
    "spent or reserved. At the limit, videos are refused there until the day is over.",
    "budget.warning.operator.day": "{spent} of {ceiling} of the whole bot's budget for today ({period}, UTC) are spent "
    "or reserved. At the limit, videos are refused until the day is over.",
    "budget.warning.operator.month": "{spent} of {ceiling} of the whole bot's budget for this month ({period}, UTC) "
    "are spent or reserved. At the limit, videos are refused until the month is over.",
}
