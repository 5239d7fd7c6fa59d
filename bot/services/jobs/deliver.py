"""Delivering: from a generation that succeeded to a video that its user sees; and telling the other ends."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from bot.domain.job import BEING_POSTED, TOLD_NOWHERE, Job, JobChanges, JobState
from bot.errors import FileRefused, FileTooLarge, OxenNotFound, ResultError
from bot.services.jobs.announce import OutcomeAnnouncer
from bot.services.jobs.delivery_format import DeliveryFormatter
from bot.services.jobs.download import Result, ResultDownloader, Workspace
from bot.services.jobs.posters import PosterMaker, Stills
from bot.services.jobs.result_copies import ResultCopies
from bot.services.jobs.upload_limits import FileLimit, UploadLimits
from bot.services.jobs.wakeup import Permit, WakeUp
from bot.services.ports import (
    Conversations,
    NotMade,
    Outcome,
    PictureFile,
    Unopened,
    VideoBlocked,
    VideoFile,
    VideoLink,
)
from bot.services.shutdown_guard import ShutdownGuard
from bot.store.job_store import Store
from bot.text import text

_log = logging.getLogger(__name__)
_ON_DISK = 64
"""How many videos may wait on the disk at once, for an encoder or for Discord."""


class JobDeliverer:
    """Takes a job that Oxen finished to delivered, and tells every other end."""

    def __init__(
        self,
        store: Store,
        conversations: Conversations,
        downloader: ResultDownloader,
        formatter: DeliveryFormatter,
        limits: UploadLimits,
        announcer: OutcomeAnnouncer,
        workspace: Workspace,
        posters: PosterMaker,
        copies: ResultCopies,
        shutdown_guard: ShutdownGuard,
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._downloader = downloader
        self._formatter = formatter
        self._limits = limits
        self._announcer = announcer
        self._workspace = workspace
        self._posters = posters
        self._copies = copies
        self._shutdown_guard = shutdown_guard
        self._on_disk = asyncio.Semaphore(_ON_DISK)
        self.sent: Counter[str] = Counter()
        """How many videos were sent, by format: ``original``, ``copy``, ``link``, ``picture``."""
        self.sent_bytes: Counter[str] = Counter()
        """How large their files were, by format."""

    async def deliver(self, job: Job, wakeup: WakeUp, *, is_new: bool = False) -> Job:
        """Fetch the video and send it once.

        The message is looked for before anything is sent, unless ``is_new`` says that the job came to be delivered
        just now, in this run: then there can be none. Of one that was found at Oxen, or was there when a backup was
        made that was restored, nobody knows when it began, nor whether its message was sent before.
        """
        is_new = is_new and job.running_at is not None
        if not is_new and (told := await self.find_sent(job, wakeup)) is not None:
            return await self.show_in_channel(told, is_new=job.copy_message_id is None)
        permit = Permit(self._on_disk)
        await permit.acquire()
        try:
            with wakeup.lending(permit):
                result = await self._downloader.fetch(job, wakeup)
            async with self._posters.cutting(job, result) as stills:
                told = await self._send(job, result, stills, wakeup)
        except OxenNotFound:
            lost = text("reason.result_lost", made=job.request.media)
            return await self._store.move(job, JobState.FAILED, "its row is gone (404)", reason=lost)
        except ResultError as error:
            return await self._keep_unopened(job, error, wakeup)
        finally:
            self._workspace.clear(job)
            permit.release()
        if told is None:
            return await self._store.move(await self._store.job(job.id), JobState.UNDELIVERABLE, "no place took it")
        return told

    async def _keep_unopened(self, job: Job, error: ResultError, wakeup: WakeUp) -> Job:
        """Keep a video that was paid for, but whose file did not open, for its user to have it sent; and say so."""

        async def keep(job: Job, _message_id: int = TOLD_NOWHERE) -> Job:
            why = f"its file did not open: {error}"
            unopened = text("reason.result_unopened", made=job.request.media)
            return await self._store.move(job, JobState.UNDELIVERABLE, why, reason=unopened)

        async def compose(_place_id: int) -> Outcome:
            return Unopened()

        told = await self._announcer.announce(job, compose, keep, wakeup)
        return told or await keep(await self._store.job(job.id))

    async def find_sent(self, job: Job, wakeup: WakeUp) -> Job | None:
        """Record a video as delivered if its message is where it was last claimed to be sent."""
        return await self._announcer.find(job, self._settle, wakeup)

    async def announce_end(self, job: Job, wakeup: WakeUp, *, is_new: bool = False) -> Job:
        """Tell an end without a video: failed, cancelled, expired. ``is_new`` says that it came just now."""

        async def record(job: Job, message_id: int) -> Job:
            return await self._store.change(job, outcome_message_id=message_id)

        async def compose(_place_id: int) -> Outcome:
            return NotMade()

        told = None if is_new else await self._announcer.find(job, record, wakeup)
        told = told or await self._announcer.announce(job, compose, record, wakeup)
        if told is None:
            told = await record(job, TOLD_NOWHERE)
            _log.error("A job's end could not be told anywhere", extra={"job": job.id, "state": job.state})
        return told

    async def show_in_channel(
        self, job: Job, outcome: VideoFile | VideoLink | PictureFile | None = None, *, is_new: bool
    ) -> Job:
        """Post the second message of a job that was delivered, if it owes one; the job as it is then.

        ``is_new`` says that nothing of it was begun before.
        """
        return await self._copies.post(job, outcome, is_new=is_new) if self.owes_more(job) else job

    def owes_more(self, job: Job) -> bool:
        """Whether a job that was delivered is still to be shown in its channel."""
        return self._copies.is_owed(job)

    async def _settle(self, job: Job, message_id: int, outcome: Outcome | None = None) -> Job:
        """Record that a video was sent: it is delivered and settled before anything that only shows it elsewhere.

        That it is to be in its channel, too, is written down with it.
        """
        is_blocked = isinstance(outcome, VideoBlocked)
        owed: JobChanges = {"copy_message_id": BEING_POSTED} if self._copies.is_wanted(job) and not is_blocked else {}
        return await self._store.deliver(job, "the video was sent", message_id, **owed)

    async def _show_more(self, job: Job, outcome: Outcome, stills: Stills) -> Job:
        """Show a video that was just delivered on its card and in its channel; a shutdown waits for that, too."""
        async with self._shutdown_guard.hold(is_continuation=True):
            job = await self._posters.keep(job, stills)
            shown = outcome if isinstance(outcome, VideoFile | VideoLink | PictureFile) else None
            return await self.show_in_channel(job, shown, is_new=True)

    async def _send(self, job: Job, result: Result, stills: Stills, wakeup: WakeUp) -> Job | None:
        """Send the video in the best format that the place takes; a refusal for size steps down and is remembered.

        Where the video counts as explicit, its user is told so there, and it goes to no other place.
        """
        limit = FileLimit(self._limits, self._conversations)
        sent = _SentVideo(self._formatter, limit, job, result)

        async def record(job: Job, message_id: int) -> Job:
            self._posters.hold_card(job, stills)
            return await self._settle(job, message_id, sent.outcome)

        while True:
            try:
                told = await self._announcer.announce(job, sent.compose, record, wakeup)
            except FileTooLarge:
                _log.info("A server takes no file of that size", extra={"job": job.id, "bytes": limit.tried})
                limit.refuse()
            except FileRefused as error:
                _log.info("Discord blocked a video (%s)", error, extra={"job": job.id})
                sent.is_blocked = True
                stills.drop()
            else:
                if told is not None and sent.outcome is not None:
                    self.sent[form := _format_of(sent.outcome)] += 1
                    self.sent_bytes[form] += limit.tried
                    told = await self._show_more(told, sent.outcome, stills)
                return told


class _SentVideo:
    """A video while it is sent: ``outcome`` is what was composed for the place that was tried last.

    ``is_blocked`` is whether Discord refused what it shows.
    """

    def __init__(self, formatter: DeliveryFormatter, limit: FileLimit, job: Job, result: Result) -> None:
        self._formatter = formatter
        self._limit = limit
        self._job = job
        self._result = result
        self.outcome: Outcome | None = None
        self.is_blocked = False

    async def compose(self, place_id: int) -> Outcome:
        """The video in the best format for a place, or that it is blocked."""
        if self.is_blocked:
            outcome: Outcome = self._formatter.blocked(self._result)
        else:
            limit = await self._limit.of_place(self._job, place_id)
            outcome = await self._formatter.fit(self._job, self._result, limit)
        self._limit.tried = outcome.size if isinstance(outcome, VideoFile | PictureFile) else 0
        self.outcome = outcome
        return outcome


def _format_of(outcome: Outcome) -> str:
    if isinstance(outcome, PictureFile):
        return "picture"
    if not isinstance(outcome, VideoFile):
        return "link"
    return "original" if outcome.copy_of is None else "copy"
