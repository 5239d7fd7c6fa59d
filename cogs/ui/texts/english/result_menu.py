"""**More** under a result, what it answers, and where results are posted. Labels: at most 80 characters, better 25."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "menu.more": "More",
    "menu.original": "Original",
    "menu.share": "Share to channel",
    "menu.spoiler": "Spoiler",
    "result.watch": "[Watch the video]({link})",
    "result.shared": "Shared to {channel}.",
    "result.share.not_allowed": "Only {owner} can share this video to the channel.",
    "result.share.cannot_write": "You can't send messages in {channel}, so you can't share there.",
    "result.share.there": "This video is in the channel already.",
    "result.share.refused": "I couldn't post in the channel. A server admin can give me the permissions View Channel, "
    "Send Messages, and Attach Files there.",
    "result.hidden": "Hidden behind a spoiler.",
    "result.hide.hidden": "This video is a spoiler already.",
    "result.hide.not_allowed": "Only {owner} or a moderator (Manage Messages) can hide this video.",
    "result.hide.refused": "I couldn't hide this video. A moderator can delete its message by hand.",
    "audit.result_hidden": "hid a video of {owner} behind a spoiler.",
    "admin_card.results.thread": "Videos are posted in their threads.",
    "admin_card.results.channel": "Videos are posted in the channel.",
    "admin_card.results.both": "Videos are posted in their threads and in the channel.",
    "audit.results.thread": "has videos posted in their threads.",
    "audit.results.channel": "has videos posted in the channel.",
    "audit.results.both": "has videos posted in their threads and in the channel.",
    "command.admin.settings.results": "Where finished videos are posted",
    "command.choice.thread": "In the thread",
    "command.choice.channel": "In the channel",
    "command.choice.both": "In both",
    "option_name.results": "results",
}
