"""Private notes after a press: what was done, or why it could not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "note.nothing_to_cancel": "I no longer have this video, so there's nothing to cancel.",
    "note.cancel_not_allowed": "Only {owner} or a moderator (Manage Messages) can cancel this video.",
    "note.too_late_to_cancel": "Too late to cancel: the video is done and on its way.",
    "note.done_already": "This video is already done, so there's nothing to cancel. Its seconds stay used.",
    "note.ready_already": "This video is ready, but I couldn't post it. Its owner can get it with {/videos}.",
    "note.unopened_already": "Oxen made this video, but its file doesn't open. Its owner can try again with {/videos}.",
    "note.canceled_already": "This video was already canceled.",
    "note.failed_already": "This video already failed.",
    "note.unknown_video": "I no longer have this video.",
    "note.unknown_video_start": "I no longer have this video. Start a new one with {/video}.",
    "note.send_not_allowed": "Only {owner} can have this video sent.",
    "note.sending_already": "Already started. I'm getting the video and will post it.",
    "note.nothing_to_send": "There's nothing to send. This video was already posted, or it expired.",
    "note.original_gone": "Oxen no longer has the original. The copy here stays.",
    "note.oxen_unreachable": "I can't reach Oxen right now. Try again in a few minutes.",
    "note.link_too_long": "Oxen's link to this video is too long for a Discord message. The copy here stays.",
}
