"""How many threads may be opened in a channel, and how many at a time: discord.py would wait for minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from bot.domain.rate_window import RateWindows

_THREADS: Final = 45
_WINDOW_SECONDS: Final = 300.0
"""Discord takes about fifty threads in this time in one channel.

Whoever makes discord.py use up the last of a limit is held up until the limit is over, although it was answered; and so
is who is answered while as many others are on their way as are left. So the last are left alone, and few are on their
way at once.
"""
_AT_ONCE: Final = 4
_LONGEST_SECONDS: Final = 30.0
"""For one: longer than discord.py needs to find out that Discord is away."""


class ThreadRate:
    """Keeps within what Discord takes of new threads, channel by channel, if it limits calls (``has_limits``)."""

    def __init__(self, has_limits: Callable[[], bool]) -> None:
        self._has_limits = has_limits
        self._windows = RateWindows(_THREADS, _WINDOW_SECONDS)
        self._lines: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    def take(self, channel_id: int) -> bool:
        """Whether one more thread may be opened in a channel now; if so, it is counted."""
        now = asyncio.get_running_loop().time()
        if self._has_limits() and self._windows.wait(channel_id, now) > 0:
            return False
        self._windows.take(channel_id, now)
        return True

    @asynccontextmanager
    async def opening(self, channel_id: int) -> AsyncIterator[None]:
        """Open one in a channel, when few others are being opened there.

        Raises:
            TimeoutError: discord.py waits for a limit; the thread may be open all the same.
        """
        line = self._lines.setdefault(channel_id, asyncio.Semaphore(_AT_ONCE))
        async with line, asyncio.timeout(_LONGEST_SECONDS):
            yield
