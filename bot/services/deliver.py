"""Delivering: from a generation that succeeded to a video that its user sees; and telling the other ends."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.domain.job import Job, JobState
from bot.domain.links import link_expiry
from bot.errors import FileTooLarge, OxenError, OxenNotFound, ResultError
from bot.oxen.client import OxenClient
from bot.services.nudge import Nudge
from bot.services.pace import Pace
from bot.services.ports import Conversations, NotMade, Outcome, VideoFile, VideoLink
from bot.services.tell import Telling
from bot.store.store import Store

_log = logging.getLogger(__name__)
_TOLD_NOWHERE = 0
_GONE = "Oxen made it, but no longer has the video."
_UNREADABLE = "Oxen made it, but the video could not be fetched."


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished video on this disk: where, how large (bytes), and the link it came from."""

    path: Path
    size: int
    url: str


class Workspace:
    """The folder for videos in passing. Whatever a killed process left there goes at the next start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make it, empty."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)

    def file(self, job: Job) -> Path:
        """Where the video of a job belongs."""
        return self._folder / f"{job.id}.mp4"


class Delivering:
    """Takes a job that Oxen finished to delivered, and tells every other end."""

    def __init__(
        self,
        store: Store,
        client: OxenClient,
        conversations: Conversations,
        telling: Telling,
        workspace: Workspace,
        pace: Pace,
        *,
        max_result_bytes: int,
    ) -> None:
        self._store = store
        self._client = client
        self._conversations = conversations
        self._telling = telling
        self._workspace = workspace
        self._pace = pace
        self._max_result_bytes = max_result_bytes

    async def deliver(self, job: Job, url: str | None, nudge: Nudge) -> Job:
        """Fetch the video and send it once. ``url`` is a link that is known to be fresh.

        After a crash the message is looked for before anything is sent again.
        """
        if (told := await self._telling.find(job, self._delivered, nudge)) is not None:
            return told
        path = self._workspace.file(job)
        try:
            result = await self._fetch(job, url, path, nudge)
            if isinstance(result, Job):
                return result
            told = await self._send(job, result, nudge)
        finally:
            path.unlink(missing_ok=True)
        if told is None:
            return await self._store.move(job, JobState.UNDELIVERABLE, "no place took it")
        return told

    async def tell_end(self, job: Job, nudge: Nudge) -> Job:
        """Tell an end without a video: failed, cancelled, expired."""

        async def record(job: Job, message_id: int) -> Job:
            return await self._store.change(job, outcome_message_id=message_id)

        async def compose(_place_id: int) -> Outcome:
            return NotMade()

        told = await self._telling.find(job, record, nudge)
        told = told or await self._telling.tell(job, compose, record, nudge)
        return told or await record(job, _TOLD_NOWHERE)

    async def _delivered(self, job: Job, message_id: int) -> Job:
        return await self._store.deliver(job, "the video was sent", message_id)

    async def _send(self, job: Job, result: Result, nudge: Nudge) -> Job | None:
        async def fitting(place_id: int) -> Outcome:
            limit = await self._conversations.upload_limit(job, place_id)
            return (
                VideoFile(path=result.path, size=result.size) if result.size <= limit else await self._link(job, result)
            )

        async def link(_place_id: int) -> Outcome:
            return await self._link(job, result)

        try:
            return await self._telling.tell(job, fitting, self._delivered, nudge)
        except FileTooLarge:
            _log.info("Discord takes less than it says; sending a link", extra={"job": job.id, "bytes": result.size})
            return await self._telling.tell(job, link, self._delivered, nudge)

    async def _link(self, job: Job, result: Result) -> VideoLink:
        """A link as fresh as can be had: the one that was fetched may have aged in a queue."""
        url = result.url
        try:
            url = (await self._client.generation(job.generation_id or "")).result_url or url
        except OxenError as error:
            _log.info("No fresher link (%s)", error, extra={"job": job.id})
        return VideoLink(url=url, size=result.size, works_until=link_expiry(url))

    async def _fetch(self, job: Job, url: str | None, path: Path, nudge: Nudge) -> Result | Job:
        """Download the video; or fail the job, when it cannot be had."""
        assert job.generation_id is not None
        delays = self._pace.delays()
        attempts = 0
        while True:
            try:
                if url is None:
                    url = (await self._client.generation(job.generation_id)).result_url
                    if url is None:
                        raise ResultError("Oxen names no result", retryable=True)  # noqa: TRY301
                size = await self._client.download(url, path, max_bytes=self._max_result_bytes)
                return Result(path=path, size=size, url=url)
            except OxenNotFound:
                return await self._store.move(job, JobState.FAILED, "its row is gone (404)", reason=_GONE)
            except OxenError as error:
                _log.warning("Oxen did not say where the video is (%s)", error, extra={"job": job.id})
            except ResultError as error:
                attempts += 1
                _log.warning("The video could not be fetched (%s)", error, extra={"job": job.id, "attempt": attempts})
                if not error.retryable or attempts >= self._pace.fetch_attempts:
                    return await self._store.move(job, JobState.FAILED, f"no result: {error}", reason=_UNREADABLE)
            url = None
            await nudge.pause(next(delays))
