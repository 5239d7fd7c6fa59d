"""What drives a job is told by, and how it waits without being in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.generation import Completion
from bot.services.turns import Turns

LONG_SECONDS = 1.0
"""What takes longer than this is no longer quick."""


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
    async def aside(self, *, after: float = 0.0) -> AsyncIterator[None]:
        """Give the turn to another job while this one waits for something long: at once, or after so many seconds.

        What mostly is quick keeps its turn at first, so that jobs which are all due end one after the other.
        """
        turns, was_given = self._turns, False
        if turns is None:
            yield
            return

        def give() -> None:
            nonlocal was_given
            self._turns, was_given = None, True
            turns.give()

        timer = asyncio.get_running_loop().call_later(after, give) if after else None
        if timer is None:
            give()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            if was_given:
                await turns.take(again=True)
                self._turns = turns
