"""Videos made to fit, each in a process of its own: what the rest of the bot asks of this package."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.errors import ResultError
from bot.media.child import ChildFailed, ask
from bot.media.errors import CannotFit
from bot.media.facts import FittedVideo, VideoFacts
from bot.media.plan import make_plan

DEADLINE_SECONDS = 60.0
MEMORY_MB = 1280
_LOOK_SECONDS = 20.0
_MOST_THREADS = 4
_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def available_cores() -> int:
    """Cores this process may use, at least 1: a container's quota counts (cgroup v2, ``cpu.max``)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _CPU_QUOTA.read_text().split()
        cores = min(cores, round(int(quota) / int(period)))
    except (OSError, ValueError):
        pass
    return max(1, cores)


class Fitter:
    """Looks at videos and makes smaller copies. Every file is opened in a child process only.

    At most ``workers`` copies are made at once, first come first served; looking (``inspect``, ``frame``) takes moments
    and has one child of its own, so that a video that fits as it is never waits behind one that doesn't.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        memory_mb: int = MEMORY_MB,
        cores: int | None = None,
        started: Callable[[int], None] | None = None,
    ) -> None:
        """``cores`` and ``workers`` default to what is there, and one less. ``started`` is told each child's pid."""
        self._cores = cores or available_cores()
        self._deadline = deadline_seconds
        self._memory_bytes = memory_mb * 1024 * 1024
        self._started = started
        self._busy = 0
        self.workers = workers or max(1, self._cores - 1)
        self.crashes = 0
        """How many children ended without an answer."""
        self._makers = asyncio.Semaphore(self.workers)
        self._lookers = asyncio.Semaphore(1)

    @property
    def busy(self) -> int:
        """How many copies are being made now."""
        return self._busy

    async def inspect(self, path: Path) -> VideoFacts:
        """What a file is.

        Raises:
            ResultError: it is no video that plays.
        """
        return VideoFacts(**await self._look({"do": "inspect", "source": str(path)}))

    async def frame(self, path: Path, *, last: bool) -> bytes:
        """A JPEG of the first frame that shows something, or of the last one, as large as the video is shown.

        Raises:
            ResultError: there is no such frame.
        """
        return base64.b64decode((await self._look({"do": "still", "source": str(path), "last": last}))["jpeg"])

    async def fit(
        self,
        source: Path,
        target: Path,
        limit_bytes: int,
        facts: VideoFacts,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> FittedVideo:
        """Make a copy of at most ``limit_bytes`` that plays from its first byte, within the deadline.

        The deadline counts from when its turn has come. ``progress`` is told parts of 1; a second try starts anew.
        Whatever ends this, ``target`` is there whole or not at all.

        Raises:
            CannotFit: no good copy can be made in time, or the encoder crashed.
            ResultError: the source can't be decoded.
        """
        make_plan(facts, limit_bytes, cores=self._cores, seconds=self._deadline)
        part = target.with_name(target.name + ".part")
        async with self._makers:
            self._busy += 1
            begun = time.monotonic()
            try:
                answer = await self._encode(source, part, limit_bytes, facts, progress)
                size = part.stat().st_size
                if size > limit_bytes:
                    raise CannotFit(f"The copy has {size} bytes")
                part.replace(target)
            except OSError as error:
                raise CannotFit(f"The copy could not be written: {error}") from error
            finally:
                self._busy -= 1
                part.unlink(missing_ok=True)
        return FittedVideo(
            path=target,
            size=size,
            width=answer["width"],
            height=answer["height"],
            seconds_taken=time.monotonic() - begun,
        )

    async def _encode(
        self,
        source: Path,
        part: Path,
        limit_bytes: int,
        facts: VideoFacts,
        progress: Callable[[float], None] | None,
    ) -> Mapping[str, Any]:
        cores = min(_MOST_THREADS, max(1, self._cores // self._busy))
        task = {
            "do": "fit",
            "source": str(source),
            "target": str(part),
            "limit_bytes": limit_bytes,
            "facts": asdict(facts),
            "cores": cores,
            "seconds": self._deadline,
            "memory_bytes": self._memory_bytes,
        }
        try:
            return _done(await ask(task, seconds=self._deadline, started=self._started, progress=progress))
        except ChildFailed as error:
            self.crashes += 1
            raise CannotFit(f"The encoder gave no copy: {error}") from error

    async def _look(self, task: Mapping[str, Any]) -> Mapping[str, Any]:
        limits = {"cores": 1, "seconds": _LOOK_SECONDS, "memory_bytes": self._memory_bytes}
        async with self._lookers:
            try:
                return _done(await ask({**task, **limits}, seconds=_LOOK_SECONDS, started=self._started))
            except ChildFailed as error:
                self.crashes += 1
                raise ResultError(f"The video could not be looked at: {error}", retryable=True) from error


def _done(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a worker did.

    Raises:
        CannotFit, ResultError: as the worker says.
    """
    if "cannot_fit" in answer:
        raise CannotFit(answer["cannot_fit"])
    if "unreadable" in answer:
        raise ResultError(answer["unreadable"], retryable=bool(answer["retryable"]))
    done: Mapping[str, Any] = answer["done"]
    return done
