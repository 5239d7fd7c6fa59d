"""A decoder of event streams: bytes in, events out, no I/O.

The rules are those of the WHATWG HTML standard, "Interpreting an event stream". Lines are cut as bytes and decoded
whole, so a character, a line end or the byte order mark may be split over chunks anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import OxenUncertain

MAX_EVENT_BYTES = 4 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_LF = 0x0A
# More digits than this are no time that anybody waits, and would be slow to turn into a number.
_DIGITS = re.compile(rb"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSentEvent:
    """One event: ``id`` is the last one the stream named, ``retry`` (ms) is set where this event's block had it."""

    event: str
    data: str
    id: str = ""
    retry: int | None = None


class EventDecoder:
    """The state of one connection: take a new decoder for the next, and what a disconnect cut in half is gone."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._head: bytes | None = b""  # the first bytes, until they are known to be a byte order mark or not
        self._after_cr = False
        self._overflowed = False
        self._line = bytearray()
        self._size = 0
        self._data: list[str] = []
        self._event = ""
        self._id = ""
        self._retry: int | None = None
        self._reconnection_ms: int | None = None

    @property
    def reconnection_ms(self) -> int | None:
        """The stream's last ``retry`` in milliseconds, which counts even in a block without data."""
        return self._reconnection_ms

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next bytes and return the events they complete.

        Raises `OxenUncertain` when a single event grows past the cap, after the events before it were returned; the
        decoder is of no use from then on.
        """
        self._refuse_overflow()
        events = []
        for line in self._lines(self._without_bom(chunk)):
            event = self._take(line)
            if event is not None:
                events.append(event)
        if not events:
            self._refuse_overflow()
        return events

    def _without_bom(self, chunk: bytes) -> bytes:
        if self._head is None:
            return chunk
        chunk = self._head + chunk
        if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
            self._head = chunk
            return b""
        self._head = None
        return chunk.removeprefix(_BOM)

    def _lines(self, chunk: bytes) -> list[bytes]:
        """The lines that ``chunk`` completes; only new bytes are searched for an end, so long lines stay cheap."""
        if not chunk:
            return []
        if self._after_cr and chunk[0] == _LF:
            chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r")
        lines = []
        for piece in chunk.splitlines(keepends=True):
            content = piece.rstrip(b"\r\n")
            self._line += content
            if len(self._line) > self._max:
                lines.append(bytes(self._line))
                break
            if len(content) < len(piece):
                lines.append(bytes(self._line))
                self._line.clear()
        return lines

    def _take(self, line: bytes) -> ServerSentEvent | None:
        if self._overflowed:
            return None
        if not line:
            return self._dispatch()
        if self._size + len(line) > self._max:
            self._overflowed = True
            return None
        name, _, value = line.partition(b":")
        self._field(name, value.removeprefix(b" "))
        return None

    def _field(self, name: bytes, value: bytes) -> None:
        if name == b"data":
            self._size += len(value) + 1
            self._data.append(value.decode("utf-8", "replace"))
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and _DIGITS.fullmatch(value):
            self._retry = self._reconnection_ms = int(value)

    def _dispatch(self) -> ServerSentEvent | None:
        event = None
        if self._data:
            event = ServerSentEvent(
                event=self._event or "message", data="\n".join(self._data), id=self._id, retry=self._retry
            )
        self._data = []
        self._size = 0
        self._event = ""
        self._retry = None
        return event

    def _refuse_overflow(self) -> None:
        if self._overflowed:
            raise OxenUncertain(f"an event of Oxen's stream is larger than {self._max} bytes")
