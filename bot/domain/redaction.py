"""How much is left out of a job's messages because Discord refused their words."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Redaction(IntEnum):
    """What is left out; each level leaves out what those below it do, and more."""

    NOTHING = 0
    PROMPT = 1
    QUOTES = 2
    """Everything that is not the bot's own: prompt, names, file names, Oxen's reasons, links."""
    TEXT = 3
    """All text but the mention of the job's user. Buttons stay."""
    MENTION = 4
    """The mention, too."""

    def further(self) -> Self:
        """The next level. There must be one."""
        return type(self)(self + 1)

    @property
    def lasting(self) -> Redaction:
        """What is remembered for a job's other messages. A filter for the bot's own words concerns one message."""
        return min(self, Redaction.QUOTES)
