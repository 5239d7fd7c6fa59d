"""Originals: a finished video as Oxen made it, for as long as Oxen keeps it; and its last frame."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.domain.job import Job
from bot.domain.presigned_links import link_expiry
from bot.errors import OxenError, OxenNotFound, RequestError, ResultError
from bot.oxen.client import OxenClient
from bot.services.jobs.confirm import Confirmations, Denial
from bot.services.jobs.download import ResultDownloader
from bot.services.ports import LastFrame
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.store.picture_files import PictureFiles
from bot.text import text

_log = logging.getLogger(__name__)
_GONE = text("note.original_gone")
_LATER = text("note.oxen_unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalLink:
    """A fresh link to an original, and until when it works, where it says so."""

    url: str
    works_until: datetime | None


class OriginalVideos:
    """Gives the link to an original, and the frame that **Continue** goes on from."""

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        downloader: ResultDownloader,
        confirmations: Confirmations,
        files: PictureFiles,
    ) -> None:
        self._store = store
        self._client = client
        self._downloader = downloader
        self._confirmations = confirmations
        self._files = files

    async def link(self, job_id: str) -> OriginalLink:
        """A fresh link to a job's original.

        Raises:
            RequestError: Oxen no longer has it and confirmed it, or cannot be asked now.
        """
        job = await self._made(job_id)
        try:
            url = (await self._client.generation(job.generation_id or "")).result_url
        except OxenNotFound as error:
            raise self._denied(job, Denial.GONE) from error
        except OxenError as error:
            raise RequestError(_LATER) from error
        self._confirmations.withdraw(job.id, Denial.GONE)
        if url is None:
            raise self._denied(job, Denial.NO_RESULT)
        self._confirmations.withdraw(job.id, Denial.NO_RESULT)
        return OriginalLink(url=url, works_until=link_expiry(url))

    async def last_frame(self, job_id: str) -> LastFrame:
        """The last frame of a job's video: the one that was kept, else cut from the original.

        Raises:
            RequestError: Oxen no longer has it and confirmed it, or cannot be asked now.
        """
        job = await self._made(job_id)
        if (jpeg := await self._files.find(job.last_frame)) is not None:
            return LastFrame(jpeg=jpeg, is_spoiler=job.is_spoiler)
        try:
            return LastFrame(jpeg=await self._downloader.last_frame(job), is_spoiler=job.is_spoiler)
        except OxenNotFound as error:
            raise self._denied(job, Denial.GONE) from error
        except (OxenError, ResultError) as error:
            _log.warning("No last frame (%s)", error, extra={"job": job.id})
            raise RequestError(_LATER) from error

    def _denied(self, job: Job, denial: Denial) -> RequestError:
        """What to say to somebody who waits for it: it is gone only if Oxen said so more than once."""
        return RequestError(_GONE if self._confirmations.deny(job.id, denial) else _LATER)

    async def _made(self, job_id: str) -> Job:
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None or job.generation_id is None:
            raise RequestError(text("note.unknown_video"))
        if job.removed_by is not None:
            raise RequestError(text("note.deleted_video", made=job.request.media))
        return job
