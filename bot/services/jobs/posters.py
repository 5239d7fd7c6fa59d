"""Stills of finished videos: a small poster for the card, and the last frame, to go on from.

No video waits for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
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


class Stills:
    """JPEGs of one video, by the columns of its job that name them, as far as they are cut by ``cutting``."""

    def __init__(self) -> None:
        self.jpegs: dict[str, bytes] = {}
        self.cutting: asyncio.Task[None] | None = None

    def drop(self) -> None:
        """Keep none of them: what the video shows must not be shown."""
        self.jpegs, self.cutting = {}, None


class PosterMaker:
    """Cuts the poster and the last frame of videos while those are sent, and keeps them."""

    def __init__(self, fitter: Fitter, storage: PictureStorage) -> None:
        self._fitter = fitter
        self._storage = storage

    @asynccontextmanager
    async def cutting(self, job: Job, result: Result) -> AsyncIterator[Stills]:
        """Cut the stills of a job's video beside what the block does."""
        stills = Stills()
        task = asyncio.create_task(self._cut(job, result, stills.jpegs), name=f"poster-{job.id}")
        stills.cutting = task
        try:
            yield stills
        finally:
            task.cancel()
            await asyncio.wait({task})

    @asynccontextmanager
    async def keeping(self, job: Job, stills: Stills) -> AsyncIterator[Mapping[str, str]]:
        """The addresses of a job's stills by its columns, kept for what the block writes down, as far as they are."""
        await self._wait(job, stills)
        addresses: dict[str, str] = {}
        async with AsyncExitStack() as stack:
            for column, data in dict(stills.jpegs).items():
                try:
                    addresses[column] = str(await stack.enter_async_context(self._storage.holding(data, "jpg")))
                except (RequestError, OSError) as error:
                    _log.info("A still is not kept (%s)", error, extra={"job": job.id})
            yield addresses

    async def _wait(self, job: Job, stills: Stills) -> None:
        """Wait until the stills of a job are cut, as long as there is time for it."""
        task = stills.cutting
        if task is None:
            return
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)
        if not done or task.cancelled() or task.exception() is not None:
            _log.info("A still is late or failed", extra={"job": job.id})

    async def _cut(self, job: Job, result: Result, stills: dict[str, bytes]) -> None:
        if result.facts is None:
            return
        path, user = result.path, job.user_id
        try:
            stills["poster"] = await self._fitter.frame(path, last=False, most_side=POSTER_SIDE, user=user)
            stills["last_frame"] = await self._fitter.frame(path, last=True, user=user)
        except ResultError as error:
            _log.info("Not every still could be cut (%s)", error, extra={"job": job.id})
