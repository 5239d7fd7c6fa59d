"""Videos looked at and made to fit: what the rest of the bot asks of the worker pool."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bot.errors import ResultError
from bot.media.errors import CannotFit, CutOff
from bot.media.video.plan import make_plan
from bot.media.video.video_info import FittedVideo, VideoInfo
from bot.media.worker.pool import Kind, TaskFailed, WorkerPool
from bot.media.worker.process import Task, WorkerUnavailable
from bot.media.worker.protocol import Frame

_log = logging.getLogger(__name__)
DEADLINE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 20.0
_CPU_SLACK_SECONDS: Final = 5.0
_MOST_THREADS: Final = 4
_ROOM_BYTES: Final = 16 * 1024 * 1024
_ANSWER_ERRORS: Final = (ValueError, TypeError, LookupError)


class Fitter:
    """Looks at videos and makes smaller copies, in worker processes only.

    Looking (``inspect``, ``repack``, ``frame``) takes moments and has a worker of its own, so that a video that fits as
    it is never waits behind one that doesn't.
    """

    def __init__(
        self, pool: WorkerPool, *, deadline_seconds: float = DEADLINE_SECONDS, cores: int | None = None
    ) -> None:
        self._pool = pool
        self._cores = cores or pool.cores
        self._deadline = deadline_seconds
        self._asked = 0
        self._observers: list[Callable[[float, bool], None]] = []

    def observe(self, observer: Callable[[float, bool], None]) -> None:
        """Have the end of every fit told: the seconds that it took with its wait, and whether there is a copy."""
        self._observers.append(observer)

    async def inspect(self, path: Path, *, is_last_look: bool = False, user: Hashable = None) -> VideoInfo:
        """What a file is. At the last look its end may be missing, as long as no media is.

        Raises:
            ResultError: it is no video that plays.
        """
        info = _info(await self._look("inspect", path, user, is_last_look=is_last_look))
        if info is None:
            raise ResultError("The video could not be looked at", retryable=True)
        return info

    async def repack(self, path: Path, info: VideoInfo, *, user: Hashable = None) -> VideoInfo | None:
        """Put the index of a video in front, in its file, without loss; ``None`` where it is better left as it is."""
        part = path.with_name(path.name + ".part")
        try:
            room = info.size + _ROOM_BYTES
            copy = _info(await self._look("repack", path, user, target=part, file_bytes=room, info=asdict(info)))
            if copy is None or part.stat().st_size != copy.size:
                return None
            part.replace(path)
        except (ResultError, OSError) as error:
            _log.info("A video could not be packed anew (%s)", error)
            return None
        finally:
            part.unlink(missing_ok=True)
        return copy

    async def frame(self, path: Path, *, last: bool, user: Hashable = None) -> bytes:
        """A JPEG of the first frame that shows something, or of the last one, as large as the video is shown.

        Raises:
            ResultError: there is no such frame.
        """
        return (await self._look("frame", path, user, last=last)).payload

    async def stills(self, path: Path, *, most_side: int, user: Hashable = None) -> tuple[bytes, bytes]:
        """JPEGs of the first frame that shows something, of that size at most, and of the last one, as large as it is.

        They are made when no other video waits to be looked at.

        Raises:
            ResultError: there is no such frame.
        """
        answer = await self._look("stills", path, user, is_patient=True, most_side=most_side)
        poster_bytes = answer.words.get("poster_bytes")
        if not isinstance(poster_bytes, int) or not 0 < poster_bytes < len(answer.payload):
            raise ResultError("The frames could not be told apart", retryable=True)
        return answer.payload[:poster_bytes], answer.payload[poster_bytes:]

    async def fit(
        self,
        source: Path,
        target: Path,
        limit_bytes: int,
        info: VideoInfo,
        *,
        user: Hashable = None,
        progress: Callable[[float], None] | None = None,
    ) -> FittedVideo:
        """Make a copy of at most ``limit_bytes`` that plays from its first byte, within the deadline.

        The deadline counts from when its turn has come. ``progress`` is told parts of 1; a second try starts anew.
        Whatever ends this, ``target`` is there whole or not at all.

        Raises:
            CannotFit: no good copy can be made in time, or the encoder crashed.
            ResultError: the source can't be decoded.
        """
        make_plan(info, limit_bytes, cores=self._cores, seconds=self._deadline)
        begun, is_made = time.monotonic(), False
        self._asked += 1
        cores = min(_MOST_THREADS, max(1, self._cores // min(self._asked, self._pool.encoders)))
        task = Task(
            name="fit",
            arguments={"limit_bytes": limit_bytes, "info": asdict(info), "cores": cores, "seconds": self._deadline},
            source=source,
            target=target.with_name(target.name + ".part"),
            file_bytes=2 * limit_bytes + _ROOM_BYTES,
            cpu_seconds=self._deadline * (cores + 1) + _CPU_SLACK_SECONDS,  # the encoder has one thread more than cores
            seconds=self._deadline,
        )
        try:
            copy, _ = await self._encode(task, target, user, progress=progress, most_bytes=limit_bytes)
            is_made = True
        finally:
            self._asked -= 1
            for observer in self._observers:
                observer(time.monotonic() - begun, is_made)
        return FittedVideo(
            path=target,
            size=copy.size,
            width=copy.width,
            height=copy.height,
            seconds_taken=time.monotonic() - begun,
        )

    async def join(
        self,
        parts: Sequence[Path],
        target: Path,
        limit_bytes: int,
        info: Sequence[VideoInfo],
        *,
        user: Hashable = None,
    ) -> tuple[VideoInfo, bytes]:
        """Make one video of several, in their order, at ``target``; what it is, and a JPEG with a frame of each.

        Parts that are alike are put together as they are, however large that is; others are encoded anew, to about
        ``limit_bytes``, within the deadline. Whatever ends this, ``target`` is there whole or not at all.

        Raises:
            CannotFit: they cannot be joined well, or not in time.
            ResultError: a part can't be decoded.
        """
        whole = sum(one.size for one in info)
        task = Task(
            name="join",
            arguments={
                "limit_bytes": limit_bytes,
                "info": [asdict(one) for one in info],
                "cores": min(_MOST_THREADS, self._cores),
                "seconds": self._deadline,
            },
            source=parts[0],
            more_sources=tuple(parts[1:]),
            target=target.with_name(target.name + ".part"),
            file_bytes=2 * max(limit_bytes, whole) + _ROOM_BYTES,
            cpu_seconds=self._deadline * (self._cores + 1) + _CPU_SLACK_SECONDS,
            seconds=self._deadline,
        )
        joined, answer = await self._encode(task, target, user)
        return joined, answer.payload

    async def _encode(
        self,
        task: Task,
        target: Path,
        user: Hashable,
        *,
        progress: Callable[[float], None] | None = None,
        most_bytes: int | None = None,
    ) -> tuple[VideoInfo, Frame]:
        """Run a task that makes a video, and put that at ``target``, whole or not at all; what it is, and the answer.

        Raises:
            CannotFit: there is no such video, or not in time, or it has more than ``most_bytes``.
            ResultError: a source can't be decoded.
        """
        part = task.target
        assert part is not None
        try:
            answer = _done(await self._pool.run(Kind.ENCODING, task, user=user, progress=progress))
            made, size = _info(answer), part.stat().st_size
            if made is None or made.size != size or (most_bytes is not None and size > most_bytes):
                raise CannotFit("What was encoded is not what was promised")
            part.replace(target)
        except (TaskFailed, WorkerUnavailable) as error:
            raise CannotFit(f"Nothing was encoded: {error}") from error
        except OSError as error:
            raise CannotFit(f"What was encoded could not be written: {error}") from error
        finally:
            part.unlink(missing_ok=True)
        return made, answer

    async def _look(
        self,
        name: str,
        path: Path,
        user: Hashable,
        *,
        target: Path | None = None,
        file_bytes: int = 0,
        is_patient: bool = False,
        **arguments: object,
    ) -> Frame:
        task = Task(
            name=name,
            arguments=arguments,
            source=path,
            target=target,
            file_bytes=file_bytes,
            cpu_seconds=_LOOK_SECONDS,
            seconds=_LOOK_SECONDS,
        )
        try:
            return _done(await self._pool.run(Kind.LOOKS, task, user=user, is_patient=is_patient))
        except (TaskFailed, WorkerUnavailable, OSError) as error:
            raise ResultError(f"The video could not be looked at: {error}", retryable=True) from error


def _done(answer: Frame) -> Frame:
    """An answer that is none of the errors.

    Raises:
        CannotFit, ResultError: as the worker says.
    """
    if "cannot_fit" in answer.words:
        raise CannotFit(str(answer.words["cannot_fit"]))
    if "cut_off" in answer.words:
        raise CutOff
    if "unreadable" in answer.words:
        raise ResultError(str(answer.words["unreadable"]), retryable=bool(answer.words.get("retryable")))
    return answer


def _info(answer: Frame) -> VideoInfo | None:
    """The info in an answer; ``None`` where there is none that makes sense."""
    info = answer.words.get("info")
    try:
        return VideoInfo(**info) if info is not None else None
    except _ANSWER_ERRORS:
        return None
