"""A small real HTTP server that remembers what it was asked, and answers as a test says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from bot.oxen.client import OxenClient
from bot.public_web import PublicWeb

KEY = "oxen-key-that-nobody-may-see"
BEARER = f"Bearer {KEY}"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class MakeClient(Protocol):
    """Builds a client whose repeats do not wait."""

    def __call__(
        self, base_url: str, *, timeout_seconds: float = 5.0, attempts: int = 3, elsewhere: PublicWeb | None = None
    ) -> OxenClient: ...


@dataclass(slots=True)
class Host:
    """A server's address and the requests it saw, in order."""

    url: str = ""
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def keys(self) -> list[str | None]:
        """The Authorization header of each request, ``None`` where there was none."""
        return [request.headers.get("Authorization") for request in self.seen]


@asynccontextmanager
async def hosted(handler: Handler) -> AsyncIterator[Host]:
    """Serve ``handler`` at every path of a free port of 127.0.0.1."""
    host = Host()

    async def remember(request: web.Request) -> web.StreamResponse:
        host.seen.append(request)
        host.bodies.append(await request.read())
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", remember)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.01, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = runner.addresses[0]
        host.url = f"http://{address[0]}:{address[1]}"
        yield host
    finally:
        await runner.cleanup()


def answering(*answers: web.Response | Handler) -> Handler:
    """Give the answers one after the other, and the last one for ever."""
    left = list(answers)

    async def handler(request: web.Request) -> web.StreamResponse:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, web.Response):
            # A response object can be sent once.
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        return await answer(request)

    return handler


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Drop the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def speak_no_http(request: web.Request) -> web.StreamResponse:
    """Answer with bytes that are no HTTP."""
    assert isinstance(request.transport, asyncio.Transport)
    request.transport.write(b"NONSENSE\r\n\r\n")
    request.transport.close()
    return web.Response()


def closed_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
