"""Connections of the event stream as a host serves them, and somebody who owns a stream."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.backoff import Backoff
from bot.domain.generation import Completion
from bot.oxen.client import OxenClient
from bot.oxen.stream import EventStream
from tests.oxen.hosts import Handler


def completed(generation_id: str) -> bytes:
    data = f'{{"generation_id": "{generation_id}", "status": "succeeded", "url": "https://x.test/{generation_id}?s"}}'
    return f"event: media_generation_completed\ndata: {data}\n\n".encode()


def connection(*pieces: bytes, then: Handler | None = None) -> Handler:
    """One connection of the stream: send the pieces, then end it cleanly or as ``then`` does."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
        if then is not None:
            await then(request)
        return response

    return handler


@dataclass
class Owner:
    """Who runs a stream: it counts connects, and gets the completions in order."""

    connects: int = 0
    completions: asyncio.Queue[Completion] = field(default_factory=asyncio.Queue)
    waits: list[float] = field(default_factory=list)

    async def on_connected(self) -> None:
        self.connects += 1

    async def on_completion(self, completion: Completion) -> None:
        await self.completions.put(completion)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def ids(self, count: int) -> list[str]:
        """The ids of the next completions."""
        async with asyncio.timeout(10):
            return [(await self.completions.get()).generation_id for _ in range(count)]


def stream_of(
    client: OxenClient,
    owner: Owner,
    *,
    silence_seconds: float = 10.0,
    on_connected: Callable[[], Awaitable[None]] | None = None,
    on_completion: Callable[[Completion], Awaitable[None]] | None = None,
    sleep: Callable[[float], Awaitable[None]] | None = None,
    backoff: Backoff | None = None,
) -> EventStream:
    return EventStream(
        client,
        silence_seconds=silence_seconds,
        on_connected=on_connected or owner.on_connected,
        on_completion=on_completion or owner.on_completion,
        rng=random.Random(7),
        backoff=backoff,
        sleep=sleep or owner.sleep,
    )


@asynccontextmanager
async def running(stream: EventStream) -> AsyncIterator[None]:
    """Run the stream meanwhile; an error of its own fails the test."""
    task = asyncio.create_task(stream.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled(), task.exception()
