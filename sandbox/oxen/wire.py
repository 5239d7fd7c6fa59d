"""Holding a request back, and cutting its connection."""

import asyncio

from aiohttp import web

from sandbox.oxen.concurrency import WAIT_SECONDS


class Hold:
    """A request whose answer waits for `release()`."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    async def reached(self, *, timeout: float = WAIT_SECONDS) -> None:
        """Wait until a request is held (after its effect, if that is when it is held)."""
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        """Let the held request (or the one still to come) go on."""
        self._released.set()

    async def wait(self) -> None:
        """Be the held request."""
        self._reached.set()
        await self._released.wait()


def cut(request: web.Request) -> web.Response:
    """Cut the request's connection; the returned answer reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
