"""Stills of finished videos: a small poster for the card, and the last frame, to go on from.

No video waits for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.domain.job import Job
from bot.errors import RequestError, ResultError
from bot.media.video.fitter import Fitter
from bot.services.jobs.download import Result
from bot.services.library.picture_storage import PictureStorage

_log = logging.getLogger(__name__)
POSTER_SIDE: Final = 640
"""How long the longer side of a poster is at most, in pixels."""
_PATIENCE_SECONDS: Final = 2.0
"""How long it waits to be written down that a video was sent, if its poster is not cut by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stills:
    """JPEGs of a video: the columns of its job that name them, and their bytes."""

    by_column: Mapping[str, bytes]


class PosterMaker:
    """Cuts the poster and the last frame of videos while those are sent, and keeps them."""

    def __init__(self, fitter: Fitter, storage: PictureStorage) -> None:
        self._fitter = fitter
        self._storage = storage
        self._cutting: dict[str, asyncio.Task[_Stills | None]] = {}

    @asynccontextmanager
    async def cutting(self, job: Job, result: Result) -> AsyncIterator[None]:
        """Cut the stills of a job's video beside what the block does."""
        task = asyncio.create_task(self._cut(job, result), name=f"poster-{job.id}")
        self._cutting[job.id] = task
        try:
            yield
        finally:
            self.drop(job)
            task.cancel()
            await asyncio.wait({task})

    def drop(self, job: Job) -> None:
        """Keep no still of a job: what its video shows must not be shown."""
        self._cutting.pop(job.id, None)

    @asynccontextmanager
    async def keeping(self, job: Job) -> AsyncIterator[Mapping[str, str]]:
        """The addresses of a job's stills by its columns, kept for what the block writes down, as far as they are."""
        stills = await self._cut_so_far(job)
        addresses: dict[str, str] = {}
        async with AsyncExitStack() as stack:
            for column, data in ({} if stills is None else stills.by_column).items():
                try:
                    addresses[column] = str(await stack.enter_async_context(self._storage.holding(data, "jpg")))
                except (RequestError, OSError) as error:
                    _log.info("A still is not kept (%s)", error, extra={"job": job.id})
            yield addresses

    async def _cut_so_far(self, job: Job) -> _Stills | None:
        task = self._cutting.get(job.id)
        if task is None:
            return None
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)
        if not done or task.cancelled() or task.exception() is not None:
            _log.info("The poster is late or failed", extra={"job": job.id})
            return None
        return task.result()

    async def _cut(self, job: Job, result: Result) -> _Stills | None:
        if result.facts is None:
            return None
        path, user = result.path, job.user_id
        try:
            poster = await self._fitter.frame(path, last=False, most_side=POSTER_SIDE, user=user)
            return _Stills(
                by_column={"poster": poster, "last_frame": await self._fitter.frame(path, last=True, user=user)}
            )
        except ResultError as error:
            _log.info("No stills (%s)", error, extra={"job": job.id})
            return None
