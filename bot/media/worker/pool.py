"""The pool of worker processes: who waits for one, how many work at once, and what each may take.

Whatever a file does to a worker is one task's failure. No file of anybody's is decoded in the bot's own process.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Final

from bot.errors import StoppingError
from bot.media.worker.fair_queue import FairQueue
from bot.media.worker.isolation import Isolation
from bot.media.worker.process import Task
from bot.media.worker.protocol import Frame
from bot.media.worker.workers import (
    ENCODER_NICENESS,
    PICTURE_MB,
    TASKS,
    TASKS_A_WORKER,
    VIDEO_MB,
    Failure,
    Kind,
    TaskFailed,
    Workers,
)

__all__ = ["ENCODER_NICENESS", "Failure", "Kind", "TaskFailed", "WorkerPool", "available_cores"]

_CPU_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


def available_cores() -> int:
    """Cores this process may use, at least 1: a container's quota counts (cgroup v2, ``cpu.max``)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _CPU_QUOTA.read_text().split()
        cores = min(cores, round(int(quota) / int(period)))
    except (OSError, ValueError):
        pass
    return max(1, cores)


class WorkerPool:
    """Does tasks in processes of their own, fairly between users.

    ``folder`` is where files are lent and made, best on the same disk as the tasks' files. Pictures are done by as many
    at once as there are cores, two at most; looks at videos one at a time, so that they wait for no encoding; encodings
    by one less than cores. ``picture_mb`` and ``video_mb`` are the address space of a worker. ``started`` is told
    each worker's process id, ``tasks`` names the module whose ``TASKS`` a worker of each kind does, ``tasks_a_worker``
    of them at most. ``workers`` are used instead of workers of its own, and outlive it.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        picture_workers: int | None = None,
        encoders: int | None = None,
        picture_mb: int = PICTURE_MB,
        video_mb: int = VIDEO_MB,
        idle_seconds: float = 60.0,
        started: Callable[[int], None] | None = None,
        tasks: Mapping[Kind, str] = TASKS,
        tasks_a_worker: int = TASKS_A_WORKER,
        workers: Workers | None = None,
    ) -> None:
        self.cores = available_cores()
        self.encoders = encoders or max(1, self.cores - 1)
        self._own = Workers(
            folder,
            picture_mb=picture_mb,
            video_mb=video_mb,
            idle_seconds=idle_seconds,
            started=started,
            tasks=tasks,
            tasks_a_worker=tasks_a_worker,
        )
        self._workers = workers or self._own
        sizes = {
            Kind.PICTURES: picture_workers or min(2, self.cores),
            Kind.LOOKS: 1,
            Kind.ENCODING: self.encoders,
        }
        self._queues = {kind: FairQueue(size) for kind, size in sizes.items()}
        self.failures: Counter[Failure] = Counter()
        """How many tasks ended without an answer, by why."""
        self._is_closed = False

    @property
    def encoding(self) -> int:
        """How many encodings are in work now."""
        return self._queues[Kind.ENCODING].taken

    def busy(self, kind: Kind) -> int:
        """How many tasks of a kind are in work now."""
        return self._queues[kind].taken

    async def run(
        self,
        kind: Kind,
        task: Task,
        *,
        user: Hashable = None,
        is_patient: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> Frame:
        """Do a task when it is its user's turn, or with ``is_patient`` when nobody else waits for one; the answer.

        Raises:
            TaskFailed: there is none.
            WorkerUnavailable: no worker can be started.
            StoppingError: the pool is closed.
        """
        async with self._queues[kind].turn(user, is_patient=is_patient):
            if self._is_closed:
                raise StoppingError
            try:
                return await self._workers.do(kind, task, progress)
            except TaskFailed as error:
                self.failures[error.reason] += 1
                raise

    async def isolation(self) -> Isolation:
        """How far a worker is shut in here: one is started to tell.

        Raises:
            WorkerUnavailable: no worker can be started.
        """
        async with self._queues[Kind.LOOKS].turn(self):
            return await self._workers.isolation()

    async def close(self) -> None:
        """Let the tasks in work be finished, and end every worker. Those who still wait get a StoppingError."""
        self._is_closed = True
        async with contextlib.AsyncExitStack() as turns:
            for queue in self._queues.values():
                for _ in range(queue.size):
                    await turns.enter_async_context(queue.turn(self))
            await self._own.close()
