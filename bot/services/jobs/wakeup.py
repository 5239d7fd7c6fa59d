"""Waking what drives a job, and waiting without holding what others need."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.generation import Completion


class Permit:
    """One of a limited number of places, held for as long as it is needed."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = False

    async def acquire(self) -> None:
        """Wait for a place."""
        await self._places.acquire()
        self._is_held = True

    def release(self) -> None:
        """Give it back, if it is held."""
        if self._is_held:
            self._is_held = False
            self._places.release()


class WakeUp:
    """One job's wake-up signal, set by a cancel, by an event, by a sweep.

    ``result_url`` is a link to the result that Oxen gave just now, for whoever fetches it next.
    """

    def __init__(self) -> None:
        self.result_url: str | None = None
        self._is_woken = asyncio.Event()
        self._completion: Completion | None = None
        self._lent: Permit | None = None

    def wake(self, completion: Completion | None = None) -> None:
        """Wake whoever drives the job; ``completion`` is what Oxen said, where it said something."""
        self._completion = completion or self._completion
        self._is_woken.set()

    @property
    def is_set(self) -> bool:
        """Whether something came since it was last listened to."""
        return self._is_woken.is_set()

    def take(self) -> Completion | None:
        """Listen: what Oxen said last, once."""
        self._is_woken.clear()
        completion, self._completion = self._completion, None
        return completion

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until it is woken. A permit that is lent is released meanwhile."""
        permit = self._lent
        if permit is not None:
            permit.release()
        try:
            async with asyncio.timeout(seconds):
                await self._is_woken.wait()
        except TimeoutError:
            pass
        else:
            self._is_woken.clear()
        if permit is not None:
            await permit.acquire()

    @contextmanager
    def lending(self, permit: Permit) -> Iterator[None]:
        """Let others have a permit during each pause in here: while one waits, nothing needs it."""
        self._lent = permit
        try:
            yield
        finally:
            self._lent = None
