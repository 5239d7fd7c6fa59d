"""The format of a delivery: the original where it fits, else a copy that does, else a poster with a link."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

from bot.domain.job import Job, Phase
from bot.domain.presigned_links import link_expiry
from bot.errors import OxenError, ResultError
from bot.media.errors import CannotFit
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureRefused
from bot.media.video.fitter import Fitter
from bot.oxen.client import OxenClient
from bot.services.jobs.download import RESULT_LIMITS, Result, Workspace
from bot.services.jobs.status_cards import StatusCards
from bot.services.ports import Original, Outcome, PictureFile, PictureNormalizer, VideoBlocked, VideoFile, VideoLink

_log = logging.getLogger(__name__)
_MARGIN = 8 * 1024


class DeliveryFormatter:
    """Finds the best format for a place that takes so many bytes."""

    def __init__(
        self,
        client: OxenClient,
        cards: StatusCards,
        fitter: Fitter,
        normalizer: PictureNormalizer,
        workspace: Workspace,
    ) -> None:
        self._client = client
        self._cards = cards
        self._fitter = fitter
        self._normalizer = normalizer
        self._workspace = workspace

    async def fit(self, job: Job, result: Result, limit: int) -> Outcome:
        """The outcome for a limit (bytes). A copy that was made for it before is used again."""
        if result.picture is not None:
            return await self._fit_picture(job, result, result.picture, limit)
        info = result.info
        if result.size <= limit and (info is None or info.plays_anywhere):
            return VideoFile(path=result.path, size=result.size)
        if info is None or limit <= 0:
            return await self.link(job, result)
        original = _original(result)
        target = self._workspace.file(job, f"{limit}.mp4")
        try:
            self._cards.show(job, Phase.FITTING)
            copy = await self._fitter.fit(result.path, target, limit - _MARGIN, info, user=job.user_id)
        except (CannotFit, ResultError) as error:
            _log.info("No copy fits (%s)", error, extra={"job": job.id, "limit": limit})
            return await self.link(job, result)
        return VideoFile(path=copy.path, size=copy.size, lines=min(copy.width, copy.height), copy_of=original)

    async def _fit_picture(self, job: Job, result: Result, picture: NormalizedPicture, limit: int) -> Outcome:
        """A picture as a file; made smaller where the place takes less, else as a link."""
        if len(picture.data) > limit:
            limits = replace(RESULT_LIMITS, max_bytes=max(1, limit - _MARGIN))
            try:
                picture = await self._normalizer.normalize(picture.data, limits=limits, user=job.user_id)
            except PictureRefused as error:
                _log.info("No copy fits (%s)", error.reason, extra={"job": job.id, "limit": limit})
                return await self.link(job, result)
        path = self._workspace.file(job, f"{limit}.{picture.ending}")
        await asyncio.to_thread(path.write_bytes, picture.data)
        return PictureFile(path=path, size=len(picture.data), ending=picture.ending)

    async def link(self, job: Job, result: Result) -> VideoLink:
        """The last format. The link is as fresh as can be had: the one that was fetched may have aged in a queue."""
        url = result.url
        try:
            url = (await self._client.generation(job.generation_id or "")).result_url or url
        except OxenError as error:
            _log.info("No fresher link (%s)", error, extra={"job": job.id})
        return VideoLink(
            url=url, original=_original(result), works_until=link_expiry(url), poster=await self._poster(job, result)
        )

    def blocked(self, result: Result) -> VideoBlocked:
        """The outcome for a place that refused what the video shows."""
        return VideoBlocked(original=_original(result))

    async def _poster(self, job: Job, result: Result) -> Path | None:
        if result.info is None:
            return None
        try:
            frame = await self._fitter.frame(result.path, last=False, user=job.user_id)
        except ResultError as error:
            _log.info("No poster (%s)", error, extra={"job": job.id})
            return None
        path = self._workspace.file(job, "poster.jpg")
        path.write_bytes(frame)
        return path


def _original(result: Result) -> Original:
    info = result.info
    return Original(size=result.size, lines=min(info.width, info.height) if info is not None else 0)
