"""The files of a join: its shots from Oxen once more, made one video that fits the place."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.clock import Clock
from bot.domain.join import MAX_JOINED_SECONDS, Join
from bot.errors import JoinFailed, OxenError, OxenNotFound, ResultError
from bot.media.errors import CannotFit
from bot.media.video.fitter import Fitter
from bot.media.video.video_info import VideoInfo
from bot.services.jobs.confirm import Confirmations, Denial
from bot.services.jobs.download import ResultDownloader, Workspace
from bot.services.ports import JoinedVideo
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import Bytes, text

_log = logging.getLogger(__name__)
_MARGIN: Final = 8 * 1024
_GROWTH: Final = 2
"""Shots that have to be encoded anew may become so many times as large as they are."""
_LEAST_BYTES: Final = 1_000_000
_SPARE_SECONDS: Final = 5
"""So much longer than what was asked for the shots may be together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    path: Path
    info: VideoInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole(_Part):
    strip: Path | None


class JoinFiles:
    """Makes a join's video, and a smaller one where it has to be; what was made once is used again until ``clear``."""

    def __init__(
        self,
        store: Store,
        downloader: ResultDownloader,
        confirmations: Confirmations,
        fitter: Fitter,
        workspace: Workspace,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._downloader = downloader
        self._confirmations = confirmations
        self._fitter = fitter
        self._workspace = workspace
        self._timing = timing
        self._clock = clock
        self._made: dict[str, _Whole] = {}

    def clear(self, join: Join) -> None:
        """Remove every file of a join."""
        self._made.pop(join.id, None)
        self._workspace.clear(join.as_job())

    async def fit(self, join: Join, limit: int) -> JoinedVideo:
        """The joined video in at most so many bytes.

        Raises:
            JoinFailed: a shot cannot be had any more, or no video of all of them fits.
        """
        whole = self._made.get(join.id) or await self._make(join, limit)
        self._made[join.id] = whole
        count, seconds = len(join.job_ids), round(whole.info.duration)
        if whole.info.size <= limit:
            return JoinedVideo(path=whole.path, strip=whole.strip, size=whole.info.size, count=count, seconds=seconds)
        target = self._workspace.file(join.as_job(), f"joined-{limit}.mp4")
        try:
            copy = await self._fitter.fit(whole.path, target, limit - _MARGIN, whole.info, user=join.user_id)
        except (CannotFit, ResultError) as error:
            _log.info("A joined video does not fit (%s)", error, extra={"join": join.id, "limit": limit})
            raise JoinFailed(text("join.too_large", limit=Bytes(limit))) from error
        lines = min(copy.width, copy.height)
        return JoinedVideo(path=copy.path, strip=whole.strip, size=copy.size, count=count, seconds=seconds, lines=lines)

    async def _make(self, join: Join, limit: int) -> _Whole:
        parts = [await self._fetch(join, number, job_id) for number, job_id in enumerate(join.job_ids, start=1)]
        info = [part.info for part in parts]
        seconds = round(sum(one.duration for one in info))
        if seconds > MAX_JOINED_SECONDS + _SPARE_SECONDS:
            raise JoinFailed(text("join.too_long", seconds=seconds, limit=MAX_JOINED_SECONDS))
        target = self._workspace.file(join.as_job(), "joined.mp4")
        aim = max(_LEAST_BYTES, min(limit - _MARGIN, _GROWTH * sum(one.size for one in info)))
        try:
            whole, strip = await self._fitter.join([part.path for part in parts], target, aim, info, user=join.user_id)
        except (CannotFit, ResultError) as error:
            _log.warning("Shots cannot be joined (%s)", error, extra={"join": join.id})
            raise JoinFailed(text("join.unfit")) from error
        poster = self._workspace.file(join.as_job(), "poster.jpg") if strip else None
        if poster is not None:
            poster.write_bytes(strip)
        for part in parts:
            part.path.unlink(missing_ok=True)
        return _Whole(path=target, info=whole, strip=poster)

    async def _fetch(self, join: Join, number: int, job_id: str) -> _Part:
        """A shot's original, tried for as long as a result is.

        Raises:
            JoinFailed: Oxen no longer has it, or it could not be had in that time.
        """
        gone = JoinFailed(text("join.original_gone", number=number))
        path = self._workspace.file(join.as_job(), f"part-{number}.mp4")
        until, delays = self._clock() + self._timing.fetch_for, self._timing.delays()
        while True:
            job = await self._store.find(job_id)
            if job is None or not job.is_made:
                raise gone
            try:
                return _Part(path=path, info=await self._downloader.fetch_again(job, path))
            except OxenNotFound as error:
                if self._confirmations.deny(job.id, Denial.GONE):
                    self._confirmations.withdraw(job.id, Denial.GONE)
                    raise gone from error
            except (OxenError, ResultError) as error:
                _log.warning("A shot could not be fetched (%s)", error, extra={"join": join.id, "job": job.id})
                if self._clock() >= until:
                    raise JoinFailed(text("join.unreachable", number=number)) from error
            await asyncio.sleep(next(delays))
