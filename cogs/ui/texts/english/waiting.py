"""Requests that wait until one of their user's videos is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "waiting.make": "Make it when one is done",
    "waiting.queued": "Queued. I'll start it when one of your videos is done.",
    "waiting.ahead": Plural(
        "ahead",
        one="Queued. I'll start it when one of your videos is done. {ahead} of yours is ahead.",
        other="Queued. I'll start it when one of your videos is done. {ahead} of yours are ahead.",
    ),
    "waiting.cancel": "Cancel",
    "waiting.cancel_one": "Cancel {number}",
    "waiting.canceled": "Canceled. I won't start it.",
    "waiting.too_many": Plural(
        "limit",
        one="You already have {limit} request waiting. Cancel it in {/videos}, or try again later.",
        other="You already have {limit} requests waiting. Cancel one in {/videos}, or try again later.",
    ),
    "waiting.list": Plural(
        "count",
        one="{count} request starts when one of your videos is done:",
        other="{count} requests start when one of your videos is done:",
    ),
    "waiting.refused": "{user}, I couldn't start the video that you queued. {why}",
    "waiting.not_made": "{user}, I couldn't start the video that you queued.",
    "waiting.too_late": "It waited for a day.",
    "waiting.restored": "I was restored from a backup, so it may have been made already.",
    "waiting.no_place": "I can't post where you asked for it, or you're no longer there.",
}
