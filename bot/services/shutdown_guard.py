"""What must not be torn apart by a shutdown: a call that pays or sends, together with its record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import StoppingError


class ShutdownGuard:
    """Counts what is under way; once closed it lets nothing new in, and can be waited out."""

    def __init__(self) -> None:
        self._inside = 0
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def is_closed(self) -> bool:
        """Whether the bot is shutting down."""
        return self._closed

    @asynccontextmanager
    async def hold(self, *, is_continuation: bool = False) -> AsyncIterator[None]:
        """Do something that a shutdown waits for; ``is_continuation`` where it completes what was let in before.

        Raises:
            StoppingError: the shutdown has begun.
        """
        if self._closed and not is_continuation:
            raise StoppingError
        self._inside += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def close(self, within: float) -> bool:
        """Let nothing new in and wait until it is empty, ``within`` seconds at most; whether it is."""
        self._closed = True
        try:
            async with asyncio.timeout(within):
                while self._inside:  # what goes on comes in again right after it left
                    await self._empty.wait()
        except TimeoutError:
            return False
        return True
