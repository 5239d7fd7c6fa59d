"""What is wrong now: followed as it happens, or looked at when it is asked for."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from yarl import URL

from bot.domain.alert import AlertKind
from bot.domain.job import Job, JobState
from bot.domain.job_update import JobUpdate
from bot.errors import OxenError
from bot.http_calls import HttpCall
from bot.operations.sources import Sources
from bot.oxen.client import OxenClient
from bot.services.timing import Timing
from bot.store.alerts import AlertStore
from bot.text import Bytes, Quote, Text, text

LEAST_FREE_BYTES: Final = 1_000_000_000
"""With less room on the disk than this, a video may not be fetched, nor anything be written down."""
_ENOUGH_AGAIN: Final = 1_100_000_000
"""Room from which on a full disk is over, so that it is not told again and again."""
_FAILURES: Final = 3
_USERS_OWN: Final = ("reason.policy", "reason.picture_", "reason.a_picture_")
_NUMBERS: Final = re.compile(r"\b[0-9a-f]{6,}\b|\d+")


@dataclass(slots=True)
class OxenAccount:
    """What Oxen's answers say of the key and of the credit."""

    api: URL
    is_refused: bool = False
    is_out_of_credit: bool = False
    known: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once Oxen said whether it takes the key."""

    def note(self, call: HttpCall) -> None:
        """Take what a call's answer says. A model can be read without a key, so that says nothing."""
        if call.status is None or call.url.origin() != self.api.origin() or not call.url.path.startswith(self.api.path):
            return
        path = call.url.path.removeprefix(self.api.path)
        if call.status in (401, 403):
            self._say_key(is_refused=True)
        elif call.status < 300 and not path.startswith("/ai/models"):
            self._say_key(is_refused=False)
        if call.status == 402:
            self.is_out_of_credit = True
        elif call.status < 300 and call.method == "POST":
            self.is_out_of_credit = False

    def note_job(self, update: JobUpdate) -> None:
        """Take what a failed video says: a provider may know of the credit before the next call does."""
        reason = update.after.reason
        if update.is_transition and reason is not None and reason.key == "reason.out_of_credit":
            self.is_out_of_credit = True

    def _say_key(self, *, is_refused: bool) -> None:
        self.is_refused = is_refused
        self.known.set()


@dataclass(slots=True)
class FailureRun:
    """How many videos in a row failed in the same way, the last ones. ``why`` is what their histories say of it."""

    count: int = 0
    way: str = ""
    why: str = ""

    def note(self, update: JobUpdate) -> None:
        """Take how a video ended; what is in the making, cancelled or ended by hand says nothing."""
        if not update.is_transition:
            return
        if update.after.state is JobState.DELIVERED:
            self.count, self.way = 0, ""
        elif update.after.state is JobState.FAILED and "by the operator" not in update.why:
            if (way := way_of_failing(update.after, update.why)) is None:
                return
            self.count = self.count + 1 if way == self.way else 1
            self.way, self.why = way, _NUMBERS.sub("…", update.why)


def way_of_failing(job: Job, why: str) -> str | None:
    """The class of a failure; ``None`` for one that whoever asked has to mend: a policy, a picture.

    It is compared and not shown, for a reason may hold what its user wrote.
    """
    if job.reason is None:
        return _NUMBERS.sub("…", why)
    if job.reason.key.startswith(_USERS_OWN):
        return None
    said = job.reason.values.get("said")
    return _NUMBERS.sub("…", f"{why} {job.reason.key} {said.words if isinstance(said, Quote) else ''}")


@dataclass(slots=True, kw_only=True)
class Conditions:
    """Everything that may be wrong. Times are in seconds of a monotonic clock."""

    sources: Sources
    store: AlertStore
    client: OxenClient
    timing: Timing
    job_timeout: timedelta
    free_bytes: Callable[[], int]
    account: OxenAccount
    failures: FailureRun = field(default_factory=FailureRun)
    _stream_seen: float = field(default_factory=time.monotonic)
    _shards_seen: float = field(default_factory=time.monotonic)

    async def look(self, active: frozenset[AlertKind]) -> Mapping[AlertKind, Text | None]:
        """Each kind with what is wrong, ``None`` where nothing is; ``active`` is what was wrong before.

        Raises:
            StoreError: the database refused.
        """
        if AlertKind.OUT_OF_CREDIT in active:
            await self._look_at_credit()
        return {
            AlertKind.KEY_REFUSED: text("alert.key_refused") if self.account.is_refused else None,
            AlertKind.OUT_OF_CREDIT: text("alert.out_of_credit") if self.account.is_out_of_credit else None,
            AlertKind.STREAM_DOWN: self._stream(),
            AlertKind.FAILURES: self._failures(),
            AlertKind.DISK_FULL: self._disk(was_full=AlertKind.DISK_FULL in active),
            AlertKind.JOB_OVERDUE: await self._overdue(),
            AlertKind.BACKUP_FAILED: self._backup(),
            AlertKind.SHARD_DOWN: self._shards(),
        }

    async def _look_at_credit(self) -> None:
        """Nobody may ask for a video while there is no credit, so Oxen is asked whether there is some again."""
        try:
            credit = await self.client.credit()
        except OxenError:
            return
        if credit is not None:
            self.account.is_out_of_credit = credit <= 0

    def _stream(self) -> Text | None:
        if self.sources.stream.connected:
            self._stream_seen = time.monotonic()
        down = time.monotonic() - self._stream_seen
        return text("alert.stream_down", minutes=round(down / 60)) if down >= self.timing.alert_stream else None

    def _shards(self) -> Text | None:
        status = self.sources.bot.shard_status
        if status.all_connected:
            self._shards_seen = time.monotonic()
        down = time.monotonic() - self._shards_seen
        if down < self.timing.alert_shard:
            return None
        away = status.count - status.connected_count
        return text("alert.shard_down", minutes=round(down / 60), away=away or 1, shards=status.count or 1)

    def _failures(self) -> Text | None:
        if self.failures.count < _FAILURES:
            return None
        return text("alert.failures", count=self.failures.count, why=self.failures.why)

    def _disk(self, *, was_full: bool) -> Text | None:
        free = self.free_bytes()
        if free < (_ENOUGH_AGAIN if was_full else LEAST_FREE_BYTES):
            return text("alert.disk_full", free=Bytes(free))
        return None

    async def _overdue(self) -> Text | None:
        job_id = await self.store.overdue_job(2 * self.job_timeout)
        return None if job_id is None else text("alert.job_overdue", job=job_id)

    def _backup(self) -> Text | None:
        backups = self.sources.backups
        if backups is None or backups.failure is None:
            return None
        return text("alert.backup_failed", why=backups.failure)
