"""A wait that ends early when something about its job changed."""

from __future__ import annotations

import asyncio

from bot.domain.generation import Completion


class Nudge:
    """One job's doorbell: rung by a cancel, by an event, by a sweep."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._completion: Completion | None = None

    def ring(self, completion: Completion | None = None) -> None:
        """Wake whoever drives the job; ``completion`` is what Oxen said, where it said something."""
        self._completion = completion or self._completion
        self._rung.set()

    @property
    def is_rung(self) -> bool:
        """Whether something came since it was last listened to."""
        return self._rung.is_set()

    def take(self) -> Completion | None:
        """Listen: what Oxen said last, once."""
        self._rung.clear()
        completion, self._completion = self._completion, None
        return completion

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until it rings."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()
