"""Submitting: from a request to a job that is written down and reserved."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bot.domain.actor import Actor
from bot.domain.clock import Clock
from bot.domain.idempotency import IdempotencyKey, pending_key
from bot.domain.job import Job, JobState
from bot.domain.model_spec import Media, ModelSpec
from bot.domain.moderation import Presentation
from bot.domain.request import VideoRequest, check_request, complete_request
from bot.errors import Limit, QuotaError, StoppingError
from bot.services.drain import Drain
from bot.services.languages import Languages
from bot.services.models import Models
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.operator_defaults import OperatorDefaults
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.notices import NoticeSender
from bot.services.spending.prices import PriceMonitor
from bot.store.job_store import Store
from bot.store.sql.admission import Admission

_T = TypeVar("_T")


class JobSubmitter:
    """The one way in: every command, form and button ends here."""

    def __init__(
        self,
        store: Store,
        models: Models,
        operator: OperatorDefaults,
        prices: PriceMonitor,
        notices: NoticeSender,
        content: ContentPolicy,
        languages: Languages,
        shutdown_guard: ShutdownGuard,
        drain: Drain,
        clock: Clock,
    ) -> None:
        self._store = store
        self._models = models
        self._operator = operator
        self._prices = prices
        self._notices = notices
        self._content = content
        self._languages = languages
        self._shutdown_guard = shutdown_guard
        self._drain = drain
        self._clock = clock

    def check(self, request: VideoRequest) -> None:
        """Check a request before anything is shown of it.

        Raises:
            RequestError: the request must change.
            StoppingError: the bot is shutting down.
        """
        self._check_open()
        check_request(request, self._models.of(request))

    def _check_open(self) -> None:
        if self._shutdown_guard.is_closed:
            raise StoppingError
        self._drain.check()

    async def accept(
        self,
        request: VideoRequest,
        actor: Actor,
        *,
        pending_id: str | None = None,
        waiting_id: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Job:
        """Check a request, then reserve its seconds and write its jobs down in one transaction; the first of them.

        ``pending_id`` is the pending request that this makes, if it is one; ``waiting_id`` is the one that has waited
        for its turn: then the job's card is yet to be posted. ``key`` is the press or the form that it
        comes from: sent twice, it is made once.

        Raises:
            RequestError: the request must change.
            QuotaError: there is no room for it now.
            NotAllowedError: not in this channel, or not by this person.
            AlreadyStartedError: it was made already.
            StaleError: the pending or waiting request was made already.
            StoppingError: the bot is shutting down.
        """
        presentation = await self._present(request, actor)
        asking = replace(self._asking(actor, pending_id, key), waiting_id=waiting_id)

        async def attempt() -> Job:
            posts_own_card = waiting_id is not None or actor.is_answered_in_public
            job = await self._job(request, actor, presentation)
            job = replace(job, posts_own_card=posts_own_card)
            followers = [replace(job, id=secrets.token_hex(8), leader_id=job.id) for _ in range(1, request.count)]
            accepted = await self._store.accept(job, self._operator.policy, asking, followers=followers)
            if accepted.has_notice:
                self._notices.wake()
            if request.continues is not None or request.take_of is not None:
                return await self._store.job(job.id)  # with its place in a story
            return accepted.jobs[0]

        return await self._once_priced(attempt)

    async def rehearse(self, request: VideoRequest, actor: Actor) -> Presentation:
        """Check all that ``accept`` checks, before a place is opened for the job; how the job is shown there.

        Nothing is written.

        Raises:
            BotError: as from ``accept``.
        """
        presentation = await self._present(request, actor)

        async def attempt() -> None:
            job = await self._job(request, actor, presentation)
            await self._store.rehearse(job, self._operator.policy, self._asking(actor, None, None))

        await self._once_priced(attempt)
        return presentation

    async def _once_priced(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Try something again that was refused for want of a price, if one comes soon: the bot has just started."""
        try:
            return await attempt()
        except QuotaError as error:
            if error.limit is not Limit.PRICE or not await self._prices.comes_soon():
                raise
        return await attempt()

    async def _present(self, request: VideoRequest, actor: Actor) -> Presentation:
        self.check(request)
        return await self._content.check(
            request,
            guild_id=actor.guild_id,
            is_age_restricted=actor.is_age_restricted,
            quotes=not actor.is_answered_in_public,
        )

    async def _job(self, request: VideoRequest, actor: Actor, presentation: Presentation) -> Job:
        """The job of a request that is fine, as long as requests are taken."""
        self._check_open()
        model = self._models.of(request)
        request = self._resolved(request, model)
        now = self._clock()
        return Job(
            id=secrets.token_hex(8),
            user_id=actor.user_id,
            guild_id=actor.guild_id,
            channel_id=actor.channel_id,
            state=JobState.ACCEPTED,
            request=request,
            model=model.id,
            seconds=request.duration or model.default_seconds,
            price_micros=model.price_of_second(resolution=request.resolution, sound=request.sound),
            created_at=now,
            updated_at=now,
            locale=await self._languages.of_channel(actor),
            user_locale=actor.user_locale,
            is_hidden=presentation.is_hidden,
            has_plain_title=presentation.has_plain_title,
            verdict=presentation.verdict,
        )

    def _resolved(self, request: VideoRequest, model: ModelSpec) -> VideoRequest:
        """A request with what its model does by itself; a model that was chosen is named, unless it is the default."""
        is_chosen = model.id != self._models.default.id or model.media is Media.IMAGE
        named = replace(request, model=model.id if is_chosen else None, model_name=model.name if is_chosen else None)
        return complete_request(named, model)

    def _asking(self, actor: Actor, pending_id: str | None, key: IdempotencyKey | None) -> Admission:
        pending = None if pending_id is None else pending_key(pending_id)
        return Admission(
            actor=actor,
            ceilings=self._operator.ceilings,
            operator_channel_id=self._operator.channel_id,
            pending_id=pending_id,
            keys=tuple(used for used in (pending, key) if used is not None),
        )

    async def answered(self, job: Job, card_message_id: int) -> Job:
        """Record the message that told the user that the job was accepted; the job as it is then."""
        return await self._store.change(
            job, card_message_id=card_message_id, card_phase=job.phase, redaction=job.redaction.lasting
        )
