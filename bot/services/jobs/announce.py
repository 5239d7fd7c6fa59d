"""Announcing: the one message that says how a job ended, sent once, wherever it can still be seen.

Claim the place in the database, send with a nonce made from the job's id, record the message. After
anything that leaves it open whether the message is there, look before sending again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from bot.domain.job import Job
from bot.domain.rate_window import RateWindows
from bot.domain.result_place import ResultPlace
from bot.errors import ConversationError, DiscordUnavailable, FileRefused, FileTooLarge, PlaceGone, SlowMode
from bot.services.jobs.wakeup import WakeUp
from bot.services.ports import Conversations, JoinedVideo, Outcome, PictureFile, VideoFile, VideoLink
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.timing import Timing

_log = logging.getLogger(__name__)
_AT_ONCE = 16
SLOW_MODE_TRIES = 6
"""How often a place in slow mode is tried before the next one is."""
_MESSAGES, _MESSAGES_SECONDS = 4, 5.0
"""So many in so many seconds in one place: Discord takes five, and discord.py waits once they are used up."""

_FILES = (VideoFile, PictureFile, JoinedVideo)
"""Outcomes that another size may do for."""


class Claims(Protocol):
    """Writes down where an outcome is about to be told; ``Store`` does."""

    async def change(self, job: Job, *, outcome_place_id: int) -> Job:
        """Write it down; the job as it is then."""


Record = Callable[[Job, int], Awaitable[Job]]
"""Writes down the message (its id) that told a job's outcome."""
Compose = Callable[[int], Awaitable[Outcome]]
"""Makes the outcome for a place (its id): what fits in one may not fit in another."""


class OutcomeAnnouncer:
    """Tells outcomes: in the job's thread, else in its channel (or the other way round), else to its user directly."""

    def __init__(
        self, store: Claims, conversations: Conversations, shutdown_guard: ShutdownGuard, timing: Timing
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._shutdown_guard = shutdown_guard
        self._timing = timing
        self._uploads = asyncio.Semaphore(_AT_ONCE)
        self._rates = RateWindows(_MESSAGES, _MESSAGES_SECONDS)

    async def find(self, job: Job, record: Record, wakeup: WakeUp) -> Job | None:
        """Record the outcome's message if it already is where it was last claimed to be sent."""
        message_id = await self._look(job, wakeup)
        return None if message_id is None else await record(job, message_id)

    async def announce(self, job: Job, compose: Compose, record: Record, wakeup: WakeUp) -> Job | None:
        """Send the outcome to the best place that takes it; ``None`` if there is none.

        However long Discord is away, this waits. A place that refuses the message for good is like one that is gone.

        Raises:
            FileTooLarge: a place takes no video of that size.
            FileRefused: a place does not take what the video shows.
        """
        async for place_id in self._places(job, wakeup):
            try:
                return await self._send(job, place_id, compose, record, wakeup)
            except (FileTooLarge, FileRefused):
                raise
            except PlaceGone as error:
                _log.info("A place took no outcome: %s", error, extra={"job": job.id, "place": place_id})
            except ConversationError as error:
                _log.warning("A place refused an outcome: %s", error, extra={"job": job.id, "place": place_id})
        return None

    async def _places(self, job: Job, wakeup: WakeUp) -> AsyncIterator[int]:
        is_channel_first = job.results is ResultPlace.CHANNEL
        places = (job.channel_id, job.place_id) if is_channel_first else (job.place_id, job.channel_id)
        near = dict.fromkeys(place for place in places if place is not None)
        for place_id in near:
            yield place_id
        if job.in_guild and (direct := await self._direct_place(job, wakeup)) is not None:
            yield direct

    async def _direct_place(self, job: Job, wakeup: WakeUp) -> int | None:
        delays = self._timing.delays()
        while True:
            try:
                return await self._conversations.direct_place(job.user_id)
            except DiscordUnavailable:
                await wakeup.pause(next(delays))
            except ConversationError as error:
                _log.info("No direct messages (%s)", error, extra={"job": job.id})
                return None

    async def _send(self, job: Job, place_id: int, compose: Compose, record: Record, wakeup: WakeUp) -> Job:
        outcome = await compose(place_id)
        if job.outcome_place_id != place_id:
            job = await self._store.change(job, outcome_place_id=place_id)
        slowed = 0
        delays = self._timing.delays()
        while True:
            try:
                await self._room_for_one_more(place_id)
                async with self._uploads, self._shutdown_guard.hold():
                    return await record(job, await self._conversations.send_outcome(job, place_id, outcome))
            except DiscordUnavailable as error:
                slowed += isinstance(error, SlowMode)
                if slowed == SLOW_MODE_TRIES:
                    raise PlaceGone(f"too slow: {error}") from error
                _log.warning("Discord did not take an outcome (%s); trying again", error, extra={"job": job.id})
            except (FileTooLarge, FileRefused) as error:
                if isinstance(outcome, _FILES if isinstance(error, FileTooLarge) else (*_FILES, VideoLink)):
                    raise
                raise PlaceGone(f"refused for a file without a video in it: {error}") from error
            await wakeup.pause(next(delays))
            if (told := await self.find(job, record, wakeup)) is not None:
                return told

    async def _room_for_one_more(self, place_id: int) -> None:
        """Wait until a place takes one more message, and count it. Who waits here holds up nobody."""
        loop = asyncio.get_running_loop()
        while True:
            if (seconds := self._rates.wait(place_id, loop.time())) <= 0:
                break
            await asyncio.sleep(seconds)
        self._rates.take(place_id, loop.time())

    async def _look(self, job: Job, wakeup: WakeUp) -> int | None:
        if job.outcome_place_id is None:
            return None
        delays = self._timing.delays()
        while True:
            try:
                return await self._conversations.find_outcome(job, job.outcome_place_id)
            except DiscordUnavailable:
                await wakeup.pause(next(delays))
            except ConversationError as error:
                _log.info("A place cannot be looked through (%s)", error, extra={"job": job.id})
                return None
