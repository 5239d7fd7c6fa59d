"""The worker processes: each is started when there is something to do, used again, and replaced when it breaks.

A worker ends by itself when there is nothing to do, and is replaced after `TASKS_A_WORKER`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.media.worker.isolation import Isolation, available_isolation
from bot.media.worker.process import Task, Worker, WorkerUnavailable
from bot.media.worker.protocol import Frame, ProtocolError

_log = logging.getLogger(__name__)
ENCODER_NICENESS: Final = 10
TASKS_A_WORKER: Final = 1_000
_MIB: Final = 1024 * 1024
PICTURE_MB: Final = 400
VIDEO_MB: Final = 1280
"""The address space that a decoder of pictures and one of videos may take."""
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


class Workers:
    """Workers of each kind, one for every task that is done now and those that rest.

    ``folder`` is where files are lent and made. ``picture_mb`` and ``video_mb`` are the address space of a worker,
    ``tasks`` names the module whose ``TASKS`` a worker of each kind does, ``tasks_a_worker`` of them at most;
    ``started`` is told each one's process id.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        picture_mb: int = PICTURE_MB,
        video_mb: int = VIDEO_MB,
        idle_seconds: float = 60.0,
        started: Callable[[int], None] | None = None,
        tasks: Mapping[Kind, str] = TASKS,
        tasks_a_worker: int = TASKS_A_WORKER,
    ) -> None:
        self._folder = folder
        self._is_folder_ours = folder is None
        self._memory_bytes = {
            Kind.PICTURES: picture_mb * _MIB,
            Kind.LOOKS: video_mb * _MIB,
            Kind.ENCODING: video_mb * _MIB,
        }
        self._idle_seconds = idle_seconds
        self._started = started
        self._tasks = tasks
        self._tasks_a_worker = tasks_a_worker
        self._resting: dict[Kind, list[Worker]] = {kind: [] for kind in Kind}
        self._has_cleared = False
        self._has_warned = False

    async def do(self, kind: Kind, task: Task, progress: Callable[[float], None] | None = None) -> Frame:
        """The answer to a task, of a worker that rests or else of a new one.

        Raises:
            TaskFailed: there is none.
            WorkerUnavailable: no worker can be started.
        """
        while True:
            worker = self._resting[kind].pop() if self._resting[kind] else await self._new(kind)
            is_good = False
            try:
                async with asyncio.timeout(task.seconds):
                    answer = await worker.do(task, progress)
                if "error" in answer.words:
                    _log.warning("A worker could not %s: %r", task.name, answer.words["error"])
                    raise TaskFailed(Failure.CRASHED, "it failed")
                is_good = worker.done < self._tasks_a_worker
            except TimeoutError:
                _log.warning("A worker took more than %s s to %s", task.seconds, task.name)
                raise TaskFailed(Failure.TIMED_OUT) from None
            except (ConnectionError, asyncio.IncompleteReadError, ProtocolError) as error:
                status = await worker.ended()
                if status == 0 and worker.done:  # it had gone to rest just then
                    continue
                _log.warning("A worker ended with %s: %r", status, error)
                reason = Failure.TOO_MUCH_CPU if status == -signal.SIGPROF else Failure.CRASHED
                raise TaskFailed(reason, f"it ended with {status}") from error
            finally:
                if is_good:
                    self._resting[kind].append(worker)
                else:
                    await worker.end()
            return answer

    async def isolation(self) -> Isolation:
        """How far a worker is shut in here: one is started to tell.

        Raises:
            WorkerUnavailable: no worker can be started.
        """
        worker = await self._new(Kind.LOOKS)
        self._resting[Kind.LOOKS].append(worker)
        return worker.isolation

    async def close(self) -> None:
        """End those that rest."""
        for workers in self._resting.values():
            while workers:
                await workers.pop().end()
        if self._is_folder_ours and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

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
        if not worker.isolation.is_complete and available_isolation().is_complete and not self._has_warned:
            self._has_warned = True  # where it cannot be, that was said at the start
            _log.warning("A decoder is not kept from files and network, although this system can; see docs/security.md")
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
