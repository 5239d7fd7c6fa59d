"""Programs started as forks of a process that has imported the bot, which is most of what a start takes.

A fork runs a file, or a module after ``-m``, as Python would: in a session, with an environment, a folder and streams
of its own. What a ``sitecustomize`` on its PYTHONPATH adjusts as it is imported is adjusted afterwards. A program
whose start is what matters, or whose environment speaks to Python itself, is to be started by Python.

The protocol: a message is a request in JSON with three descriptors, a socket, the output and the errors. On the socket
come a line with the process's id and, when it has ended, one with its status.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryFile
from typing import Final, Self

from cogs.ui.texts.catalogues import load_catalogues

PROJECT: Final = Path(__file__).parents[1]
_MOST_BYTES: Final = 128 * 1024
_MOST_WRITTEN: Final = 16 * 1024 * 1024
_IMPORTED: Final = (
    "bot.app",
    "bot.operations.doctor.report",
    "bot.operations.first_video",
    "bot.operations.monitoring",
    "sandbox.pseudo_locale",
    "sandbox.timing",
)


class ForkedProgram:
    """A program that runs, or ran; it is used as a process of asyncio's."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._reader, self._writer = reader, writer
        self._end = asyncio.create_task(self._follow())

    @classmethod
    async def start(
        cls, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path, stdout: int, stderr: int
    ) -> Self:
        """Run a program in a fork of this process's server. The descriptors stay the caller's."""
        mine = _server().start(arguments, environment, folder, stdout, stderr)
        reader, writer = await asyncio.open_connection(sock=mine)
        return cls(int(await reader.readline()), reader, writer)

    def send_signal(self, number: signal.Signals) -> None:
        """Raises ProcessLookupError when it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    async def wait(self) -> int:
        """Its exit status, minus the signal's number where a signal ended it."""
        return await asyncio.shield(self._end)

    async def _follow(self) -> int:
        self.returncode = int(await self._reader.readline())
        self._writer.close()
        return self.returncode


class _Server:
    """The process that is forked, which ends with this one."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-m", "sandbox.fork_server", str(theirs.fileno())],
                cwd=PROJECT,
                env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, stdout: int, stderr: int
    ) -> socket.socket:
        """Have a program run; the socket on which it is told when it began and when it ended."""
        mine, theirs = socket.socketpair()
        request = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
        with theirs:
            descriptors = [theirs.fileno(), stdout, stderr]
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        return mine

    def end(self) -> None:
        self._control.close()
        self._process.wait()


@cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.end)
    return server


def run_forked(arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> CompletedProcess[str]:
    """Run a program in a fork of this process's server, and wait until it ends."""
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        connection = _server().start(arguments, environment, folder, stdout.fileno(), stderr.fileno())
        with connection, connection.makefile("rb") as lines:
            _pid, status = (int(line) for line in lines)
        written = [os.pread(file.fileno(), _MOST_WRITTEN, 0).decode() for file in (stdout, stderr)]
    return CompletedProcess(list(arguments), status, *written)


@dataclass(frozen=True, slots=True)
class _Request:
    arguments: list[str]
    environment: dict[str, str]
    folder: str


def serve(control: socket.socket) -> _Request | None:
    """Fork for every request, until nobody can ask any more: ``None``. In a fork, the request to fulfil."""
    running: dict[int, socket.socket] = {}
    waking, woken = socket.socketpair()
    for end in (waking, woken):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(waking, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if waking in ready:
                waking.recv(4096)
                _tell_ends(running)
            if control not in ready:
                continue
            message, descriptors, _, _ = socket.recv_fds(control, _MOST_BYTES, 3)
            if not message:
                return None
            connection = socket.socket(fileno=descriptors[0])
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for other in (control, waking, woken, *running.values()):
                    other.close()
                _move_in(connection, *descriptors[1:])
                return _Request(**json.loads(message))
            running[pid] = connection
            for descriptor in descriptors[1:]:
                os.close(descriptor)


def _tell_ends(running: dict[int, socket.socket]) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            with running.pop(ended[0]) as connection, suppress(OSError):
                connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(ended[1]))


def _move_in(connection: socket.socket, stdout: int, stderr: int) -> None:
    """Take a session and streams of its own, and only then say that it is there: its session can be killed."""
    os.setsid()
    for descriptor, number in ((stdout, 1), (stderr, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    with connection:
        connection.sendall(b"%d\n" % os.getpid())


def _run(request: _Request) -> None:
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    paths = [path for path in request.environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    program, *rest = request.arguments
    is_module = program == "-m"
    sys.path[:0] = [request.folder if is_module else str(Path(program).parent), *paths]
    sys.argv = rest if is_module else request.arguments
    for path in paths:
        if (custom := Path(path) / "sitecustomize.py").is_file():
            for name, adjust in runpy.run_path(str(custom))["ADJUST"].items():
                if name in sys.modules:
                    adjust(sys.modules[name])
    if is_module:
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(program, run_name="__main__")


def _prepare() -> None:
    """Import and read what a bot imports and reads as it starts."""
    for name in _IMPORTED:
        importlib.import_module(name)
    load_catalogues()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _prepare()
    if (asked := serve(socket.socket(fileno=int(sys.argv[1])))) is not None:
        _run(asked)
