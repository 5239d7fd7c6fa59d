"""What drives a job is told by, and how it waits without being in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.generation import Completion
from bot.services.turns import Turns

_LONG_SECONDS = 1.0


class Nudge:
    """One job's doorbell: rung by a cancel, by an event, by a sweep.

    ``result_url`` is a link to the result that Oxen gave just now, for whoever fetches it next.
    """

    def __init__(self) -> None:
        self.result_url: str | None = None
        self._rung = asyncio.Event()
        self._completion: Completion | None = None
        self._turns: Turns | None = None

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
        """Wait, but no longer than until it rings, and take up no turn meanwhile."""
        async with self.aside():
            try:
                async with asyncio.timeout(seconds):
                    await self._rung.wait()
            except TimeoutError:
                return
            self._rung.clear()

    @asynccontextmanager
    async def turn(self, turns: Turns) -> AsyncIterator[None]:
        """Work when it is the job's turn: so many jobs work at once, and commands come in between."""
        await turns.take()
        self._turns = turns
        try:
            yield
        finally:
            if self._turns is not None:
                self._turns = None
                turns.give()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Give the turn to another job while this one waits for something long."""
        turns, self._turns = self._turns, None
        if turns is None:
            yield
            return
        turns.give()
        try:
            yield
        finally:
            await turns.take(again=True)
            self._turns = turns

    @asynccontextmanager
    async def aside_if_long(self) -> AsyncIterator[None]:
        """Do what is quick in the same turn, and give the turn to another job once it takes long.

        So jobs that are all due end one after the other, and one that drips holds up nobody.
        """
        turns, was_given = self._turns, False
        if turns is None:
            yield
            return

        def give() -> None:
            nonlocal was_given
            self._turns, was_given = None, True
            turns.give()

        timer = asyncio.get_running_loop().call_later(_LONG_SECONDS, give)
        try:
            yield
        finally:
            timer.cancel()
            if was_given:
                await turns.take(again=True)
                self._turns = turns
