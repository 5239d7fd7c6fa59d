"""The completion stream `GET /api/events`: no buffer, no replay."""

import asyncio
import json
from typing import Any

from aiohttp import web

from sandbox.oxen.concurrency import Bell
from sandbox.oxen.faults import Faults


class _Stream:
    """One listener: what is to be written to it, None to end it."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self.pending: asyncio.Queue[bytes | None] = asyncio.Queue()


class EventHub:
    """Sends bytes to all who listen at this moment."""

    def __init__(self, *, faults: Faults, bell: Bell, keep_alive_seconds: float) -> None:
        self._faults = faults
        self._bell = bell
        self._keep_alive_seconds = keep_alive_seconds
        self._streams: set[_Stream] = set()

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def emit(self, raw: bytes) -> None:
        """Queue bytes for every open stream."""
        for stream in self._streams:
            stream.pending.put_nowait(raw)

    def announce(self, payload: dict[str, Any]) -> None:
        """Emit a `media_generation_completed` event, unless the hub is mute."""
        if not self._faults.mute:
            data = json.dumps(payload, separators=(",", ":"))
            self.emit(f"event: media_generation_completed\ndata: {data}\n\n".encode())

    def drop(self, *, clean: bool = False) -> None:
        """End every stream: cut (what was emitted just before may be lost), or when `clean` in good order after it."""
        for stream in self._streams:
            transport = stream.request.transport
            if not clean and transport is not None:
                transport.abort()
            stream.pending.put_nowait(None)
        self._streams.clear()
        self._bell.wake()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one listener until it or the hub ends."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        stream = _Stream(request)
        # Listening starts before the headers are out: who has seen the answer misses nothing.
        self._streams.add(stream)
        self._bell.wake()
        try:
            await response.prepare(request)
            while (raw := await self._next(stream)) is not None:
                await self._write(response, raw)
            await response.write_eof()
        except ConnectionError:
            pass  # the listener left; that is how a stream normally ends
        finally:
            self._streams.discard(stream)
            self._bell.wake()
        return response

    async def _next(self, stream: _Stream) -> bytes | None:
        while True:
            try:
                async with asyncio.timeout(self._keep_alive_seconds):
                    return await stream.pending.get()
            except TimeoutError:
                if not self._faults.silence:
                    return b": keep-alive\n\n"

    async def _write(self, response: web.StreamResponse, raw: bytes) -> None:
        size = 1 if self._faults.drip else len(raw) or 1
        for start in range(0, len(raw), size):
            await response.write(raw[start : start + size])
            if self._faults.drip:
                await asyncio.sleep(0.0005)  # apart enough to arrive as separate reads
