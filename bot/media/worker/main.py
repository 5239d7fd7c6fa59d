"""A program that does tasks on strangers' files, one after the other: `run(SETTINGS)` in a new interpreter.

It imports what its kind of task takes, shuts itself in (`isolation`), says that it is ready, and answers. It is ended
by SIGPROF when a task takes more processor time than it may, and ends by itself when nobody asks for a while.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot.media.worker.isolation import isolate, limit
from bot.media.worker.protocol import HEAD, Frame, Request, lengths, packed, unpacked

_OPEN_FILES: Final = 64
_PROGRESS_SECONDS: Final = 0.2
_ERROR_CHARS: Final = 2_000

Task = Callable[[Request], Frame]


def run(settings_text: str) -> None:
    """Answer until nobody asks; the settings are JSON. The working folder is the worker's own, with `in` and `out`."""
    settings = json.loads(settings_text)
    questions = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints is no answer
    try:
        tasks = _ready(settings, answers)
        patience = None  # it was started for a task: the first one comes
        while select.select([questions], [], [], patience)[0]:
            frame = _read_frame(questions)
            if frame is None:
                return
            answer = _answer(tasks, frame, answers)
            _write(answers, answer.words, answer.payload)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del frame, answer
            gc.collect()  # decoders and filters are in cycles; what they hold of memory and threads the next task needs
            patience = settings["idle_seconds"]
    except Exception:  # noqa: BLE001 - there is no log here: whoever asked has one
        _write(answers, {"error": traceback.format_exc(limit=-6)[-_ERROR_CHARS:]})


def _ready(settings: Mapping[str, Any], answers: BinaryIO) -> Mapping[str, Task]:
    """Import the tasks, give up everything else, and say so."""
    parent = os.getppid()
    tasks: Mapping[str, Task] = import_module(settings["tasks"]).TASKS
    os.nice(settings["niceness"])
    limit(memory_bytes=settings["memory_bytes"], file_bytes=settings["file_bytes"], open_files=_OPEN_FILES)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    gc.freeze()  # of what is imported nothing becomes garbage
    isolation = isolate(readable=Path("in"), writable=Path("out"))
    if os.getppid() != parent:  # it ended before its end would be noticed
        raise SystemExit
    _write(answers, {"landlock": isolation.landlock, "filter": isolation.has_filter})
    return tasks


def _answer(tasks: Mapping[str, Task], frame: Frame, answers: BinaryIO) -> Frame:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.setitimer(signal.ITIMER_PROF, frame.words["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(frame.words["file_bytes"], most), most))
    request = Request(arguments=frame.words["arguments"], payload=frame.payload, progress=_Progress(answers))
    return tasks[frame.words["task"]](request)


def _write(answers: BinaryIO, words: Mapping[str, Any], payload: bytes = b"") -> None:
    answers.write(packed(words, len(payload)))
    answers.write(payload)
    answers.flush()


class _Progress:
    """Says how far a task is, but not at every frame."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._next = 0.0

    def __call__(self, done: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_SECONDS
            _write(self._answers, {"progress": round(done, 3)})


def _read_frame(source: RawIOBase) -> Frame | None:
    head = _read(source, HEAD.size)
    if len(head) < HEAD.size:
        return None
    words, size = lengths(head)
    text, payload = _read(source, words), _read(source, size)
    if len(text) < words or len(payload) < size:
        return None
    return Frame(words=unpacked(text), payload=payload)


def _read(source: RawIOBase, length: int) -> bytes:
    """Up to that many bytes, fewer where the source ends before."""
    buffer, filled = bytearray(length), 0
    view = memoryview(buffer)
    while filled < length:
        count = source.readinto(view[filled:])
        if not count:
            break
        filled += count
    return bytes(view[:filled])
