"""From a video and a limit to a copy that was checked: try, look, and once more with less. Runs in the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import av

from bot.errors import ResultError
from bot.media.boxes import plays_from_first_byte
from bot.media.encode import encode
from bot.media.errors import CannotFit
from bot.media.facts import VideoFacts
from bot.media.plan import EncodingPlan, make_plan
from bot.media.probe import inspect
from bot.media.remux import remux

DURATION_TOLERANCE = 0.1
_MOST_TRIES = 4
_JUDGED_AFTER_SECONDS = 2.0
_JUDGED_AFTER_PART = 0.1
_STEP_DOWN = 0.96

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
    facts: VideoFacts,
    *,
    cores: int,
    seconds: float,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> VideoFacts:
    """Write a copy of at most ``limit_bytes`` to ``target`` within ``seconds``; what it is.

    A file that is large only by what surrounds picture and sound is packed anew, not encoded.

    Raises:
        CannotFit: it can't be done well, or not in time.
        ResultError: the source cannot be decoded.
    """
    until = clock() + seconds
    try:
        if remux(source, target, limit_bytes, facts):
            return _checked(target, limit_bytes, facts, (facts.width, facts.height))
    except (av.FFmpegError, CannotFit, ResultError):
        target.unlink(missing_ok=True)
    lower, slowness, overshot = 1.0, 1.0, False
    for _ in range(_MOST_TRIES):
        left = until - clock()
        plan = make_plan(facts, limit_bytes, cores=cores, seconds=left, slowness=slowness, lower=lower)
        try:
            encode(source, target, facts, plan, _Watch(plan, limit_bytes, until, progress, clock))
            reached = target.stat().st_size / limit_bytes
            if reached > 1:
                raise _TooLarge(reached)  # noqa: TRY301 - found while encoding, or after
            return _checked(target, limit_bytes, facts, (plan.width, plan.height))
        except _TooLarge as error:
            if overshot:
                raise CannotFit(f"Too large twice: {error}") from error
            overshot, lower = True, lower * _STEP_DOWN / error.reached
        except _TooSlow as error:
            slowness *= error.slowness
    raise CannotFit("Every plan was too slow")


def _checked(target: Path, limit_bytes: int, facts: VideoFacts, frame: tuple[int, int]) -> VideoFacts:
    """Open the copy again: it has to be what was promised."""
    copy = inspect(target)
    if copy.size > limit_bytes:
        raise CannotFit(f"The copy has {copy.size} bytes")
    if (copy.width, copy.height) != frame:
        raise CannotFit(f"The copy's frame is {copy.width}x{copy.height} and not {frame[0]}x{frame[1]}")
    if abs(copy.duration - facts.duration) > DURATION_TOLERANCE:
        raise CannotFit(f"The copy lasts {copy.duration:.2f} s and not {facts.duration:.2f} s")
    if not plays_from_first_byte(target):
        raise CannotFit("The copy's index is not in front")
    return copy
