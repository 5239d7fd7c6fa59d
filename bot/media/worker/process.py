"""One worker process: its start, the pipes to it, its folder, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.errors import BotError
from bot.media.worker.isolation import Isolation
from bot.media.worker.protocol import HEAD, SOURCE, TARGET, Frame, ProtocolError, lengths, more_source, packed, unpacked

_ROOT: Final = Path(__file__).resolve().parents[3]
_PIECE: Final = 256 * 1024
_START_SECONDS: Final = 30.0
_END_SECONDS: Final = 1.0
# No setting, and so no secret, gets there. Each thread would reserve an arena of its own, and the memory limit counts
# what is reserved.
_ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "2"}
_START: Final = "import sys; sys.path.insert(0, sys.argv[2]); from bot.media.worker.main import run; run(sys.argv[1])"


class WorkerUnavailable(BotError):  # noqa: N818 - reads as what it says
    """No worker can be started: nothing that anybody's file could have done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do, and what it may take: processor time and time on the clock, from when its turn has come.

    ``source`` is lent to the worker, and ``more_sources`` beside it; ``target`` is where the file belongs that it
    writes, of at most ``file_bytes``.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes = b""
    source: Path | None = None
    more_sources: tuple[Path, ...] = ()
    target: Path | None = None
    file_bytes: int = 0
    cpu_seconds: float
    seconds: float


class Worker:
    """One process, the pipes to it, and its folder."""

    def __init__(self, process: Process, folder: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._folder = folder
        self._questions = process.stdin
        self._answers = process.stdout
        self.isolation = Isolation(landlock=0, has_filter=False)
        self.done = 0

    @classmethod
    async def start(cls, folder: Path, settings: Mapping[str, Any], started: Callable[[int], None] | None) -> Worker:
        """A worker that is ready. Raises WorkerUnavailable or OSError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-B", "-c", _START, json.dumps(settings), str(_ROOT)),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd=folder,
                env=_ENVIRONMENT,
                limit=_PIECE,
                start_new_session=True,
            )
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        worker, is_ready = cls(process, folder), False
        try:
            if started is not None:
                started(process.pid)
            async with asyncio.timeout(_START_SECONDS):
                words = (await worker._read()).words
                if "error" in words:
                    raise WorkerUnavailable(f"a worker was not ready: {words['error']}")
                worker.isolation = _isolation(words)
                is_ready = True
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ProtocolError) as error:
            await worker.ended()
            raise WorkerUnavailable(f"a worker was not ready: {error!r}") from error
        finally:
            if not is_ready:
                await worker.end()
        return worker

    async def do(self, task: Task, progress: Callable[[float], None] | None) -> Frame:
        """The answer to a task.

        Raises:
            ConnectionError, asyncio.IncompleteReadError, ProtocolError: it is no use any more.
        """
        try:
            for source, place in _lent(task):
                if not _link(source, self._folder / place):
                    await asyncio.to_thread(shutil.copyfile, source, self._folder / place)
            await self._ask(task)
            answer = await self._read()
            while (part := answer.words.get("progress")) is not None:
                if progress is not None and isinstance(part, float):
                    progress(part)
                answer = await self._read()
            if task.target is not None:
                await asyncio.to_thread(_fetch, self._folder / TARGET, task.target)
        finally:
            _clear(self._folder, task)
        self.done += 1
        return answer

    async def _ask(self, task: Task) -> None:
        words = {
            "task": task.name,
            "arguments": task.arguments,
            "cpu_seconds": task.cpu_seconds,
            "file_bytes": task.file_bytes,
        }
        self._questions.write(packed(words, len(task.payload)))
        view = memoryview(task.payload)
        for start in range(0, len(view), _PIECE):  # in pieces, so that no second copy piles up here
            self._questions.write(view[start : start + _PIECE])
            await self._questions.drain()

    async def _read(self) -> Frame:
        words, payload = lengths(await self._answers.readexactly(HEAD.size))
        text = await self._answers.readexactly(words)
        return Frame(words=unpacked(text), payload=await self._answers.readexactly(payload))

    async def ended(self) -> int:
        """Its own exit status, where it ends by itself as it seemed to; else it is ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        return await self.end()

    async def end(self) -> int:
        """End it now, however it is; its exit status, minus the signal's number where a signal ended it."""
        self._questions.close()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        status = await self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        return status


def _isolation(words: Mapping[str, Any]) -> Isolation:
    landlock = words.get("landlock")
    return Isolation(landlock=landlock if isinstance(landlock, int) else 0, has_filter=bool(words.get("filter")))


def _lent(task: Task) -> Iterator[tuple[Path, str]]:
    """The files that a task is lent, and where in the worker's folder."""
    if task.source is not None:
        yield task.source, SOURCE
    for number, source in enumerate(task.more_sources, start=1):
        yield source, more_source(number)


def _link(source: Path, place: Path) -> bool:
    """Lend a file under another name; ``False`` where that cannot be done, as on another disk."""
    try:
        os.link(source, place)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def _fetch(place: Path, target: Path) -> None:
    """Take what a worker made, if it made a plain file: a link could lead to somebody else's."""
    if place.is_file() and not place.is_symlink():
        shutil.move(place, target)


def _clear(folder: Path, task: Task) -> None:
    """Take back what was lent, and what a task wrote; one without ``file_bytes`` can fill no file."""
    with contextlib.suppress(OSError):
        if task.file_bytes:
            for name in os.listdir(folder / "out"):  # noqa: PTH208 - of the fastest kind, as it is done for every task
                os.unlink(folder / "out" / name)  # noqa: PTH108
        for _, place in _lent(task):
            os.unlink(folder / place)  # noqa: PTH108
