"""Where the bot has its pictures normalized: what is asked of the worker pool, and what its answers mean."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict
from typing import Final

from bot.domain.fingerprint import Fingerprint
from bot.domain.model_spec import PICTURE_ENDINGS, PICTURE_LIMITS, PictureLimits
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureNote, PictureRefused, Refusal
from bot.media.worker.pool import Failure, Kind, TaskFailed, WorkerPool
from bot.media.worker.process import Task
from bot.media.worker.protocol import Frame, Words

_MIB: Final = 1024 * 1024
_MOST_THUMBNAIL_BYTES: Final = 64 * 1024
_ANSWER_ERRORS: Final = (ValueError, TypeError, LookupError, ArithmeticError)


class PicturePool:
    """Normalizes pictures in worker processes.

    ``seconds`` is the processor time that one picture may take, and ``wall_seconds`` the time on the clock,
    once it is its turn: on a busy machine a good picture takes long without being to blame.
    ``max_bytes`` is the largest file that is looked at.
    """

    def __init__(
        self, pool: WorkerPool, *, seconds: float = 1.8, wall_seconds: float = 6.0, max_bytes: int = 25 * _MIB
    ) -> None:
        self._pool = pool
        self._seconds = seconds
        self._wall_seconds = wall_seconds
        self._max_bytes = max_bytes

    async def normalize(
        self, data: bytes, *, limits: PictureLimits = PICTURE_LIMITS, user: Hashable = None
    ) -> NormalizedPicture:
        """Turn the bytes of a picture into what a model takes, in fair turns between users.

        Raises:
            PictureRefused: it cannot be used; its ``named`` puts the option's name into the sentence.
            WorkerUnavailable: no worker can be started.
            StoppingError: the pool is closed.
        """
        return _picture(await self._run("normalize", data, asdict(limits), user), limits)

    async def fingerprint(self, data: bytes, *, user: Hashable = None) -> Fingerprint:
        """The fingerprint of a picture, in fair turns between users. Raises as ``normalize`` does."""
        return _fingerprint(await self._run("fingerprint", data, {}, user))

    async def strip(self, thumbnails: Sequence[bytes], *, user: Hashable = None) -> bytes:
        """Thumbnails of normalized pictures beside each other, as a WebP file. Raises as ``normalize`` does."""
        arguments = {"lengths": [len(one) for one in thumbnails]}
        made = (await self._run("strip", b"".join(thumbnails), arguments, user)).payload
        if not 0 < len(made) <= _MIB:
            raise PictureRefused(Refusal.UNREADABLE)
        return made

    async def _run(self, name: str, data: bytes, arguments: Words, user: Hashable) -> Frame:
        """What a worker answers about a picture. Raises PictureRefused, where it gives none."""
        if not data:
            raise PictureRefused(Refusal.EMPTY)
        if len(data) > self._max_bytes:
            raise PictureRefused(Refusal.TOO_HEAVY, limit=self._max_bytes)
        task = Task(
            name=name,
            arguments=arguments,
            payload=data,
            cpu_seconds=self._seconds,
            seconds=self._wall_seconds,
        )
        try:
            return await self._pool.run(Kind.PICTURES, task, user=user)
        except TaskFailed as failed:
            reason = Refusal.UNREADABLE if failed.reason is Failure.CRASHED else Refusal.TOO_COSTLY
            raise PictureRefused(reason) from failed


def _picture(answer: Frame, limits: PictureLimits) -> NormalizedPicture:
    """The picture of an answer, checked. Raises PictureRefused."""
    words = answer.words
    try:
        _check_refusal(words)
        ends_at = len(answer.payload) - int(words["thumbnail"])
        if not 0 <= ends_at <= len(answer.payload):
            raise ValueError(f"a thumbnail of {words['thumbnail']} bytes")
        picture = NormalizedPicture(
            data=answer.payload[:ends_at],
            thumbnail=answer.payload[ends_at:],
            ending=str(words["ending"]),
            width=int(words["width"]),
            height=int(words["height"]),
            notes=tuple(PictureNote(note) for note in words["notes"]),
        )
        is_good = _is_within_limits(picture, limits)
    except _ANSWER_ERRORS:
        is_good = False
    if not is_good:
        raise PictureRefused(Refusal.UNREADABLE)
    return picture


def _fingerprint(answer: Frame) -> Fingerprint:
    """The fingerprint of an answer, checked. Raises PictureRefused."""
    try:
        _check_refusal(answer.words)
        red, green, blue = map(int, answer.words["colour"])
        return Fingerprint(bits=int(answer.words["bits"]), colour=(red, green, blue))
    except _ANSWER_ERRORS:
        raise PictureRefused(Refusal.UNREADABLE) from None


def _check_refusal(words: Words) -> None:
    """Raises PictureRefused, where a worker's answer is that."""
    if "refused" in words:
        raise PictureRefused(Refusal(words["refused"]), width=int(words["width"]), height=int(words["height"]))


def _is_within_limits(picture: NormalizedPicture, limits: PictureLimits) -> bool:
    return (
        0 < len(picture.data) <= limits.max_bytes
        and len(picture.thumbnail) <= _MOST_THUMBNAIL_BYTES
        and picture.ending in PICTURE_ENDINGS
        and min(picture.width, picture.height) >= limits.min_side
        and limits.min_aspect <= picture.width / picture.height <= limits.max_aspect
    )
