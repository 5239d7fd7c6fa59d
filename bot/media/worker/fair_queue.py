"""Turns at something that few can have at once: round robin between those who wait."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from bot.errors import RequestError


class TooManyWaiting(RequestError):  # noqa: N818 - reads as what it says
    """Somebody has as much waiting as one may have."""

    def __init__(self) -> None:
        super().__init__(
            "I'm still working on other files of yours. Please try again in a minute; nothing was charged."
        )


class FairQueue:
    """So many turns at once (``size``); each key has at most ``most_waiting`` that wait, and is served in its turn."""

    def __init__(self, size: int, *, most_waiting: int) -> None:
        self.size = size
        self._free = size
        self._most_waiting = most_waiting
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def taken(self) -> int:
        """How many turns are held now."""
        return self.size - self._free

    @asynccontextmanager
    async def turn(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            TooManyWaiting: too many of this key's wait already.
        """
        await self._acquire(key)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, key: Hashable) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        queue = self._waiting.setdefault(key, deque())
        if len(queue) >= self._most_waiting:
            raise TooManyWaiting
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it had come just then
                self._release()
            else:
                self._leave(key, turn)
            raise

    def _leave(self, key: Hashable, turn: asyncio.Future[None]) -> None:
        queue = self._waiting[key]
        queue.remove(turn)
        if not queue:
            del self._waiting[key]

    def _release(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        key, queue = self._waiting.popitem(last=False)
        turn = queue.popleft()
        if queue:
            self._waiting[key] = queue  # behind everybody else
        turn.set_result(None)
