"""Media workers that every world of a process uses, so that only the first one waits for their start."""

from __future__ import annotations

import asyncio
import atexit
import threading
import time
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, Final, TypeVar

from bot.media.worker.isolation import Isolation
from bot.media.worker.process import Task
from bot.media.worker.protocol import Frame
from bot.media.worker.workers import Kind, Workers

_IDLE_SECONDS: Final = 600.0

_T = TypeVar("_T")


class _RealTimeLoop(asyncio.SelectorEventLoop):
    """SimCord puts its own time behind ``time.monotonic``, for every thread, while a world is there."""

    def time(self) -> float:
        return time.perf_counter()


class SharedWorkers(Workers):
    """Workers on an event loop in a thread of their own: they are there for any event loop, one after the other."""

    def __init__(self) -> None:
        super().__init__(idle_seconds=_IDLE_SECONDS)
        self._loop = _RealTimeLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="workers", daemon=True)
        self._thread.start()

    async def do(self, kind: Kind, task: Task, progress: Callable[[float], None] | None = None) -> Frame:
        """The answer to a task, as of workers of one's own."""
        asking = asyncio.get_running_loop()

        def tell(done: float) -> None:
            if progress is not None:
                asking.call_soon_threadsafe(progress, done)

        return await self._there(super().do(kind, task, tell))

    async def isolation(self) -> Isolation:
        """How far a worker is shut in here."""
        return await self._there(super().isolation())

    async def close(self) -> None:
        """End those that rest."""
        await self._there(super().close())

    def end(self) -> None:
        """End the workers and the thread."""
        asyncio.run(self.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _there(self, work: Coroutine[Any, Any, _T]) -> _T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


@cache
def shared_workers() -> SharedWorkers:
    """The workers of this process, which end with it."""
    workers = SharedWorkers()
    atexit.register(workers.end)
    return workers
