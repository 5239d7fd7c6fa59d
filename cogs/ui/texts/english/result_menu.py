"""The list under a video: labels of at most 100 characters, better 25."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "menu.more": "More",
    "menu.original": "Original",
    "menu.videos": "My videos",
    "menu.share": "Share to channel",
    "menu.spoiler": "Spoiler",
    "menu.delete": "Delete",
    "menu.report": "Report",
}
