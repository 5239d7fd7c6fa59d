"""Posters: a small picture of each finished video, for its card. No video waits for its poster."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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


class PosterMaker:
    """Cuts posters while their videos are sent, and keeps them."""

    def __init__(self, fitter: Fitter, storage: PictureStorage) -> None:
        self._fitter = fitter
        self._storage = storage
        self._cutting: dict[str, asyncio.Task[bytes | None]] = {}

    @asynccontextmanager
    async def cutting(self, job: Job, result: Result) -> AsyncIterator[None]:
        """Cut the poster of a job's video beside what the block does."""
        task = asyncio.create_task(self._cut(job, result), name=f"poster-{job.id}")
        self._cutting[job.id] = task
        try:
            yield
        finally:
            self.drop(job)
            task.cancel()
            await asyncio.wait({task})

    def drop(self, job: Job) -> None:
        """Keep no poster of a job: what its video shows must not be shown."""
        self._cutting.pop(job.id, None)

    @asynccontextmanager
    async def keeping(self, job: Job) -> AsyncIterator[str | None]:
        """The address of a job's poster, kept for what the block writes down; ``None`` where there is none."""
        data = await self._cut_so_far(job)
        address: str | None = None
        async with AsyncExitStack() as stack:
            if data is not None:
                try:
                    address = str(await stack.enter_async_context(self._storage.holding(data, "jpg")))
                except (RequestError, OSError) as error:
                    _log.info("No poster is kept (%s)", error, extra={"job": job.id})
            yield address

    async def _cut_so_far(self, job: Job) -> bytes | None:
        task = self._cutting.get(job.id)
        if task is None:
            return None
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)
        if not done or task.cancelled() or task.exception() is not None:
            _log.info("The poster is late or failed", extra={"job": job.id})
            return None
        return task.result()

    async def _cut(self, job: Job, result: Result) -> bytes | None:
        if result.facts is None:
            return None
        try:
            return await self._fitter.frame(result.path, last=False, most_side=POSTER_SIDE, user=job.user_id)
        except ResultError as error:
            _log.info("No poster (%s)", error, extra={"job": job.id})
            return None
