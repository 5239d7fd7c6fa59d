"""What ``/operator`` does with single videos: the same as the commands at a terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.domain.clock import Clock
from bot.domain.job import HistoryEntry, Job, JobState
from bot.errors import RequestError
from bot.services.job_control import JobControl
from bot.services.operator_control import OperatorControl
from bot.store.job_list import list_jobs, read_history
from bot.text import Text, text

_log = logging.getLogger(__name__)


class OperatorJobs:
    """For the application's owner and the members of its team alone: each method checks that first."""

    def __init__(self, operator: OperatorControl, control: JobControl, database: Path, clock: Clock) -> None:
        self._operator = operator
        self._control = control
        self._database = database
        self._clock = clock

    async def check(self, user_id: int) -> None:
        """Check that somebody operates the bot.

        Raises:
            NotAllowedError: they do not.
        """
        await self._operator.check(user_id)

    async def list(
        self, user_id: int, *, state: JobState | None, of_user: int | None, older: timedelta | None, limit: int
    ) -> Sequence[Job]:
        """Videos, newest first: in a state, or (``None``) those that are not told of yet."""
        await self.check(user_id)
        before = None if older is None else self._clock() - older
        return await asyncio.to_thread(
            list_jobs, self._database, state=state, user_id=of_user, before=before, limit=limit
        )

    async def history(self, user_id: int, job_id: str) -> Sequence[HistoryEntry]:
        """What happened to a video, in order.

        Raises:
            NotAllowedError: it is no operator who asks.
            RequestError: it is not known.
        """
        await self.check(user_id)
        if entries := await asyncio.to_thread(read_history, self._database, job_id):
            return entries
        raise RequestError(text("operator.job.unknown"))

    async def fail(self, user_id: int, job_id: str, reason: str) -> Text:
        """End a video, and have its user told the reason; what was done.

        Raises:
            NotAllowedError: it is no operator who asks.
            RequestError: there is no reason, or the video cannot be ended.
        """
        await self.check(user_id)
        if not (told := " ".join(reason.split())):
            raise RequestError(text("operator.no_reason"))
        done = await self._control.fail(job_id, told)
        _log.warning("Failed by %s", user_id, extra={"job": job_id})
        return done

    async def resend(self, user_id: int, job_id: str) -> Text:
        """Deliver a video that no place took once more; what was done. Raises as `JobControl.resend` does."""
        await self.check(user_id)
        done = await self._control.resend(job_id)
        _log.warning("Sent again by %s", user_id, extra={"job": job_id})
        return done

    async def resume(self, user_id: int, job_id: str) -> Text:
        """Drive a video anew from where it is; what was done. Raises as `JobControl.resume` does."""
        await self.check(user_id)
        done = await self._control.resume(job_id)
        _log.warning("Taken up again by %s", user_id, extra={"job": job_id})
        return done
