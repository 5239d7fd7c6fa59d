"""Joining the shots of a story: asked for, written down, told once. It costs no seconds and starts nothing at Oxen."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Final

from bot.domain.actor import Actor
from bot.domain.clock import Clock
from bot.domain.job import TOLD_NOWHERE, Job
from bot.domain.join import Join, JoinState, joinable
from bot.errors import (
    FileRefused,
    FileTooLarge,
    IllegalTransition,
    JoinFailed,
    NotAllowedError,
    RequestError,
    StoppingError,
)
from bot.services.drain import Drain
from bot.services.jobs.announce import OutcomeAnnouncer
from bot.services.jobs.join_files import JoinFiles
from bot.services.jobs.upload_limits import FileLimit, UploadLimits
from bot.services.jobs.wakeup import WakeUp
from bot.services.languages import Languages
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.ports import Conversations, NotJoined, Outcome
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.timing import Timing
from bot.store.joins import JoinStore
from bot.store.videos import VideoStore
from bot.text import User, text

_log = logging.getLogger(__name__)
_AT_ONCE: Final = 4
_GIVE_UP_AFTER: Final = 5
"""So many unforeseen errors in a row end a join."""


class ShotJoiner:
    """Takes a join from its wish to its message; after a restart, from where it was."""

    def __init__(
        self,
        store: JoinStore,
        videos: VideoStore,
        files: JoinFiles,
        conversations: Conversations,
        limits: UploadLimits,
        content: ContentPolicy,
        languages: Languages,
        shutdown_guard: ShutdownGuard,
        drain: Drain,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._videos = videos
        self._files = files
        self._conversations = conversations
        self._limits = limits
        self._content = content
        self._languages = languages
        self._shutdown_guard = shutdown_guard
        self._drain = drain
        self._timing = timing
        self._clock = clock
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._new: asyncio.Queue[str] = asyncio.Queue()

    async def ask(self, job: Job, actor: Actor) -> Join:
        """Have the story of a video joined, and posted where it is asked for.

        Raises:
            NotAllowedError: it is somebody else's, or nothing may be posted in such a place.
            RequestError: it is no story, is too long, or is being joined already.
            StoppingError: the bot is shutting down.
        """
        if self._shutdown_guard.is_closed:
            raise StoppingError
        self._drain.check()
        if job.user_id != actor.user_id:
            raise NotAllowedError(text("story.not_owner", owner=User(job.user_id)))
        if job.shot is None:
            raise RequestError(text("story.no_story"))
        shots = joinable(await self._videos.story(job.shot.story_id, job.user_id))
        is_hidden = await self._content.hides(actor.guild_id, is_age_restricted=actor.is_age_restricted)
        now = self._clock()
        join = Join(
            id=secrets.token_hex(8),
            user_id=actor.user_id,
            guild_id=actor.guild_id,
            channel_id=actor.channel_id,
            story_id=job.shot.story_id,
            job_ids=[shot.id for shot in shots],
            is_spoiler=is_hidden or any(shot.is_spoiler for shot in shots),
            locale=await self._languages.of_channel(actor),
            user_locale=actor.user_locale,
            created_at=now,
            updated_at=now,
        )
        await self._store.add(join)
        self._new.put_nowait(join.id)
        return join

    async def run(self) -> None:
        """Take up what was not told, then what is asked for, until cancelled."""
        self._new = asyncio.Queue()
        driven: set[str] = set()
        async with asyncio.TaskGroup() as tasks:
            for join in await self._store.untold():
                self._new.put_nowait(join.id)
            while True:
                join_id = await self._new.get()
                if join_id not in driven:
                    driven.add(join_id)
                    task = tasks.create_task(self._follow_through(join_id), name=join_id)
                    task.add_done_callback(lambda task: driven.discard(task.get_name()))

    async def _follow_through(self, join_id: str) -> None:
        """Take a join to its end, whatever is raised on the way."""
        delays = self._timing.delays()
        for faults in range(2 * _GIVE_UP_AFTER):
            try:
                async with self._turns:
                    await self._finish(join_id, is_given_up=faults >= _GIVE_UP_AFTER)
            except (StoppingError, IllegalTransition) as error:  # stopped, or forgotten on its user's wish
                _log.info("A join is left (%s)", error, extra={"join": join_id})
                return
            except Exception:  # noqa: BLE001 - one join's fault must not end the others
                _log.exception("Unexpected error in a join", extra={"join": join_id})
                await asyncio.sleep(next(delays))
            else:
                return

    async def _finish(self, join_id: str, *, is_given_up: bool) -> None:
        """Post a join's video, or say why there is none."""
        join = await self._store.find(join_id)
        if join is None or join.is_told:
            return
        if join.state is JoinState.ACCEPTED:
            announced = _AnnouncedJoin(self._store, join)
            try:
                if await self._was_sent(join, announced):
                    return
                reason = text("join.unexpected" if is_given_up else "join.no_place")
                if not is_given_up and await self._post(join, announced):
                    return
            except JoinFailed as failed:
                reason = failed.reason
            _log.info("A join failed (%s)", reason.key, extra={"join": join.id})
            join = await self._store.fail(announced.join, reason)
        await self._tell_failure(join)

    async def _was_sent(self, join: Join, announced: _AnnouncedJoin) -> bool:
        """Record the message with the video if it is where it was last claimed to be sent."""
        return await self._announcer(announced).find(join.as_job(), announced.delivered, WakeUp()) is not None

    async def _post(self, join: Join, announced: _AnnouncedJoin) -> bool:
        """Make the video and post it; whether a place took it.

        Raises:
            JoinFailed: nothing comes of it.
        """
        limit = FileLimit(self._limits, self._conversations)

        async def compose(place_id: int) -> Outcome:
            video = await self._files.fit(join, await limit.of_place(join.as_job(), place_id))
            limit.tried = video.size
            return video

        try:
            while True:
                job, announcer = announced.join.as_job(), self._announcer(announced)
                try:
                    return await announcer.announce(job, compose, announced.delivered, WakeUp()) is not None
                except FileTooLarge as error:
                    if not limit.refuse():  # it is not about the size
                        raise JoinFailed(text("join.no_place")) from error
                except FileRefused as error:
                    raise JoinFailed(text("join.blocked")) from error
        finally:
            self._files.clear(join)

    async def _tell_failure(self, join: Join) -> None:
        announced = _AnnouncedJoin(self._store, join)
        announcer, job = self._announcer(announced), join.as_job()
        assert join.reason is not None
        outcome = NotJoined(reason=join.reason)

        async def compose(_place_id: int) -> Outcome:
            return outcome

        told = await announcer.find(job, announced.told, WakeUp())
        told = told or await announcer.announce(job, compose, announced.told, WakeUp())
        if told is None:
            _log.error("A join's end could not be told anywhere", extra={"join": join.id})
            await self._store.told(announced.join, TOLD_NOWHERE)

    def _announcer(self, announced: _AnnouncedJoin) -> OutcomeAnnouncer:
        return OutcomeAnnouncer(announced, self._conversations, self._shutdown_guard, self._timing)


class _AnnouncedJoin:
    """A join while its outcome is announced: to the announcer it is the store of its job."""

    def __init__(self, store: JoinStore, join: Join) -> None:
        self._store = store
        self.join = join

    async def change(self, _job: Job, *, outcome_place_id: int) -> Job:
        """Write down where it is about to be told."""
        self.join = await self._store.claim(self.join, outcome_place_id)
        return self.join.as_job()

    async def delivered(self, _job: Job, message_id: int) -> Job:
        """Record the message with the video."""
        self.join = await self._store.deliver(self.join, message_id)
        _log.info("A story was joined and posted", extra={"join": self.join.id})
        return self.join.as_job()

    async def told(self, _job: Job, message_id: int) -> Job:
        """Record the message that says why there is none."""
        self.join = await self._store.told(self.join, message_id)
        return self.join.as_job()
