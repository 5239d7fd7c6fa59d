"""Submitting: from a request to a job that is written down and reserved."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from bot.domain.clock import Clock
from bot.domain.job import Job, JobState
from bot.domain.request import VideoRequest, check_request
from bot.errors import StoppingError
from bot.services.notices import Notifying
from bot.services.operator import Operator
from bot.services.prices import Pricing
from bot.services.shelter import Shelter
from bot.store.accepting import Asking
from bot.store.store import Store


class Submitting:
    """The one way in: every command, form and button ends here."""

    def __init__(
        self, store: Store, operator: Operator, prices: Pricing, notices: Notifying, shelter: Shelter, clock: Clock
    ) -> None:
        self._store = store
        self._operator = operator
        self._prices = prices
        self._notices = notices
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

    async def accept(
        self,
        request: VideoRequest,
        *,
        user_id: int,
        guild_id: int,
        channel_id: int,
        parent_id: int | None = None,
        role_ids: Collection[int] = (),
        pending_id: str | None = None,
    ) -> Job:
        """Check a request, then reserve its seconds and write its job down in one transaction.

        ``parent_id`` is the channel of a thread; ``role_ids`` are those of whoever asks; ``pending_id`` is the pending
        request that this makes, if it is one.

        Raises:
            RequestError: the request must change.
            QuotaError: there is no room for it now.
            NotAllowedError: not in this channel.
            StaleError: the pending request was made already.
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
            price_micros=self._prices.per_second,
            created_at=now,
            updated_at=now,
        )
        asking = Asking(
            role_ids=role_ids,
            channel_ids=frozenset({channel_id} if parent_id is None else {channel_id, parent_id}),
            budget=self._operator.budget,
            operator_channel_id=self._operator.channel_id,
            pending_id=pending_id,
        )
        await self._store.accept(job, self._operator.policy, asking)
        self._notices.ring()
        return job

    async def answered(self, job: Job, card_message_id: int) -> None:
        """Record the message that told the user that the job was accepted."""
        await self._store.change(job, card_message_id=card_message_id, card_phase=job.phase)
