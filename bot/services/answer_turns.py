"""Answers first: whoever waits at Discord is answered in turn, and jobs begin when nobody waits to be let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_AT_ONCE: Final = 12
"""So many are checked and accepted side by side. A hundred would all be answered when the last of them is accepted;
fewer would share their commits with too few."""
_TURN_SECONDS: Final = 0.6
"""How long somebody waits for their turn at most: where the database is locked, everybody waits there together."""
_JOBS_WAIT_SECONDS: Final = 0.5
"""How long jobs stand back at most, however many ask."""


class AnswerTurns:
    """Who is being let in with a request now."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._asking = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Check and accept a request, when those who came before are through, or soon in any case."""
        self._asking += 1
        self._nobody.clear()
        has_place = False
        try:
            has_place = await self._take_place()
            yield
        finally:
            if has_place:
                self._places.release()
            self._asking -= 1
            if not self._asking:
                self._nobody.set()

    async def _take_place(self) -> bool:
        try:
            async with asyncio.timeout(_TURN_SECONDS if self._places.locked() else None):
                return await self._places.acquire()
        except TimeoutError:
            return False

    async def are_over(self) -> None:
        """Wait until nobody waits to be let in, half a second at most."""
        try:
            async with asyncio.timeout(_JOBS_WAIT_SECONDS):
                await self._nobody.wait()
        except TimeoutError:
            return
