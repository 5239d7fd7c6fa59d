"""Sentences that belong to no one subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "common.cost.none": "No seconds used.",
    "common.cost.none_yet": "No seconds used yet.",
    "common.more": "…and {count} more",
    "error.unexpected": "Something went wrong on my side (error {error_id}). Nothing was charged for what you just did.",
    "error.words_refused": "Discord blocked a link or word in this answer, so I can't show it. "
    "Nothing was charged for it.",
}
