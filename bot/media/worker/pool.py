"""The pool of worker processes: who waits for one, what each may take, and what becomes of one that breaks.

A worker is started when there is something to do, is used again, ends by itself when there is nothing, and is replaced
after `_TASKS_A_WORKER`. Whatever a file does to it is one task's failure. No file of anybody's is decoded in the bot's
own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.errors import StoppingError
from bot.media.worker.fair_queue import FairQueue
from bot.media.worker.isolation import Isolation
from bot.media.worker.process import Task, Worker, WorkerUnavailable
from bot.media.worker.protocol import Frame, ProtocolError

_log = logging.getLogger(__name__)
ENCODER_NICENESS: Final = 10
_MIB: Final = 1024 * 1024
_CPU_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
_TASKS_A_WORKER: Final = 100
_LARGEST_FILE: Final = 2 * 1024 * _MIB
_FOLDER_NAME: Final = "worker-"


class Kind(StrEnum):
    """What a worker is for; each kind has workers and a queue of its own."""

    PICTURES = "pictures"
    LOOKS = "looks"
    ENCODING = "encoding"


TASKS: Final[Mapping[Kind, str]] = {
    Kind.PICTURES: "bot.media.worker.picture_tasks",
    Kind.LOOKS: "bot.media.worker.video_tasks",
    Kind.ENCODING: "bot.media.worker.video_tasks",
}


class Failure(StrEnum):
    """Why a task has no answer."""

    CRASHED = "crashed"
    TOO_MUCH_CPU = "too much processor time"
    TIMED_OUT = "not done in time"


class TaskFailed(Exception):  # noqa: N818 - reads as what it says
    """A task ended without an answer, and its worker with it."""

    def __init__(self, reason: Failure, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


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
    each worker's process id, ``tasks`` names the module whose ``TASKS`` a worker of each kind does.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        picture_workers: int | None = None,
        encoders: int | None = None,
        picture_mb: int = 400,
        video_mb: int = 1280,
        idle_seconds: float = 60.0,
        started: Callable[[int], None] | None = None,
        tasks: Mapping[Kind, str] = TASKS,
    ) -> None:
        self.cores = available_cores()
        self.encoders = encoders or max(1, self.cores - 1)
        self._folder = folder
        self._is_folder_ours = folder is None
        self._idle_seconds = idle_seconds
        self._memory_bytes = {
            Kind.PICTURES: picture_mb * _MIB,
            Kind.LOOKS: video_mb * _MIB,
            Kind.ENCODING: video_mb * _MIB,
        }
        sizes = {
            Kind.PICTURES: picture_workers or min(2, self.cores),
            Kind.LOOKS: 1,
            Kind.ENCODING: self.encoders,
        }
        self._queues = {kind: FairQueue(size) for kind, size in sizes.items()}
        self._resting: dict[Kind, list[Worker]] = {kind: [] for kind in Kind}
        self._started = started
        self._tasks = tasks
        self.failures: Counter[Failure] = Counter()
        """How many tasks ended without an answer, by why."""
        self._is_closed = False
        self._has_cleared = False
        self._has_warned = False

    @property
    def encoding(self) -> int:
        """How many encodings are in work now."""
        return self._queues[Kind.ENCODING].taken

    def busy(self, kind: Kind) -> int:
        """How many tasks of a kind are in work now."""
        return self._queues[kind].taken

    async def run(
        self, kind: Kind, task: Task, *, user: Hashable = None, progress: Callable[[float], None] | None = None
    ) -> Frame:
        """Do a task when it is its user's turn; the answer.

        Raises:
            TaskFailed: there is none.
            WorkerUnavailable: no worker can be started.
            StoppingError: the pool is closed.
        """
        async with self._queues[kind].turn(user):
            return await self._run(kind, task, progress)

    async def isolation(self) -> Isolation:
        """How far a worker is shut in here: one is started to tell.

        Raises:
            WorkerUnavailable: no worker can be started.
        """
        async with self._queues[Kind.LOOKS].turn(self):
            worker = await self._new(Kind.LOOKS)
            self._resting[Kind.LOOKS].append(worker)
            return worker.isolation

    async def close(self) -> None:
        """Let the tasks in work be finished, and end every worker. Those who still wait get a StoppingError."""
        self._is_closed = True
        async with contextlib.AsyncExitStack() as turns:
            for queue in self._queues.values():
                for _ in range(queue.size):
                    await turns.enter_async_context(queue.turn(self))
            for workers in self._resting.values():
                while workers:
                    await workers.pop().end()
        if self._is_folder_ours and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _run(self, kind: Kind, task: Task, progress: Callable[[float], None] | None) -> Frame:
        while True:
            if self._is_closed:
                raise StoppingError
            worker = self._resting[kind].pop() if self._resting[kind] else await self._new(kind)
            is_good = False
            try:
                async with asyncio.timeout(task.seconds):
                    answer = await worker.do(task, progress)
                if "error" in answer.words:
                    _log.warning("A worker could not %s: %r", task.name, answer.words["error"])
                    raise TaskFailed(Failure.CRASHED, "it failed")
                is_good = worker.done < _TASKS_A_WORKER
            except TimeoutError:
                _log.warning("A worker took more than %s s to %s", task.seconds, task.name)
                self.failures[Failure.TIMED_OUT] += 1
                raise TaskFailed(Failure.TIMED_OUT) from None
            except (ConnectionError, asyncio.IncompleteReadError, ProtocolError) as error:
                status = await worker.ended()
                if status == 0 and worker.done:  # it had gone to rest just then
                    continue
                _log.warning("A worker ended with %s: %r", status, error)
                reason = Failure.TOO_MUCH_CPU if status == -signal.SIGPROF else Failure.CRASHED
                self.failures[reason] += 1
                raise TaskFailed(reason, f"it ended with {status}") from error
            finally:
                if is_good:
                    self._resting[kind].append(worker)
                else:
                    await worker.end()
            return answer

    async def _new(self, kind: Kind) -> Worker:
        settings = {
            "tasks": self._tasks[kind],
            "memory_bytes": self._memory_bytes[kind],
            "file_bytes": 0 if kind is Kind.PICTURES else _LARGEST_FILE,
            "niceness": ENCODER_NICENESS if kind is Kind.ENCODING else 0,
            "idle_seconds": self._idle_seconds,
        }
        try:
            worker = await Worker.start(self._new_folder(), settings, self._started)
        except OSError as error:
            raise WorkerUnavailable(f"a worker cannot be started: {error}") from error
        if not worker.isolation.is_complete and not self._has_warned:
            self._has_warned = True
            _log.warning("This system cannot keep a decoder from files and network; see the documentation on security")
        return worker

    def _new_folder(self) -> Path:
        """A new worker's own folder. What an earlier process left goes when the first one is made."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="oxen-"))
        if not self._has_cleared:
            self._has_cleared = True
            for left in self._folder.glob(f"{_FOLDER_NAME}*"):
                shutil.rmtree(left, ignore_errors=True)
        folder = self._folder / f"{_FOLDER_NAME}{secrets.token_hex(8)}"
        for part in (folder, folder / "in", folder / "out"):
            part.mkdir(mode=0o700, parents=part is folder)
        return folder
