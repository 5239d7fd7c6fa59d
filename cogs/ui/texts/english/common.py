"""Sentences that belong to no one subject, and errors that can meet anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "common.cost.none": "No seconds used.",
    "common.cost.none_yet": "No seconds used yet.",
    "common.more": "…and {count} more",
    "common.verbatim": "{words}",
    "count.references": Plural("count", "{count} reference", "{count} references"),
    "count.images": Plural("count", "{count} image", "{count} images"),
    "count.elements": Plural("count", "{count} element", "{count} elements"),
    "count.users": Plural(by="count", one="{count} user", other="{count} users"),
    "count.servers": Plural(by="count", one="{count} server", other="{count} servers"),
    "count.days": Plural(by="count", one="{count} day", other="{count} days"),
    "count.pictures": Plural("count", "{count} picture", "{count} pictures"),
    "error.unexpected": "Something went wrong (error {error_id}). Try again. "
    "If it happens again, give this ID to the bot's operator.",
    "error.words_refused": "Discord blocked a link or word in this answer, so I can't show it.",
    "error.request_over": "This request was already used, or it's more than a day old. Start again with {/video}.",
    "error.others_request": "This request is from {owner}. Make your own video with {/video}.",
    "error.already_started": "Already started. It's made once, and it counts once.",
    "error.restarting": "I'm restarting. Try again in a minute.",
    "error.busy": "I'm busy right now, so nothing changed. Try again in a moment.",
    "error.reading_pictures": "I'm still reading your other pictures. Try again in a minute.",
    "error.unknown_text": "This text is from another version of the bot ({key}).",
}
