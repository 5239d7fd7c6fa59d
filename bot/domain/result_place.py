"""Where a server has its results posted."""

from __future__ import annotations

from enum import StrEnum


class ResultPlace(StrEnum):
    """Where the videos of a server are posted."""

    THREAD = "thread"
    """In the thread of their card, where there is one."""
    CHANNEL = "channel"
    """In the channel, under their card."""
    BOTH = "both"
    """In the thread, which mentions their user, and once more in the channel."""
