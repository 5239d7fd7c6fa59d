"""Downloading the finished video, from Oxen to this disk; it is checked to be one."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.domain.attachments import MAX_PICTURE_BYTES
from bot.domain.clock import Clock
from bot.domain.job import Job
from bot.domain.model_spec import Media, PictureLimits
from bot.errors import BotError, OxenError, OxenNotFound, ResultError, StoreError
from bot.media.errors import CutOff
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureRefused
from bot.media.video.fitter import Fitter
from bot.media.video.video_info import VideoInfo
from bot.oxen.client import OxenClient
from bot.services.jobs.confirm import Confirmations, Denial
from bot.services.jobs.status_cards import StatusCards
from bot.services.jobs.wakeup import WakeUp
from bot.services.ports import PictureNormalizer
from bot.services.timing import Timing
from bot.store import data_folders
from bot.store.job_store import Store

_log = logging.getLogger(__name__)
_AT_ONCE = 16
_FRAMES_AT_ONCE = 2
_ODD_SECONDS = 1.5
RESULT_LIMITS = PictureLimits(min_side=1, min_aspect=0.01, max_aspect=100)
"""What a picture that was made must be: small enough to be posted, in whatever shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished video on this disk: where, how large (bytes), the link it came from.

    ``info`` is ``None`` for a file that looks like a video from outside, but that could not be read. ``picture`` is
    the picture, where it is one: read and normalized, without metadata.
    """

    path: Path
    size: int
    url: str
    info: VideoInfo | None
    picture: NormalizedPicture | None = None


class Workspace:
    """The folder for videos in passing. Whatever a killed process left there goes at the next start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given: dict[str, set[Path]] = {}

    def prepare(self) -> None:
        """Make it, and take away what is left there of ours.

        Raises:
            StoreError: it cannot be made.
        """
        try:
            data_folders.make_folder(self._folder)
        except OSError as error:
            sentence = f"DATABASE_PATH: the folder {self._folder} cannot be made ({error.strerror})."
            raise StoreError(sentence, user_message=sentence) from error
        data_folders.remove(data_folders.at_work(self._folder))

    def file(self, job: Job, kind: str) -> Path:
        """Where a file of a job belongs."""
        path = self._folder / f"{job.id}-{kind}"
        self._given.setdefault(job.id, set()).add(path)
        return path

    def scratch(self) -> Path:
        """A file of nobody else's; whoever takes it removes it."""
        return self._folder / f"scratch-{secrets.token_hex(8)}.mp4"

    def clear(self, job: Job) -> None:
        """Remove every file of a job."""
        data_folders.remove(iter(self._given.pop(job.id, ())))


@dataclass(slots=True)
class _Frame:
    """A last frame on its way, for everybody who asks for it meanwhile."""

    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    outcome: bytes | BotError | None = None


@dataclass(slots=True)
class _Tries:
    """How often a video was tried, and how often something came that could not be read."""

    count: int = 0
    unreadable: int = 0


class ResultDownloader:
    """Gets results, from links that expire and hosts that stall.

    A download takes minutes where a host drips, so it waits for no job's turn, and no job's turn waits for it.
    """

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        confirmations: Confirmations,
        cards: StatusCards,
        fitter: Fitter,
        workspace: Workspace,
        normalizer: PictureNormalizer,
        timing: Timing,
        clock: Clock,
        *,
        max_result_bytes: int,
    ) -> None:
        self._store = store
        self._client = client
        self._confirmations = confirmations
        self._cards = cards
        self._fitter = fitter
        self._workspace = workspace
        self._normalizer = normalizer
        self._timing = timing
        self._clock = clock
        self._max_result_bytes = max_result_bytes
        self._downloads = asyncio.Semaphore(_AT_ONCE)
        self._frame_turns = asyncio.Semaphore(_FRAMES_AT_ONCE)
        self._frames: dict[str, _Frame] = {}

    async def fetch(self, job: Job, wakeup: WakeUp) -> Result:
        """Download and inspect a job's video, from the link that Oxen gave just now if it did.

        Whatever fails is tried again with a fresh link, for as long as ``Timing.fetch_for`` says, also after a restart;
        after a moment the job's card says so.

        Raises:
            OxenNotFound: Oxen no longer has it, and has said so more than once.
            ResultError: it could not be had in that time, or what comes is not a video.
        """
        url, wakeup.result_url = wakeup.result_url, None
        begun, until = self._clock(), job.fetch_until or job.updated_at + self._timing.fetch_for
        delays = self._timing.delays()
        tries = _Tries()
        while True:
            tries.count += 1
            try:
                result = await self._try(job, url, tries)
            except (OxenError, ResultError) as error:
                _log.warning(
                    "The video could not be fetched (%s)", error, extra={"job": job.id, "attempt": tries.count}
                )
                self._check_whether_to_go_on(job, error, until, tries, is_fresh=url is None)
            else:
                self._confirmations.withdraw(job.id)
                return result
            if job.fetch_until is None and (self._clock() - begun).total_seconds() >= self._timing.fetch_told_after:
                job = await self._store.change(job, fetch_until=until)
                self._cards.show(job)
            url = None
            left = (until - self._clock()).total_seconds()
            await wakeup.pause(min(next(delays), left) if left > 0 else next(delays))

    def _check_whether_to_go_on(
        self, job: Job, error: OxenError | ResultError, until: datetime, tries: _Tries, *, is_fresh: bool
    ) -> None:
        """Raise what is to be told if a video is not to be tried again."""
        if isinstance(error, OxenNotFound) and self._confirmations.deny(job.id, Denial.GONE):
            self._confirmations.withdraw(job.id)
            raise error
        if isinstance(error, ResultError) and not error.retryable and is_fresh:
            raise error
        if self._clock() >= until and tries.count >= self._timing.confirm_looks:
            raise ResultError(f"it did not open until {until:%H:%M}: {error}", retryable=True) from error

    async def _try(self, job: Job, url: str | None, tries: _Tries) -> Result:
        url = url or await self._link(job)
        if job.request.media is Media.IMAGE:
            return await self._try_picture(job, url)
        path = self._workspace.file(job, "original.mp4")
        async with self._downloads:
            size = await self._download(url, path)
        result = await self._look(job, Result(path=path, size=size, url=url, info=None), tries)
        _warn_of_odd_length(job, result.info)
        return result

    async def _try_picture(self, job: Job, url: str) -> Result:
        path = self._workspace.file(job, "original.picture")
        async with self._downloads:
            size = await self._download(url, path, most=MAX_PICTURE_BYTES, media=Media.IMAGE)
        data = await asyncio.to_thread(path.read_bytes)
        try:
            picture = await self._normalizer.normalize(data, limits=RESULT_LIMITS, user=job.user_id)
        except PictureRefused as error:
            raise ResultError(f"the picture cannot be read ({error.reason})", retryable=True) from error
        return Result(path=path, size=size, url=url, info=None, picture=picture)

    async def fetch_again(self, job: Job, path: Path) -> VideoInfo:
        """Download a video that was delivered before once more, to ``path``; what it is.

        Raises:
            OxenError: Oxen cannot be asked, or no longer has it.
            ResultError: it cannot be had, or does not play.
        """
        url = await self._link(job)
        async with self._downloads:
            await self._download(url, path)
        return await self._fitter.inspect(path, user=job.user_id)

    async def last_frame(self, job: Job) -> bytes:
        """The last frame of a job's video, as a JPEG. Who asks for one that is being fetched shares it.

        Raises:
            OxenError: Oxen cannot be asked, or no longer has it.
            ResultError: it cannot be had, or has no frame that can be read.
        """
        frame = self._frames.setdefault(job.id, _Frame())
        frame.waiting += 1
        try:
            async with frame.one_at_a_time:
                if frame.outcome is None:
                    frame.outcome = await self._fetch_frame(job)
        finally:
            frame.waiting -= 1
            if not frame.waiting:
                del self._frames[job.id]
        if isinstance(frame.outcome, BotError):
            raise frame.outcome
        return frame.outcome

    async def _fetch_frame(self, job: Job) -> bytes | BotError:
        path = self._workspace.scratch()
        try:
            async with self._frame_turns:
                await self._download(await self._link(job), path)
                return await self._fitter.frame(path, last=True, user=job.user_id)
        except (OxenError, ResultError) as error:
            return error
        finally:
            path.unlink(missing_ok=True)

    async def _link(self, job: Job) -> str:
        url = (await self._client.generation(job.generation_id or "")).result_url
        if url is None:
            raise ResultError("Oxen names no result", retryable=True)
        return url

    async def _download(self, url: str, path: Path, *, most: int | None = None, media: Media = Media.VIDEO) -> int:
        most = self._max_result_bytes if most is None else min(most, self._max_result_bytes)
        try:
            async with asyncio.timeout(self._timing.fetch_longest):
                return await self._client.download(url, path, max_bytes=most, media=media)
        except TimeoutError as error:
            raise ResultError("the download took too long", retryable=True) from error

    async def _look(self, job: Job, result: Result, tries: _Tries) -> Result:
        """Add what the file is, as the worker says that opens it.

        Raises:
            ResultError: it is not all there, or cannot be read for the first time: it may have been cut on its way.
        """
        user = job.user_id
        try:
            info = await self._fitter.inspect(result.path, is_last_look=tries.unreadable > 0, user=user)
            if info.plays_anywhere and not info.plays_from_first_byte:
                info = await self._fitter.repack(result.path, info, user=user) or info
            return replace(result, info=info, size=info.size)
        except ResultError as error:
            tries.unreadable += 1
            if tries.unreadable == 1 or isinstance(error, CutOff):
                raise ResultError(str(error), retryable=True) from error
            _log.warning("The video cannot be read (%s); it goes out as it is", error, extra={"job": job.id})
            return result


def _warn_of_odd_length(job: Job, info: VideoInfo | None) -> None:
    if info is not None and abs(info.duration - job.seconds) > _ODD_SECONDS:
        _log.warning("The video is %.1f s long", info.duration, extra={"job": job.id})
