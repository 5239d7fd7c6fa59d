"""What an admin typed that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "admin.nothing_to_set": "Nothing to set. Give at least one limit or an access level.",
    "admin.too_many_channels": Plural(
        "limit",
        "The list is full ({limit} channel). Remove one first.",
        "The list is full ({limit} channels). Remove one first.",
    ),
    "admin.not_shared": "No element with that name is shared here. Nothing changed.",
    "admin.time_zone_unknown": "Unknown time zone. Choose one from the list, such as America/New_York or Europe/Berlin.",
    "admin.date_unreadable": "I can't read that date. Use 12h, 30d, 2w, or a date like 2026-12-31.",
    "admin.date_passed": "That date has passed. Choose a later one.",
}
