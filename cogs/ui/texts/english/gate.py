"""Refusals at the gate: who may use the bot, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "gate.too_many": "That was too much at once. Wait a few seconds and try again.",
    "gate.no_commands": "You can't use apps in this channel: that takes the permission Use Application Commands. "
    "A server admin can change this.",
    "gate.cannot_write": "You can't send messages in this channel, so I can't post this here for you.",
    "gate.blocked": "You can't make videos in this server. A server admin can change this.",
    "gate.unknown_video": "I no longer have this video, or it isn't from here. See your videos with {/videos}.",
    "gate.original_not_allowed": "Only {owner} or a moderator (Manage Messages) can get the original of this video.",
    "gate.admin_only": "Only server admins can cancel videos of others from here.",
}
