"""What a person may have: limits, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "quota.who.admin": "A server admin can change this.",
    "quota.who.operator": "The bot's operator can change this.",
    "quota.blocked": "You can't make videos in this server. {who}",
    "quota.model_not_allowed": "{model} can't be used in this server. Choose another model. A server admin can change this.",
    "quota.too_long": "This video is {seconds}\u00a0s. The longest allowed here is {limit}\u00a0s. {who}",
    "quota.none_at_once": "You can't make videos here: your limit is 0 at a time. {who}",
    "quota.at_once": Plural(
        by="active",
        one="You have {active} video running. The limit here is {limit} at a time. "
        "Wait for it to finish, or cancel it. {who}",
        other="You have {active} videos running. The limit here is {limit} at a time. "
        "Wait for one to finish, or cancel one. {who}",
    ),
    "quota.too_many_at_once": Plural(
        by="active",
        one="You asked for {count} videos, and {active} is running. The limit here is {limit} at a time. {who}",
        other="You asked for {count} videos, and {active} are running. The limit here is {limit} at a time. {who}",
    ),
    "quota.too_small.day": "This video takes {seconds}\u00a0s. "
    "Your limit here is {limit}\u00a0s per day{granted}. {who}",
    "quota.too_small.month": "This video takes {seconds}\u00a0s. "
    "Your limit here is {limit}\u00a0s per month{granted}. {who}",
    "quota.too_little.day": "This video takes {seconds}\u00a0s. "
    "You have {left} of {limit}\u00a0s left today{held}{granted}. Resets {ends_at:R}. {who}",
    "quota.too_little.month": "This video takes {seconds}\u00a0s. "
    "You have {left} of {limit}\u00a0s left this month{held}{granted}. Resets {ends_at:R}. {who}",
    "quota.plus_granted": " plus {seconds}\u00a0s extra",
    "quota.reserved": " ({seconds}\u00a0s reserved for running videos)",
    "quota.everywhere.too_small": "This video takes {seconds}\u00a0s. The limit per person is {limit}\u00a0s per day, "
    "over all servers and direct messages. The bot's operator can change this.",
    "quota.everywhere.nearly": "With this, {taken} of the {limit}\u00a0s that each person has per day are used, over all "
    "servers and direct messages. Resets {ends_at:R}.",
    "quota.everywhere.too_little": "This video takes {seconds}\u00a0s. You have {left} of {limit}\u00a0s left today "
    "over all servers and direct messages. Resets {ends_at:R}. The bot's operator can change this.",
}
