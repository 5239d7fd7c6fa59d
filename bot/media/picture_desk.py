"""Where the bot has its pictures mended: worker processes, and whoever waits for them.

A worker is started when a picture comes, is used again for the next ones, ends by itself when there is
nothing to do, and is replaced after `_PICTURES_A_WORKER`. Whatever a file does to it, the bot sees a
`PictureRefused`, and the next picture gets a new worker. The bot's own process opens no picture of anybody's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Final

from bot.errors import BotError, StoppingError
from bot.media.fitter import available_cores
from bot.media.mended_picture import MendedPicture, PictureRefused, Refusal
from bot.media.picture_wire import ANSWER, QUESTION, READY, Answer, OddAnswerError, lengths, unpacked

_MIB: Final = 1024 * 1024
_FOLDER: Final = Path(__file__).parents[2]
_PIECE: Final = 256 * 1024
_START_SECONDS: Final = 30.0
_END_SECONDS: Final = 1.0
_PICTURES_A_WORKER: Final = 100
_MOST_WORKERS: Final = 2

_log = logging.getLogger(__name__)


class PictureWorkerError(BotError):
    """The worker does not even start: nothing that a user's picture could have done."""


class _WorkerGoneError(Exception):
    """The worker ended, or talks nonsense."""


class PictureDesk:
    """Mends pictures in processes of their own, ``workers`` at a time: one a core, two at most, if it is not said.

    ``seconds`` is the processor time that one picture may take, and ``wall_seconds`` the time on the clock,
    once it is its turn: on a busy machine a good picture takes long without being to blame.
    ``memory_mb`` is the address space of a worker, ``max_bytes`` the largest file that is looked at,
    ``idle_seconds`` how long a worker waits for more.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        seconds: float = 1.8,
        wall_seconds: float = 6.0,
        memory_mb: int = 400,
        max_bytes: int = 25 * _MIB,
        idle_seconds: float = 60.0,
    ) -> None:
        self._workers = workers or min(_MOST_WORKERS, available_cores())
        self._turns = asyncio.Semaphore(self._workers)
        self._wall_seconds = wall_seconds
        self._max_bytes = max_bytes
        self._arguments = (str(memory_mb), str(seconds), str(idle_seconds))
        self._resting: list[_Worker] = []
        self._is_closed = False

    async def mend(self, data: bytes) -> MendedPicture:
        """Turn the bytes of a picture into what the model takes.

        Raises:
            PictureRefused: it cannot be used; its ``named`` puts the option's name into the sentence.
            PictureWorkerError: no worker can be started.
            StoppingError: the desk is closed.
        """
        if not data:
            raise PictureRefused(Refusal.EMPTY)
        if len(data) > self._max_bytes:
            raise PictureRefused(Refusal.TOO_HEAVY, limit=self._max_bytes // _MIB)
        async with self._turns:
            if self._is_closed:
                raise StoppingError
            answer = await self._asked(data)
        if isinstance(answer, PictureRefused):
            raise answer
        return answer

    async def close(self) -> None:
        """Let the pictures in work be finished, and end every worker. Those who still wait get a StoppingError."""
        self._is_closed = True
        for _ in range(self._workers):
            await self._turns.acquire()
        while self._resting:
            await self._resting.pop().end()
        for _ in range(self._workers):
            self._turns.release()

    async def _asked(self, data: bytes) -> Answer:
        while True:
            worker = self._resting.pop() if self._resting else await _Worker.started(self._arguments)
            is_good = False
            try:
                async with asyncio.timeout(self._wall_seconds):
                    answer = await worker.ask(data)
                is_good = worker.answered < _PICTURES_A_WORKER
            except TimeoutError:
                _log.warning("a picture took the worker more than %s s", self._wall_seconds)
                return PictureRefused(Refusal.TOO_COSTLY)
            except _WorkerGoneError as error:
                status = await worker.ended()
                if status == 0 and worker.answered:  # it had gone to rest just then
                    continue
                _log.warning("the picture worker failed with status %s: %s", status, error)
                return PictureRefused(Refusal.TOO_COSTLY if status == -signal.SIGPROF else Refusal.UNREADABLE)
            finally:
                if is_good:
                    self._resting.append(worker)
                else:
                    await worker.end()
            return answer


class _Worker:
    """One process, and the pipes to it."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._questions = process.stdin
        self._answers = process.stdout
        self.answered = 0

    @classmethod
    async def started(cls, arguments: tuple[str, ...]) -> _Worker:
        """A worker that is ready. Raises PictureWorkerError."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-B", "-m", "bot.media.picture_worker", *arguments),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd=_FOLDER,
                env={},
                limit=_PIECE,
            )
        except OSError as error:
            raise PictureWorkerError(f"the picture worker cannot be started: {error}") from error
        worker, is_ready = cls(process), False
        try:
            async with asyncio.timeout(_START_SECONDS):
                is_ready = await worker._answers.read(1) == READY
        except TimeoutError:
            pass
        finally:
            if not is_ready:
                await worker.end()
        if not is_ready:
            raise PictureWorkerError(f"the picture worker ended before it was ready: {process.returncode}")
        return worker

    async def ask(self, data: bytes) -> Answer:
        """What it makes of a picture. Raises _WorkerGoneError."""
        try:
            self._questions.write(QUESTION.pack(len(data)))
            view = memoryview(data)
            for start in range(0, len(data), _PIECE):  # in pieces, so that no second copy piles up here
                self._questions.write(view[start : start + _PIECE])
                await self._questions.drain()
            words, size = lengths(await self._answers.readexactly(ANSWER.size))
            answer = unpacked(await self._answers.readexactly(words), await self._answers.readexactly(size))
        except (ConnectionError, asyncio.IncompleteReadError, OddAnswerError) as error:
            raise _WorkerGoneError(repr(error)) from error
        self.answered += 1
        return answer

    async def ended(self) -> int:
        """Its own exit status, where it ends by itself as it seemed to; else it is ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        return await self.end()

    async def end(self) -> int:
        """End it now, however it is; its exit status, minus the signal's number where a signal ended it."""
        self._questions.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return await self._process.wait()
