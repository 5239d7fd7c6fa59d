"""From a video and a limit to a copy that was checked: try, look, again with less. Runs in the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import av

from bot.errors import ResultError
from bot.media.errors import CannotFit
from bot.media.video.encode import encode
from bot.media.video.mp4_boxes import plays_from_first_byte
from bot.media.video.plan import EncodingPlan, make_plan
from bot.media.video.probe import inspect
from bot.media.video.remux import remux
from bot.media.video.video_info import VideoInfo

DURATION_TOLERANCE = 0.1
_MOST_TRIES = 4
_JUDGED_AFTER_SECONDS = 2.0
_JUDGED_AFTER_PART = 0.1
_MOST_OVERSHOOTS = 2
_STEP_DOWN = 0.96
# The most that an index adds to picture and sound.
_INDEX_SHARE = 1.01
_INDEX_BYTES = 64 * 1024

Progress = Callable[[float], None]
Clock = Callable[[], float]


class _TooLarge(Exception):  # noqa: N818
    """This try passes the limit; ``reached`` is the size it would come to, in parts of the limit."""

    def __init__(self, reached: float) -> None:
        super().__init__(f"{reached:.2f} of the limit")
        self.reached = reached


class _TooSlow(Exception):  # noqa: N818
    """This try won't end in time; ``slowness`` is its time in parts of the estimate."""

    def __init__(self, slowness: float) -> None:
        super().__init__(f"{slowness:.1f} times the estimate")
        self.slowness = slowness


class _Watch:
    """Looks after one try: its bytes, its pace, and the word to whoever waits."""

    def __init__(self, plan: EncodingPlan, limit_bytes: int, until: float, progress: Progress, clock: Clock) -> None:
        self._plan = plan
        self._limit = limit_bytes
        self._until = until
        self._progress = progress
        self._clock = clock
        self._start = clock()

    def __call__(self, done: float, written: int) -> None:
        if written > self._limit:
            raise _TooLarge(written / self._limit / max(done, 0.5))
        now = self._clock()
        taken = now - self._start
        if (
            done > _JUDGED_AFTER_PART
            and taken > _JUDGED_AFTER_SECONDS
            and now + taken / done * (1 - done) > self._until
        ):
            raise _TooSlow(max(1.2, taken / done / self._plan.seconds))
        self._progress(done)


def fit(
    source: Path,
    target: Path,
    limit_bytes: int,
    info: VideoInfo,
    *,
    cores: int,
    seconds: float,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> VideoInfo:
    """Write a copy of at most ``limit_bytes`` to ``target`` within ``seconds``; what it is.

    A file that is large only by what surrounds picture and sound is packed anew, not encoded. A copy that came out
    too large is made again with less.

    Raises:
        CannotFit: it can't be done well, or not in time.
        ResultError: the source cannot be decoded.
    """
    fitting = _Fitting(source, target, limit_bytes, info, progress, clock, until=clock() + seconds)
    return fitting.repacked() or fitting.encoded(cores)


class _Fitting:
    """The tries for one video. ``until`` is when the clock says that all of it has to be done."""

    def __init__(
        self,
        source: Path,
        target: Path,
        limit_bytes: int,
        info: VideoInfo,
        progress: Progress,
        clock: Clock,
        *,
        until: float,
    ) -> None:
        self._source = source
        self._target = target
        self._limit = limit_bytes
        self._info = info
        self._progress = progress
        self._clock = clock
        self._until = until

    def repacked(self) -> VideoInfo | None:
        """The same picture and sound in a smaller file, where that is enough."""
        info = self._info
        if not info.plays_anywhere or info.rotation or info.media_bytes * _INDEX_SHARE + _INDEX_BYTES > self._limit:
            return None
        try:
            remux(self._source, self._target)
            return self._checked((info.width, info.height))
        except (av.FFmpegError, CannotFit, ResultError):
            self._target.unlink(missing_ok=True)
        return None

    def encoded(self, cores: int) -> VideoInfo:
        """A copy with fewer bits."""
        lower, slowness, overshot = 1.0, 1.0, 0
        for _ in range(_MOST_TRIES):
            left = self._until - self._clock()
            plan = make_plan(self._info, self._limit, cores=cores, seconds=left, slowness=slowness, lower=lower)
            try:
                copy = self._try(plan)
            except _TooLarge as error:
                overshot += 1
                if overshot > _MOST_OVERSHOOTS:
                    raise CannotFit(f"Too large again and again: {error}") from error
                lower *= _STEP_DOWN / error.reached
            except _TooSlow as error:
                slowness *= error.slowness
            else:
                return copy
        raise CannotFit("Every plan was too slow")

    def _try(self, plan: EncodingPlan) -> VideoInfo:
        watch = _Watch(plan, self._limit, self._until, self._progress, self._clock)
        encode(self._source, self._target, self._info, plan, watch)
        reached = self._target.stat().st_size / self._limit
        if reached > 1:
            raise _TooLarge(reached)
        return self._checked((plan.width, plan.height))

    def _checked(self, frame: tuple[int, int]) -> VideoInfo:
        """Open the copy again: it has to be what was promised."""
        copy = inspect(self._target)
        if copy.size > self._limit:
            raise CannotFit(f"The copy has {copy.size} bytes")
        if (copy.width, copy.height) != frame:
            raise CannotFit(f"The copy's frame is {copy.width}x{copy.height} and not {frame[0]}x{frame[1]}")
        if abs(copy.duration - self._info.duration) > DURATION_TOLERANCE:
            raise CannotFit(f"The copy lasts {copy.duration:.2f} s and not {self._info.duration:.2f} s")
        if not plays_from_first_byte(self._target):
            raise CannotFit("The copy's index is not in front")
        return copy
