"""A program of ours in a process of its own, which can be killed like one."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.fork_server import ForkedProgram

GRACE_SECONDS = 60.0
REST_SECONDS = 1.0
PROJECT = Path(__file__).parents[1]


class ExitedError(Exception):
    """The program ended before it did what was waited for; the message holds its last output."""


class BotProcess:
    """One run of the bot, from `async with` on; leaving the block kills it with all that it started.

    It sees PATH, HOME and `environment`, nothing else, and runs in the project's folder unless told otherwise.
    `ready` is the text in its output that says that the program is up. `program` is what is run: this Python.
    With `is_forked` it is run in a fork (`sandbox.fork_server`), which is there sooner.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        arguments: Sequence[str] = ("-m", "bot"),
        folder: Path | None = None,
        ready: str | None = None,
        program: str = sys.executable,
        is_forked: bool = False,
    ) -> None:
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        self._environment = {**inherited, **environment}
        self._arguments = arguments
        self._folder = folder or PROJECT
        self._ready = ready
        self._program = program
        self._is_forked = is_forked
        self._lines: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._process: asyncio.subprocess.Process | ForkedProgram | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._change = asyncio.Event()

    @property
    def stdout(self) -> str:
        """What it wrote so far."""
        return "".join(self._lines["stdout"])

    @property
    def stderr(self) -> str:
        """What it wrote to its error stream so far; most loggers write there."""
        return "".join(self._lines["stderr"])

    @property
    def output(self) -> str:
        """Both streams."""
        return self.stdout + self.stderr

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running.pid

    @property
    def returncode(self) -> int | None:
        """Its exit status; minus the signal's number when a signal ended it; None while it runs."""
        return self._running.returncode

    async def started(self, timeout: float = 60.0) -> None:
        """Wait until its `ready` text came out. Raises ExitedError or TimeoutError."""
        if self._ready is not None:
            await self.wrote(self._ready, timeout)

    async def wrote(self, text: str, timeout: float = 60.0) -> None:
        """Wait until the text is in its output. Raises ExitedError or TimeoutError."""
        try:
            async with asyncio.timeout(timeout):
                await self._until(lambda: text in self.output)
        except TimeoutError:
            raise TimeoutError(f"{text!r} was not written in {timeout} s:\n{self.output[-4000:]}") from None
        if text not in self.output:
            raise ExitedError(f"ended with {self.returncode} before writing {text!r}:\n{self.output[-4000:]}")

    async def exited(self, timeout: float = 60.0) -> int:
        """Wait until it ends by itself, and give its exit status."""
        async with asyncio.timeout(timeout):
            status = await self._running.wait()
        await self._finish_reading()
        return status

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to clean up. What it started processes on until the block ends."""
        self._signal(signal.SIGKILL)
        await self._running.wait()

    def terminate(self) -> None:
        """Ask it to stop, and do not wait."""
        self._signal(signal.SIGTERM)

    async def stop(self, timeout: float = GRACE_SECONDS) -> int:
        """SIGTERM, and its exit status. Raises TimeoutError when it does not end."""
        self._signal(signal.SIGTERM)
        return await self.exited(timeout)

    async def __aenter__(self) -> Self:
        # Pipes of our own: with asyncio's, wait() waits for every process that inherited them, not for this one.
        pipes = {name: os.pipe() for name in self._lines}
        self._process = await self._start(stdout=pipes["stdout"][1], stderr=pipes["stderr"][1])
        for name, (reading, writing) in pipes.items():
            os.close(writing)
            self._readers.append(asyncio.create_task(self._read(name, reading)))
        return self

    async def _start(self, *, stdout: int, stderr: int) -> asyncio.subprocess.Process | ForkedProgram:
        if self._is_forked:
            return await ForkedProgram.start(
                self._arguments, environment=self._environment, folder=self._folder, stdout=stdout, stderr=stderr
            )
        return await asyncio.create_subprocess_exec(
            self._program,
            *self._arguments,
            env=self._environment,
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Its session is its own, so its group holds it and all that it started, even when it is gone.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        await self._running.wait()
        await self._finish_reading()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    @property
    def _running(self) -> asyncio.subprocess.Process | ForkedProgram:
        if self._process is None:
            raise RuntimeError("not started: use it in an async with block")
        return self._process

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._running.send_signal(number)

    async def _finish_reading(self) -> None:
        await asyncio.wait(self._readers, timeout=REST_SECONDS)

    async def _read(self, name: str, descriptor: int) -> None:
        stream = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(stream)
        with os.fdopen(descriptor, "rb", buffering=0) as pipe:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
            try:
                while chunk := await stream.read(65536):
                    self._lines[name].append(chunk.decode(errors="replace"))
                    self._notify()
            finally:
                transport.close()
                self._notify()

    def _notify(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    async def _until(self, predicate: Callable[[], bool]) -> None:
        while True:
            change = self._change
            if predicate() or all(reader.done() for reader in self._readers):
                return
            await change.wait()
