"""Waiting for something to become true, and owning the tasks a server starts."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

WAIT_SECONDS = 60.0
"""How long a test waits for what should come at once, before it is told that it did not."""


class Bell:
    """Lets coroutines wait until a condition holds; rung by whoever may have changed it."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Make every waiter look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, holds: Callable[[], bool], *, timeout: float = WAIT_SECONDS) -> None:
        """Return once `holds()`; raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not holds():
                waiter = asyncio.get_running_loop().create_future()
                self._waiting.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiting.discard(waiter)


class OwnedTasks:
    """The tasks of one server: cancelled and awaited together, their errors kept for the owner.

    Not an asyncio.TaskGroup, because a test's fixture may be entered in one task and left in another.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._errors: list[BaseException] = []

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work` and own it."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> list[BaseException]:
        """Cancel and await all that runs; returns the errors tasks ended with."""
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)
        return self._errors

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._errors.append(error)
