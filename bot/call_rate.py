"""The rate of calls to Discord over all: held back before Discord has to refuse them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.domain.rate_window import RateWindow

_CALLS: Final = 45
"""In a second. Discord takes fifty; the others are room for a way there that takes now longer, now shorter."""
_EXEMPT: Final = ("/interactions/", "/webhooks/")
"""Answers to commands and presses do not count there, and are due in three seconds."""
_LIMIT_HEADER: Final = "X-RateLimit-Limit"


class CallRate:
    """Holds a call back, first come, first served, while there were as many as Discord takes in the last second.

    Refused calls would count towards the ban of the whole address. Where no answer names a limit, none is kept.
    """

    def __init__(self) -> None:
        self._calls = RateWindow(_CALLS, 1.0)
        self._first_in_line = asyncio.Lock()
        self.has_limits = False
        """Whether an answer named a limit; Discord's do from the first one on."""
        self.waited_seconds = 0.0
        """How long calls were held back, together."""

    def trace(self) -> aiohttp.TraceConfig:
        """What has aiohttp ask here before each request."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._before)
        trace.on_request_end.append(self._after)
        return trace

    async def _after(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, answered: aiohttp.TraceRequestEndParams
    ) -> None:
        self.has_limits = self.has_limits or _LIMIT_HEADER in answered.response.headers

    async def _before(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        path = request.url.path
        if not self.has_limits or not path.startswith("/api/") or any(part in path for part in _EXEMPT):
            return
        loop = asyncio.get_running_loop()
        async with self._first_in_line:
            while True:
                if (seconds := self._calls.wait(loop.time())) <= 0:
                    break
                await asyncio.sleep(seconds)
                self.waited_seconds += seconds
            self._calls.take(loop.time())
