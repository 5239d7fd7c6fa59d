"""Discord's error codes: what each means for what the bot was doing. This is the only place that knows the numbers.

Source: the page "Opcodes and Status Codes" of Discord's documentation, and what its users report.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

import discord

from bot.errors import (
    ConversationError,
    DiscordUnavailable,
    FileRefused,
    FileTooLarge,
    MessageGone,
    PlaceGone,
    SlowMode,
    WordsRefused,
)


class Meaning(Enum):
    """What an error code means, and what the bot does about it."""

    WAIT = auto()
    """Discord cannot now: look whether it took effect, then try again."""
    SLOW_MODE = auto()
    """This place takes few messages: try again a few times, then go to the next place."""
    PLACE_GONE = auto()
    """This place takes nothing of ours: go to the next place (thread, channel, direct messages)."""
    MESSAGE_GONE = auto()
    """The message is not there any more: let it be."""
    TOO_LARGE = auto()
    """The files are too large: make them smaller."""
    FILE_REFUSED = auto()
    """The files count as explicit: say so instead, and keep them off this place."""
    WORDS_REFUSED = auto()
    """A word, a title or a link is blocked: say it again with less of what others wrote."""
    NO_REPLY = auto()
    """No reply may be made here: send it as a message of its own."""
    HAS_THREAD = auto()
    """The message has a thread already: that is the one."""
    NO_THREAD = auto()
    """There can be no thread: the channel serves."""
    INTERACTION_OVER = auto()
    """The interaction was answered or is too old: nothing more is said through it."""
    REFUSED = auto()
    """Refused for some other reason, as any code that is not known here: go to the next place."""


MEANINGS: Final[Mapping[int, Meaning]] = {
    10003: Meaning.PLACE_GONE,  # unknown channel
    10004: Meaning.PLACE_GONE,  # unknown guild
    10008: Meaning.MESSAGE_GONE,
    10013: Meaning.PLACE_GONE,  # unknown user
    10015: Meaning.INTERACTION_OVER,  # unknown webhook
    10062: Meaning.INTERACTION_OVER,  # unknown interaction: 3 s have passed
    20009: Meaning.FILE_REFUSED,
    20016: Meaning.SLOW_MODE,
    20022: Meaning.WAIT,  # edits of announcements
    20028: Meaning.WAIT,  # the channel's limit of writes
    20029: Meaning.WAIT,  # the server's limit of writes
    20031: Meaning.WORDS_REFUSED,  # words that are not allowed in a name
    30013: Meaning.NO_THREAD,  # too many channels
    30033: Meaning.PLACE_GONE,  # too many members in a thread
    30046: Meaning.WAIT,  # too many edits of messages older than an hour
    40001: Meaning.WAIT,  # unauthorized: until the operator has a new token
    40004: Meaning.WAIT,  # sending is disabled for now
    40005: Meaning.TOO_LARGE,
    40006: Meaning.WAIT,  # a feature is disabled for now
    40007: Meaning.PLACE_GONE,  # banned from the server
    40060: Meaning.INTERACTION_OVER,  # answered already
    40062: Meaning.WAIT,  # the service is rate limited
    40067: Meaning.NO_THREAD,  # a forum that needs a tag
    40094: Meaning.INTERACTION_OVER,  # too many follow-ups
    50001: Meaning.PLACE_GONE,  # missing access
    50007: Meaning.PLACE_GONE,  # the user takes no direct messages
    50008: Meaning.PLACE_GONE,  # not a channel for text
    50009: Meaning.PLACE_GONE,  # the server's verification level
    50013: Meaning.PLACE_GONE,  # missing permissions
    50024: Meaning.PLACE_GONE,  # not for this type of channel
    50027: Meaning.INTERACTION_OVER,  # invalid webhook token: 15 minutes have passed
    50035: Meaning.REFUSED,  # invalid form body
    50083: Meaning.PLACE_GONE,  # the thread is archived
    50278: Meaning.PLACE_GONE,  # no server in common with the user
    130000: Meaning.WAIT,  # overloaded
    160002: Meaning.NO_REPLY,  # no permission to read the history
    160004: Meaning.HAS_THREAD,
    160005: Meaning.PLACE_GONE,  # the thread is locked
    160006: Meaning.NO_THREAD,  # too many active threads
    160007: Meaning.NO_THREAD,  # too many active threads of announcements
    200000: Meaning.WORDS_REFUSED,  # automatic moderation: a message
    200001: Meaning.WORDS_REFUSED,  # automatic moderation: a title
    240000: Meaning.WORDS_REFUSED,  # a harmful link
}
_DISCOVERY_NAME: Final = "words not allowed"
"""What 50035 says of a name that may not be in a server in Server Discovery; it has no code of its own."""

ERRORS: Final[Mapping[Meaning, type[ConversationError]]] = {
    Meaning.WAIT: DiscordUnavailable,
    Meaning.SLOW_MODE: SlowMode,
    Meaning.PLACE_GONE: PlaceGone,
    Meaning.MESSAGE_GONE: MessageGone,
    Meaning.TOO_LARGE: FileTooLarge,
    Meaning.FILE_REFUSED: FileRefused,
    Meaning.WORDS_REFUSED: WordsRefused,
}
"""The errors by which services learn of it; ``ConversationError`` stands for every other meaning."""


def meaning_of(error: discord.HTTPException) -> Meaning:
    """What an answer of Discord's means: by its code where that is known, else by its status."""
    if error.status >= 500:
        return Meaning.WAIT
    meaning = MEANINGS.get(error.code, Meaning.REFUSED)
    if meaning is not Meaning.REFUSED:
        return meaning
    if error.code == 50035 and _DISCOVERY_NAME in error.text:
        return Meaning.WORDS_REFUSED
    match error.status:
        case 401 | 408 | 429:
            return Meaning.WAIT
        case 413:
            return Meaning.TOO_LARGE
        case 403 | 404:
            return Meaning.PLACE_GONE
        case _:
            return Meaning.REFUSED


def error_of(error: discord.HTTPException) -> ConversationError:
    """The error of ours for one of discord.py's."""
    kind = ERRORS.get(meaning_of(error), ConversationError)
    return kind(f"{error.status} {error.code}: {error.text}")
