"""Stills of finished videos: a small poster for the card, and the last frame, to go on from.

No video waits for them, and nobody's seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.domain.job import Job
from bot.errors import RequestError, ResultError, StoreError
from bot.media.video.fitter import Fitter
from bot.services.jobs.download import Result
from bot.services.jobs.status_cards import StatusCards
from bot.services.library.picture_storage import PictureStorage
from bot.services.timing import Timing
from bot.store.job_store import Store

_log = logging.getLogger(__name__)
POSTER_SIDE: Final = 640
"""How long the longer side of a poster is at most, in pixels."""


class Stills:
    """JPEGs of one video, by the columns of its job that name them, as far as they are cut by ``cutting``."""

    def __init__(self) -> None:
        self.jpegs: dict[str, bytes] = {}
        self.cutting: asyncio.Task[None] | None = None

    def drop(self) -> None:
        """Keep none of them: what the video shows must not be shown."""
        self.jpegs, self.cutting = {}, None


class PosterMaker:
    """Cuts the poster and the last frame of videos while those are sent, and keeps them afterwards."""

    def __init__(
        self, store: Store, fitter: Fitter, storage: PictureStorage, cards: StatusCards, timing: Timing
    ) -> None:
        self._store = store
        self._fitter = fitter
        self._storage = storage
        self._cards = cards
        self._timing = timing

    @asynccontextmanager
    async def cutting(self, job: Job, result: Result) -> AsyncIterator[Stills]:
        """Cut the stills of a job's video beside what the block does. At its end the card waits for them no longer."""
        stills = Stills()
        task = asyncio.create_task(self._cut(job, result, stills.jpegs), name=f"poster-{job.id}")
        stills.cutting = task
        try:
            yield stills
        finally:
            self._cards.release(job)
            task.cancel()
            await asyncio.wait({task})

    def hold_card(self, job: Job, stills: Stills) -> None:
        """Have the card of a job that is about to be delivered wait for its poster, if one is being cut."""
        if stills.cutting is not None:
            self._cards.hold(job)

    async def keep(self, job: Job, stills: Stills) -> Job:
        """Keep the stills of a delivered job, as far as they are cut in time; its card waits no longer. The job then.

        What fails here costs nobody anything: the card has no poster then, and the last frame is cut when it is asked
        for.
        """
        await self._wait(job, stills)
        is_used = True
        jpegs = dict(stills.jpegs)
        if jpegs:
            try:
                async with self._storage.holding(tuple(jpegs.values()), "jpg") as kept:
                    is_used = False
                    job = await self._store.keep_stills(job, dict(zip(jpegs, map(str, kept), strict=True)))
                    is_used = job.removed_by is None
            except (RequestError, OSError, StoreError) as error:  # its user may have been forgotten meanwhile
                _log.info("The stills are not kept (%s)", error, extra={"job": job.id})
        self._cards.release(job)
        if not is_used:
            await self._storage.collect_garbage()
        return job

    async def _wait(self, job: Job, stills: Stills) -> None:
        """Wait until the stills of a job are cut, as long as there is time for it."""
        task = stills.cutting
        if task is None:
            return
        done, _ = await asyncio.wait({task}, timeout=self._timing.card_poster)
        if not done or task.cancelled() or task.exception() is not None:
            _log.info("A still is late or failed", extra={"job": job.id})

    async def _cut(self, job: Job, result: Result, stills: dict[str, bytes]) -> None:
        if result.info is None:
            return
        try:
            poster, last = await self._fitter.stills(result.path, most_side=POSTER_SIDE, user=job.user_id)
        except ResultError as error:
            _log.info("The stills could not be cut (%s)", error, extra={"job": job.id})
        else:
            stills |= {"poster": poster, "last_frame": last}
