"""Running the worker: one child process per task, in order of asking, ended in time and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bot

_log = logging.getLogger(__name__)
_ROOT = Path(bot.__file__).resolve().parent.parent
_LINE_BYTES = 64 * 1024 * 1024
_KEPT_OF_STDERR = 2000
# What a child may see of the environment: no setting, and so no secret.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class ChildFailed(Exception):  # noqa: N818
    """A worker ended without an answer: it crashed, was killed, or took too long."""


async def ask(
    task: Mapping[str, Any],
    *,
    seconds: float,
    started: Callable[[int], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Give a task to a new worker and wait for its answer. The worker is gone when this returns or raises.

    Raises:
        ChildFailed: there is no answer, or none within ``seconds``.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.media.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_BYTES,
            start_new_session=True,
            cwd=_ROOT,
            env=_environment(),
        )
    except OSError as error:
        raise ChildFailed(f"no worker could be started: {error}") from error
    try:
        if started is not None:
            started(process.pid)
        async with asyncio.timeout(seconds):
            return await _talk(process, task, progress)
    except TimeoutError as error:
        raise ChildFailed(f"it was not done after {seconds:.0f} s") from error
    finally:
        await _end(process)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Each thread would reserve an arena of its own, and the memory limit counts what is reserved.
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"}


async def _talk(
    process: asyncio.subprocess.Process, task: Mapping[str, Any], progress: Callable[[float], None] | None
) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(_tail(process.stderr))
    try:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(json.dumps(task).encode() + b"\n")
            await process.stdin.drain()
        answer = await _listen(process.stdout, progress)
        if answer is not None:
            return answer
        code, words = await process.wait(), await complaints
        _log.warning("A video worker ended with %s", code, extra={"stderr": words})
        raise ChildFailed(f"it ended with {code}")
    finally:
        complaints.cancel()
        await asyncio.gather(complaints, return_exceptions=True)


async def _listen(stdout: asyncio.StreamReader, progress: Callable[[float], None] | None) -> dict[str, Any] | None:
    """The answer; ``None`` where the output ends without one."""
    try:
        while line := await stdout.readline():
            said = json.loads(line)
            if "progress" not in said:
                return dict(said)
            if progress is not None:
                progress(said["progress"])
    except (ValueError, TypeError) as error:
        raise ChildFailed(f"it said something that is no answer: {error}") from error
    return None


async def _tail(stream: asyncio.StreamReader) -> str:
    kept = b""
    while chunk := await stream.read(4096):
        kept = (kept + chunk)[-_KEPT_OF_STDERR:]
    return kept.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill it with all it may have started, unless it is gone, and wait until it is."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
