"""What to look for in what the bot says, by the keys of its texts."""

from __future__ import annotations

from itertools import pairwise

from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.message import Plural
from cogs.ui.texts.render import PLACEHOLDER


def saying(key: str) -> str:
    """The longest part of a message that is the same whatever its values are; of a plural form, for many."""
    message = MESSAGES[key]
    words = message.other if isinstance(message, Plural) else message
    ends = [(0, 0), *(found.span() for found in PLACEHOLDER.finditer(words)), (len(words), len(words))]
    return max((words[end:start] for (_, end), (start, _) in pairwise(ends)), key=len)
