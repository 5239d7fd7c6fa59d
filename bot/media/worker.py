"""The child process that touches video files: ``python -m bot.media.worker``.

One line of JSON on standard input says what to do; standard input then stays open for as long as somebody wants the
answer. Standard output carries lines of JSON: any number of ``{"progress": 0.4}``, then one of ``{"done": …}``,
``{"unreadable": sentence, "retryable": bool}`` or ``{"cannot_fit": sentence}``.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

NICENESS = 10
_PROGRESS_SECONDS = 0.2
_CPU_SLACK_SECONDS = 5
_PARENT_GONE = 3


def main() -> int:
    """Read the task, put limits on this process, do it, and answer."""
    task: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    _limit(task)
    threading.Thread(target=_end_with_parent, args=(task.get("target"),), daemon=True).start()
    answer = _answer(task)
    _say(answer)
    return 0


def _limit(task: Mapping[str, Any]) -> None:
    """Memory and CPU time of this process, or what is allowed to it already if that is less; never to be raised."""
    os.nice(NICENESS)
    memory = int(task["memory_bytes"])
    # The encoder has one thread more than cores.
    cpu = int(task["seconds"] * (task["cores"] + 1)) + _CPU_SLACK_SECONDS
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)):
        _, allowed = resource.getrlimit(kind)
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(kind, (least, least))


def _end_with_parent(target: str | None) -> None:
    """Stop, and leave no half file, when standard input ends: whoever wanted the answer is gone."""
    while os.read(0, 4096):
        pass
    if target is not None:
        Path(target).unlink(missing_ok=True)
    os._exit(_PARENT_GONE)


def _answer(task: Mapping[str, Any]) -> dict[str, Any]:
    # Imported late: the limits hold for ffmpeg's libraries too.
    from bot.errors import ResultError
    from bot.media.errors import CannotFit

    try:
        return {"done": _TASKS[task["do"]](task)}
    except CannotFit as error:
        return {"cannot_fit": str(error)}
    except ResultError as error:
        return {"unreadable": str(error), "retryable": error.retryable}


def _inspect(task: Mapping[str, Any]) -> dict[str, Any]:
    from bot.media.probe import inspect

    return asdict(inspect(Path(task["source"]), is_last_look=task["is_last_look"]))


def _repack(task: Mapping[str, Any]) -> dict[str, Any]:
    from bot.media.facts import VideoFacts
    from bot.media.remux import repack

    copy = repack(Path(task["source"]), Path(task["target"]), VideoFacts(**task["facts"]))
    return {"copy": asdict(copy) if copy is not None else None}


def _fit(task: Mapping[str, Any]) -> dict[str, Any]:
    from bot.media.facts import VideoFacts
    from bot.media.fit import fit

    copy = fit(
        Path(task["source"]),
        Path(task["target"]),
        task["limit_bytes"],
        VideoFacts(**task["facts"]),
        cores=task["cores"],
        seconds=task["seconds"],
        progress=_Progress(),
    )
    return asdict(copy)


def _still(task: Mapping[str, Any]) -> dict[str, Any]:
    from bot.media.still import still

    return {"jpeg": base64.b64encode(still(Path(task["source"]), last=task["last"])).decode()}


_TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "inspect": _inspect,
    "repack": _repack,
    "fit": _fit,
    "still": _still,
}


class _Progress:
    """Says how far it is, but not at every frame."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, done: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_SECONDS
            _say({"progress": round(done, 3)})


def _say(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
