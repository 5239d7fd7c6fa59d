"""Submitting: from a request to a job that is written down and reserved."""

from __future__ import annotations

import secrets

from bot.domain.job import Job, JobState
from bot.domain.quota import Policy, QuotaView, view_quota
from bot.domain.request import VideoRequest, check_request
from bot.errors import StoppingError
from bot.services.shelter import Shelter
from bot.store.store import Clock, Store


class Submitting:
    """The one way in: every command, form and button ends here."""

    def __init__(self, store: Store, policy: Policy, shelter: Shelter, clock: Clock) -> None:
        self._store = store
        self._policy = policy
        self._shelter = shelter
        self._clock = clock

    def check(self, request: VideoRequest) -> None:
        """Check a request before anything is shown of it.

        Raises:
            RequestError: the request must change.
            StoppingError: the bot is shutting down.
        """
        if self._shelter.is_closed:
            raise StoppingError
        check_request(request)

    async def accept(self, request: VideoRequest, *, user_id: int, guild_id: int, channel_id: int) -> Job:
        """Check a request, then reserve its seconds and write its job down in one transaction.

        Raises:
            RequestError: the request must change.
            QuotaError: there is no room for it now.
            StoppingError: the bot is shutting down.
        """
        self.check(request)
        now = self._clock()
        job = Job(
            id=secrets.token_hex(8),
            user_id=user_id,
            guild_id=guild_id,
            channel_id=channel_id,
            state=JobState.ACCEPTED,
            request=request,
            seconds=request.duration,
            created_at=now,
            updated_at=now,
        )
        await self._store.accept(job, self._policy)
        return job

    async def answered(self, job: Job, card_message_id: int) -> None:
        """Record the message that told the user that the job was accepted."""
        await self._store.change(job, card_message_id=card_message_id, card_phase=job.phase)

    async def quota(self, user_id: int, guild_id: int) -> QuotaView:
        """What a user has of today in a server."""
        return view_quota(self._policy, await self._store.usage(user_id, guild_id), self._clock())
