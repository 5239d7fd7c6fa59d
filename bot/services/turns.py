"""Turns: so many jobs work at once, and what was begun goes before what was not."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque


class Turns:
    """A fixed number of turns. Who comes back for one goes first; among equals, first come, first served.

    So many jobs that are due at the same time end one after the other, instead of all together at last.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._back: deque[asyncio.Future[None]] = deque()
        self._new: deque[asyncio.Future[None]] = deque()

    async def take(self, *, again: bool = False) -> None:
        """Wait for a turn; ``again`` says that one was given back meanwhile."""
        if self._free:
            self._free -= 1
            return
        handed = asyncio.get_running_loop().create_future()
        waiting = self._back if again else self._new
        waiting.append(handed)
        try:
            await handed
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled():
                self.give()
            with contextlib.suppress(ValueError):
                waiting.remove(handed)
            raise

    def give(self) -> None:
        """Give a turn back: to who waits, if anybody does."""
        for waiting in (self._back, self._new):
            while waiting:
                handed = waiting.popleft()
                if not handed.done():
                    handed.set_result(None)
                    return
        self._free += 1
