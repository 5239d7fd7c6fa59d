"""What the pool and a worker say to each other over two pipes: frames of a JSON object and bytes.

A frame from a worker comes from a process that has read a stranger's file, so it is checked like a stranger's word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

HEAD: Final = Struct(">II")
SOURCE, TARGET = "in/source", "out/target"
"""Where a worker finds the file that its task is about, and writes the one that it makes, in its own folder."""

_MAX_WORDS: Final = 64 * 1024
_MAX_PAYLOAD: Final = 32 * 1024 * 1024

Words = Mapping[str, Any]


class ProtocolError(ValueError):
    """The other side said something that it never should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A JSON object, and bytes."""

    words: Words
    payload: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a worker is asked for: what the task takes, and whom to tell parts of 1 while it is done."""

    arguments: Words
    payload: bytes
    progress: Callable[[float], None]


def more_source(number: int) -> str:
    """Where a worker finds the file beside the first one, the ``number``-th from 1."""
    return f"{SOURCE}{number}"


def packed(words: Words, payload_bytes: int) -> bytes:
    """A frame up to its payload, which follows."""
    text = json.dumps(words).encode()
    return HEAD.pack(len(text), payload_bytes) + text


def lengths(head: bytes) -> tuple[int, int]:
    """How many bytes of JSON and of payload follow a frame's head. Raises ProtocolError."""
    words, payload = HEAD.unpack(head)
    if words > _MAX_WORDS or payload > _MAX_PAYLOAD:
        raise ProtocolError(f"a frame of {words} + {payload} bytes")
    return words, payload


def unpacked(words: bytes) -> Words:
    """The JSON object of a frame. Raises ProtocolError."""
    try:
        said = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"{type(error).__name__}: {error}") from error
    if not isinstance(said, dict):
        raise ProtocolError("no object")
    return said
