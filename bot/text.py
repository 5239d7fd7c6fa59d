"""A sentence for people, as data: which one, and what stands in it. It gets its words where it is shown.

What is stored (a job's reason, the audit, a notice) and what errors carry are these, so that the reader's language
decides how they read, also much later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Text:
    """A message of the catalogue by its key, with the values of its placeholders."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, as Discord shows them; never a ping."""

    id: int


@dataclass(frozen=True, slots=True)
class Role:
    """A role, as Discord shows it."""

    id: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, as a link to it."""

    id: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message, as a link to it. ``guild_id`` is 0 in direct messages."""

    guild_id: int
    channel_id: int
    id: int


@dataclass(frozen=True, slots=True)
class Command:
    """One of the bot's commands by its English name, ``admin quota`` say."""

    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One of a command's options by its English name, ``image1`` say."""

    name: str


@dataclass(frozen=True, slots=True)
class Bytes:
    """The size of a file."""

    count: int


@dataclass(frozen=True, slots=True)
class Usd:
    """Money, in millionths of a US dollar."""

    micros: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words (a prompt, a file's name, what Oxen said): shown as they are, without markup."""

    words: str


Value = (
    str
    | int
    | float
    | datetime
    | Text
    | User
    | Role
    | Channel
    | Message
    | Command
    | Option
    | Bytes
    | Usd
    | Quote
    | tuple["Value", ...]
)
"""What can stand in a text. A plain ``str`` is a name that is the same in every language; a tuple is a list."""

_KINDS: Final[Mapping[str, type]] = {
    "user": User,
    "role": Role,
    "channel": Channel,
    "command": Command,
    "option": Option,
    "quote": Quote,
    "bytes": Bytes,
    "usd": Usd,
}


MADE: Final = "made"
"""The value that says what a text is about, where its message has other words for other things than videos.

It is one of ``bot.domain.model_spec.Media``, or ``ANYTHING``.
"""
_VIDEO: Final = "video"
ANYTHING: Final = "any"
"""Videos and pictures alike."""


def text(key: str, /, **values: Value) -> Text:
    """The message ``key`` with these values; that it is about a video goes without saying."""
    if values.get(MADE) == _VIDEO:
        del values[MADE]
    return Text(key, values)


def dump_text(value: Text) -> str:
    """A text as JSON, to be stored."""
    return json.dumps(_encode(value), ensure_ascii=False, separators=(",", ":"))


def load_text(stored: str) -> Text:
    """A text from what ``dump_text`` made of it.

    Raises:
        ValueError: it is something else.
    """
    value = _decode(json.loads(stored))
    if isinstance(value, Text):
        return value
    raise ValueError(f"not a text: {stored[:80]}")


def load_stored(stored: str, plain: Callable[[str], Value] = str) -> Text:
    """A text that was stored. What an older version stored is words: shown as they are, made a value by ``plain``."""
    if stored.startswith('{"type":"text"'):
        try:
            return load_text(stored)
        except ValueError:
            pass
    return verbatim(plain(stored))


def verbatim(value: Value) -> Text:
    """A text that is nothing but a value: what somebody else wrote, or what was written as words before."""
    return text("common.verbatim", words=value)


def _encode(value: Value) -> Any:  # noqa: ANN401 - JSON
    match value:
        case str() | int() | float():
            return value
        case tuple():
            return [_encode(one) for one in value]
        case Text(key, values):
            return {"type": "text", "key": key, "values": {name: _encode(one) for name, one in values.items()}}
        case datetime():
            return {"type": "time", "value": value.timestamp()}
        case User(number) | Role(number) | Channel(number):
            return {"type": type(value).__name__.lower(), "value": number}
        case Message(guild_id, channel_id, number):
            return {"type": "message", "value": [guild_id, channel_id, number]}
        case Command(word) | Option(word) | Quote(word):
            return {"type": type(value).__name__.lower(), "value": word}
        case Bytes(number) | Usd(number):
            return {"type": type(value).__name__.lower(), "value": number}


def _decode(stored: Any) -> Value:  # noqa: ANN401 - JSON
    match stored:
        case str() | int() | float():
            return stored
        case list():
            return tuple(_decode(one) for one in stored)
        case {"type": "text", "key": str(key), "values": dict(values)}:
            return Text(key, {name: _decode(one) for name, one in values.items()})
        case {"type": "time", "value": int() | float() as moment}:
            return datetime.fromtimestamp(moment, UTC)
        case {"type": "message", "value": [int(guild_id), int(channel_id), int(number)]}:
            return Message(guild_id, channel_id, number)
        case {"type": str(kind), "value": value} if kind in _KINDS:
            made: Value = _KINDS[kind](value)
            return made
    raise ValueError(f"not a value of a text: {stored!r}")
