"""A program that mends pictures, one after the other: `python -m bot.media.picture_worker MB SECONDS IDLE`.

It runs with no secret in its environment, may take MB of address space, writes no file, is ended by SIGPROF
when one picture takes SECONDS of processor time (so that it never outlives a bot that was killed), and ends
itself with status 0 after IDLE seconds with nothing to do, or when nobody can ask it any more.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
from io import RawIOBase

from PIL import AvifImagePlugin

from bot.media.mended_picture import PictureRefused
from bot.media.picture_wire import QUESTION, READY, Answer, packed
from bot.media.pictures import mend

_MIB = 1024 * 1024


def main(memory_mb: int, seconds: float, idle_seconds: float) -> None:
    """Answer until nobody asks."""
    questions = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints is no answer
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread takes address space
    _limit_itself(memory_mb)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    answers.write(READY)
    answers.flush()
    patience = None  # it was started for a picture: the first one comes
    while select.select([questions], [], [], patience)[0]:
        head = _read(questions, QUESTION.size)
        if len(head) < QUESTION.size:
            return
        signal.setitimer(signal.ITIMER_PROF, seconds)
        (length,) = QUESTION.unpack(head)
        data = _read(questions, length)
        if len(data) < length:
            return
        answers.write(packed(_answer(bytes(data))))
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)
        patience = idle_seconds


def _limit_itself(memory_mb: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MIB, memory_mb * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(data: bytes) -> Answer:
    try:
        return mend(data)
    except PictureRefused as refused:
        return refused


def _read(source: RawIOBase, length: int) -> memoryview:
    """Up to that many bytes, fewer where the source ends before."""
    buffer, filled = memoryview(bytearray(length)), 0
    while filled < length:
        count = source.readinto(buffer[filled:])
        if not count:
            break
        filled += count
    return buffer[:filled]


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
