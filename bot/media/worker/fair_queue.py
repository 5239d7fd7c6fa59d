"""Turns at something that few can have at once: round robin between those who wait."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from bot.errors import RequestError
from bot.text import text


class TooManyWaiting(RequestError):  # noqa: N818 - reads as what it says
    """Somebody has as much waiting as one may have."""

    def __init__(self) -> None:
        super().__init__(text("error.reading_pictures"))


_Waiting = OrderedDict[Hashable, deque[asyncio.Future[None]]]


class FairQueue:
    """So many turns at once (``size``), round robin by key; each key has at most ``most_waiting`` that wait.

    Who can wait longer (``is_patient``) has a turn when nobody else waits for one.
    """

    def __init__(self, size: int, *, most_waiting: int | None = None) -> None:
        self.size = size
        self._free = size
        self._most_waiting = most_waiting
        self._urgent: _Waiting = OrderedDict()
        self._patient: _Waiting = OrderedDict()

    @property
    def free(self) -> int:
        """How many turns nobody holds."""
        return self._free

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return sum(map(len, (*self._urgent.values(), *self._patient.values())))

    @property
    def taken(self) -> int:
        """How many turns are held now."""
        return self.size - self._free

    @asynccontextmanager
    async def turn(self, key: Hashable, *, is_patient: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            TooManyWaiting: too many of this key's wait already.
        """
        await self._acquire(key, self._patient if is_patient else self._urgent)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, key: Hashable, waiting: _Waiting) -> None:
        if self._free and not self.waiting:
            self._free -= 1
            return
        queue = waiting.setdefault(key, deque())
        if self._most_waiting is not None and len(queue) >= self._most_waiting:
            raise TooManyWaiting
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                _leave(waiting, key, turn)
            else:  # it had come just then
                self._release()
            raise

    def _release(self) -> None:
        while waiting := self._urgent or self._patient:
            key, queue = waiting.popitem(last=False)
            turn = queue.popleft()
            if queue:
                waiting[key] = queue  # behind everybody else
            if not turn.done():  # else somebody has given up who does not know it yet
                turn.set_result(None)
                return
        self._free += 1


def _leave(waiting: _Waiting, key: Hashable, turn: asyncio.Future[None]) -> None:
    queue = waiting.get(key, deque())
    if turn in queue:
        queue.remove(turn)
        if not queue:
            del waiting[key]
