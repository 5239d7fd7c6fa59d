"""What somebody would try who got a decoder to do as he likes: tasks of a worker, and what comes of each.

``python -m tests.media.hostile_tasks`` tries all of them and prints the outcomes as JSON.
"""

from __future__ import annotations

import asyncio
import ctypes
import encodings.idna  # noqa: F401 - `create_connection` loads it
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.media.worker.isolation import isolate
from bot.media.worker.pool import Kind, Task, WorkerPool
from bot.media.worker.protocol import SOURCE, TARGET, Frame, Request

Attempt = Callable[[Mapping[str, Any]], object]


def _outcome(attempt: Attempt) -> Callable[[Request], Frame]:
    def outcome(request: Request) -> Frame:
        try:
            result = attempt(request.arguments)
        except OSError as error:
            return Frame(words={"refused": f"{error.errno} {error.strerror}"})
        except RuntimeError as error:
            return Frame(words={"refused": str(error)})
        return Frame(words={"result": str(result)[:200]})

    return outcome


def _read_environment_of_parent(arguments: Mapping[str, Any]) -> object:
    return Path(f"/proc/{os.getppid()}/environ").read_bytes()


def _read_memory_of_parent(arguments: Mapping[str, Any]) -> object:
    return os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY)


def _list_open_files_of_parent(arguments: Mapping[str, Any]) -> object:
    return list(Path(f"/proc/{os.getppid()}/fd").iterdir())


def _read_own_environment(arguments: Mapping[str, Any]) -> object:
    return Path("/proc/self/environ").read_bytes()


def _read_passwords(arguments: Mapping[str, Any]) -> object:
    return Path("/etc/passwd").read_text()


def _read_a_file_beside(arguments: Mapping[str, Any]) -> object:
    return Path(arguments["file"]).read_text()


def _read_a_file_beside_by_a_relative_name(arguments: Mapping[str, Any]) -> object:
    return Path("in", os.path.relpath(arguments["file"], Path.cwd() / "in")).read_text()


def _read_a_file_beside_by_a_link(arguments: Mapping[str, Any]) -> object:
    Path("out", "link").symlink_to(arguments["file"])
    return Path("out", "link").read_text()


def _list_the_root(arguments: Mapping[str, Any]) -> object:
    return list(Path("/").iterdir())


def _write_a_file_elsewhere(arguments: Mapping[str, Any]) -> object:
    return Path(arguments["file"]).with_name("new").write_text("new")


def _write_to_a_file_beside(arguments: Mapping[str, Any]) -> object:
    return Path(arguments["file"]).write_text("changed")


def _write_to_what_was_lent(arguments: Mapping[str, Any]) -> object:
    return Path(SOURCE).write_text("changed")


def _open_a_socket(arguments: Mapping[str, Any]) -> object:
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def _open_a_unix_socket(arguments: Mapping[str, Any]) -> object:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def _open_a_socket_pair(arguments: Mapping[str, Any]) -> object:
    return socket.socketpair()


def _connect_to_loopback(arguments: Mapping[str, Any]) -> object:
    return socket.create_connection(("127.0.0.1", arguments["port"]), timeout=5)


def _fork(arguments: Mapping[str, Any]) -> object:
    pid = os.fork()
    if not pid:
        os._exit(0)
    return pid


def _start_a_program(arguments: Mapping[str, Any]) -> object:
    return subprocess.run(["/bin/true"], check=False).returncode


def _become_a_program(arguments: Mapping[str, Any]) -> object:
    os.execv(sys.executable, [sys.executable, "-c", "pass"])


def _kill_the_parent(arguments: Mapping[str, Any]) -> object:
    os.kill(os.getppid(), signal.SIGKILL)
    return "killed"


def _stop_everybody(arguments: Mapping[str, Any]) -> object:
    os.kill(-1, signal.SIGSTOP)
    return "stopped"


def _signal_by_a_handle(arguments: Mapping[str, Any]) -> object:
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)
    return "killed"


def _called(name: str, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    function = getattr(libc, name)
    function.restype = ctypes.c_long
    result = int(function(*arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _trace_the_parent(arguments: Mapping[str, Any]) -> object:
    return _called("ptrace", 16, os.getppid(), None, None)


def _limit_the_parent(arguments: Mapping[str, Any]) -> object:
    return resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (1, 1))


def _raise_its_own_limit(arguments: Mapping[str, Any]) -> object:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError as error:
        raise RuntimeError(str(error)) from error
    return "raised"


def _take_a_new_namespace(arguments: Mapping[str, Any]) -> object:
    return _called("unshare", 0x10000000)


def _start_a_thread(arguments: Mapping[str, Any]) -> object:
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(1))
    thread.start()
    thread.join()
    return done


def _read_what_was_lent(arguments: Mapping[str, Any]) -> object:
    return Path(SOURCE).read_text()


def _write_what_was_asked_for(arguments: Mapping[str, Any]) -> object:
    Path(TARGET).write_text("made")
    return Path(TARGET).read_text()


REFUSED: dict[str, Attempt] = {
    attempt.__name__.strip("_"): attempt
    for attempt in (
        _read_environment_of_parent,
        _read_memory_of_parent,
        _list_open_files_of_parent,
        _read_own_environment,
        _read_passwords,
        _read_a_file_beside,
        _read_a_file_beside_by_a_relative_name,
        _read_a_file_beside_by_a_link,
        _list_the_root,
        _write_a_file_elsewhere,
        _write_to_a_file_beside,
        _write_to_what_was_lent,
        _open_a_socket,
        _open_a_unix_socket,
        _open_a_socket_pair,
        _connect_to_loopback,
        _fork,
        _start_a_program,
        _become_a_program,
        _kill_the_parent,
        _stop_everybody,
        _signal_by_a_handle,
        _trace_the_parent,
        _limit_the_parent,
        _raise_its_own_limit,
        _take_a_new_namespace,
    )
}
ALLOWED: dict[str, Attempt] = {
    attempt.__name__.strip("_"): attempt
    for attempt in (_start_a_thread, _read_what_was_lent, _write_what_was_asked_for)
}
TASKS = {name: _outcome(attempt) for name, attempt in (REFUSED | ALLOWED).items()}


async def try_all(folder: Path, kind: Kind) -> dict[str, Any]:
    """What comes of each attempt in a worker of a pool's."""
    secret, lent = folder / "database", folder / "lent"
    with socket.create_server(("127.0.0.1", 0)) as server:
        pool = WorkerPool(folder / "work", tasks=dict.fromkeys(Kind, "tests.media.hostile_tasks"))
        try:
            outcomes = {}
            for name in TASKS:
                task = Task(
                    name=name,
                    arguments={"file": str(secret), "port": server.getsockname()[1]},
                    source=lent,
                    target=folder / "made",
                    file_bytes=1_000,
                    cpu_seconds=20,
                    seconds=60,
                )
                outcomes[name] = dict((await pool.run(kind, task)).words)
        finally:
            await pool.close()
    return outcomes


def try_all_as(user: int, folder: Path) -> dict[str, Any]:
    """What comes of each attempt in a child of a process of another user's, which shuts itself in as a worker does."""
    parts = [folder, *(folder / name for name in ("database", "lent", "in", "out"))]
    for name in ("in", "out"):
        (folder / name).mkdir()
    Path(folder, "in", "source").hardlink_to(folder / "lent")
    for path in parts:
        os.chown(path, user, user)
    os.chdir(folder)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as if it had been that user's from the start
    reading, writing = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
            isolate(readable=Path("in"), writable=Path("out"))
            arguments = {"file": str(folder / "database"), "port": server.getsockname()[1]}
            request = Request(arguments=arguments, payload=b"", progress=lambda _: None)
            with os.fdopen(writing, "w") as out:
                out.write(json.dumps({name: dict(task(request).words) for name, task in TASKS.items()}))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answers:
            outcomes: dict[str, Any] = json.loads(answers.read())
        os.waitpid(child, 0)
    return outcomes


def main(how: str) -> None:
    """Try everything in a worker of this kind, or as the user with this number."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file in ("database", "lent"):
            (folder / file).write_text(file)
        (folder / "work").mkdir()
        outcomes = try_all_as(int(how), folder) if how.isdecimal() else asyncio.run(try_all(folder, Kind(how)))
        outcomes["files"] = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
        print(json.dumps(outcomes))
        os.chdir("/")


if __name__ == "__main__":
    main(sys.argv[1])
