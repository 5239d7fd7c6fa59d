"""Requests that wait until one of their user's videos is done: queued, told where they stand, made in order.

The next one is made when a video of its user's ends, by the same acceptance as any other; taking it out of the queue
and accepting it is one transaction. What is refused then is told where it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from bot.domain.actor import Actor
from bot.domain.clock import Clock
from bot.domain.gate import Purpose
from bot.domain.idempotency import pending_key
from bot.domain.job import ACTIVE
from bot.domain.job_update import JobUpdate
from bot.domain.request import with_pictures
from bot.domain.waiting_request import WaitingRequest, linked_pictures
from bot.errors import (
    AccessUnknownError,
    AlreadyStartedError,
    BannedError,
    BotError,
    ConversationError,
    DiscordUnavailable,
    Limit,
    NotAllowedError,
    PlaceGone,
    QuotaError,
    RequestError,
    StaleError,
    StoppingError,
    StoreError,
)
from bot.services.drain import Drain
from bot.services.gate import Gate
from bot.services.jobs.runner import JobRunner
from bot.services.jobs.submit import JobSubmitter
from bot.services.languages import Languages
from bot.services.library.picture_storage import PictureStorage
from bot.services.library.prompt_checks import PromptChecks
from bot.services.library.reference_drafts import ReferenceDrafts
from bot.services.library.saved_elements import ElementLibrary
from bot.services.models import Models
from bot.services.operator_defaults import OperatorDefaults
from bot.services.timing import Timing
from bot.store.waiting_requests import WaitingRequestStore, WaitingUser
from bot.text import Quote, Text, User, text

_log = logging.getLogger(__name__)
_PASSING: Final = frozenset({Limit.PAUSED, Limit.PRICE})
"""What has no room for anybody now, and will have again."""
_TRIED_FOR: Final = timedelta(days=3)
"""How long after a request was queued its user is tried to be told that it was not made."""
_LATE: Final = text("waiting.too_late")
_NO_PLACE: Final = text("waiting.no_place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A request's user where they asked, as they are now, and the permissions that the bot is ``missing`` there."""

    actor: Actor
    missing: tuple[Text, ...] = ()


class Places(Protocol):
    """Where requests were asked. ``cogs`` implements it."""

    async def look_up(self, waiting: WaitingRequest) -> Place:
        """The place and its user as they are now.

        Raises:
            PlaceGone: the place is gone, or its user has left it.
            DiscordUnavailable: try again later.
        """

    async def tell_refusal(self, waiting: WaitingRequest) -> None:
        """Say there why a request was not made, to its user; where that cannot be said, in direct messages.

        Raises:
            DiscordUnavailable: try again later.
            ConversationError: it can be said nowhere.
        """


class WaitingRequests:
    """The queue, and what makes its requests. What is remembered beside the database is whom to look at."""

    def __init__(
        self,
        store: WaitingRequestStore,
        places: Places,
        prompt_checks: PromptChecks,
        submitter: JobSubmitter,
        models: Models,
        elements: ElementLibrary,
        drafts: ReferenceDrafts,
        picture_storage: PictureStorage,
        gate: Gate,
        operator: OperatorDefaults,
        runner: JobRunner,
        languages: Languages,
        drain: Drain,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._places = places
        self._prompt_checks = prompt_checks
        self._submitter = submitter
        self._models = models
        self._elements = elements
        self._drafts = drafts
        self._picture_storage = picture_storage
        self._gate = gate
        self._operator = operator
        self._runner = runner
        self._languages = languages
        self._drain = drain
        self._timing = timing
        self._clock = clock
        self._due: set[WaitingUser] = set()
        self._is_woken = asyncio.Event()
        self._has_new = asyncio.Event()

    async def add(self, pending_id: str, actor: Actor) -> int:
        """Have a pending request wait for its turn; how many of its user's there go first. Once, if pressed twice.

        Raises:
            StaleError: it is over.
            AlreadyStartedError: it was made.
            RequestError: too many wait already.
            QuotaError: it would not fit either if nothing ran.
            StoppingError: the bot is about to stop.
        """
        self._drain.check()
        if (found := await self._store.find(pending_id, actor.user_id)) is not None:
            return found[1]
        pending = await self._prompt_checks.find(pending_id, actor.user_id)
        waiting = WaitingRequest(
            id=pending.id,
            user_id=actor.user_id,
            guild_id=actor.guild_id,
            channel_id=actor.channel_id,
            request=pending.request,
            queued_at=self._clock(),
            use=pending.use,
            locale=await self._languages.of_channel(actor),
            user_locale=actor.user_locale,
        )
        try:
            ahead = await self._store.add(
                waiting,
                model=self._models.of(pending.request),
                role_ids=actor.role_ids,
                policy=self._operator.policy,
                ceilings=self._operator.ceilings,
            )
        except StaleError:  # pressed twice at once
            if (found := await self._store.find(pending_id, actor.user_id)) is None:
                raise
            return found[1]
        await self._drafts.used(waiting.user_id, waiting.request)
        self._has_new.set()
        self._wake((actor.user_id, actor.guild_id))
        return ahead

    async def find(self, waiting_id: str, user_id: int) -> int | None:
        """How many go first of a user's own request; ``None`` where it does not wait."""
        found = await self._store.find(waiting_id, user_id)
        return None if found is None else found[1]

    async def of_user(self, user_id: int) -> list[WaitingRequest]:
        """What waits of a user, everywhere, in order."""
        return await self._store.of_user(user_id)

    async def cancel(self, waiting_id: str, user_id: int) -> None:
        """Take a user's own request out of the queue.

        Raises:
            AlreadyStartedError: it was made.
            StaleError: it does not wait any more.
        """
        if not await self._store.cancel(waiting_id, user_id):
            await self._prompt_checks.find(waiting_id, user_id)
            raise StaleError
        await self._picture_storage.collect_garbage()

    def follow(self, update: JobUpdate) -> None:
        """Hear of a video that ended: there is room for another of its user's."""
        if update.after.state not in ACTIVE:
            self._wake((update.after.user_id, update.after.guild_id))

    async def run(self) -> None:
        """Make what waits whenever there is room, until cancelled."""
        self._due.update(await self._store.who_waits())
        self._has_new.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_new_pictures(), name="waiting-pictures")
            while True:
                self._is_woken.clear()
                try:
                    await self._look()
                except StoreError as error:
                    _log.warning("What waits for its turn cannot be read now (%s)", error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._timing.waiting_every):
                        await self._is_woken.wait()

    def _wake(self, user: WaitingUser) -> None:
        self._due.add(user)
        self._is_woken.set()

    async def _look(self) -> None:
        asked = set(self._due)
        if not await self._store.has_any():  # mostly so, and then a job's end costs one look
            self._due -= asked
            return
        for waiting in await self._store.late():
            await self._store.refuse(waiting, _LATE)
        await self._tell_refused()
        if not self._due and not await self._store.who_waits():
            return
        if self._drain.is_on or await self._store.is_paused():
            return
        due = self._due | set(await self._store.who_waits_for_nothing())
        self._due = set()
        for user in due:
            await self._make_what_fits(user)
        await self._tell_refused()

    async def _make_what_fits(self, user: WaitingUser) -> None:
        """Make requests of a user's in order, until one has to go on waiting."""
        try:
            while (waiting := await self._store.next_of(user)) is not None:
                if not await self._is_done_with(waiting):
                    return
        except (StoppingError, StoreError, DiscordUnavailable, AccessUnknownError) as error:
            _log.info("A request has to wait longer (%s)", error, extra={"user": user[0]})
            self._due.add(user)
        except Exception:  # noqa: BLE001 - one person's fault must not hold up the others
            _log.exception("A request that waits could not be made; it is tried again", extra={"user": user[0]})
            self._due.add(user)

    async def _is_done_with(self, waiting: WaitingRequest) -> bool:
        """Make a request; whether it is out of the queue then, made or refused."""
        try:
            await self._make(waiting)
        except QuotaError as error:
            if error.limit in _PASSING:
                self._due.add((waiting.user_id, waiting.guild_id))
                return False
            if error.can_wait:
                return False
            await self._store.refuse(waiting, error.sentence)
        except (StaleError, AlreadyStartedError, BannedError):  # cancelled or banned meanwhile, or made
            await self._store.drop(waiting)
        except AccessUnknownError:
            raise
        except (RequestError, NotAllowedError) as error:
            await self._store.refuse(waiting, error.sentence)
        except PlaceGone:
            await self._store.refuse(waiting, _NO_PLACE)
        return True

    async def _make(self, waiting: WaitingRequest) -> None:
        place = await self._places.look_up(waiting)
        if not await self._may(place.actor):
            _log.info(
                "Dropped a request that waited: its user may no longer use the bot", extra={"user": waiting.user_id}
            )
            raise StaleError
        if place.missing:
            raise NotAllowedError(text("answer.missing_permissions", permissions=place.missing))
        user_id, guild_id, request = waiting.user_id, waiting.guild_id, waiting.request
        whole = await self._elements.expand(
            request, self._models.of(request), user_id=user_id, guild_id=guild_id, use=waiting.use
        )
        strangers = await self._elements.unconfirmed(request, user_id=user_id, guild_id=guild_id, use=waiting.use)
        if strangers:
            owner = User(strangers[0].owner_id)
            raise RequestError(text("warning.shared_element", name=Quote(strangers[0].name), owner=owner))
        job = await self._submitter.accept(whole, place.actor, waiting_id=waiting.id, key=pending_key(waiting.id))
        self._runner.wake(job.id, job=job)

    async def _may(self, actor: Actor) -> bool:
        """Whether the operator lets them use the bot there at all; else nothing is said where others read it.

        Raises:
            NotAllowedError: the operator does, the server does not.
            AccessUnknownError: nobody can say now.
        """
        try:
            await self._gate.check(actor, Purpose.MAKE)
        except AccessUnknownError:
            raise
        except NotAllowedError:
            if await self._gate.is_let_in(actor):
                raise
            return False
        return True

    async def _tell_refused(self) -> None:
        for waiting in await self._store.refused():
            if self._clock() - waiting.queued_at > _TRIED_FOR:
                await self._store.drop(waiting)
                continue
            try:
                await self._places.tell_refusal(waiting)
            except DiscordUnavailable as error:
                _log.info("That a request was not made cannot be told now (%s)", error, extra={"user": waiting.user_id})
                continue
            except ConversationError as error:
                _log.warning("Nobody was told that a request was not made (%s)", error, extra={"user": waiting.user_id})
            except Exception:  # noqa: BLE001 - one person's fault must not hold up the others
                _log.exception("That a request was not made could not be told", extra={"user": waiting.user_id})
                continue
            await self._store.drop(waiting)

    async def _keep_new_pictures(self) -> None:
        """Keep the pictures of what waits: Discord's links to them die after a day."""
        tried: set[str] = set()
        while True:
            await self._has_new.wait()
            self._has_new.clear()
            try:
                waiting = await self._store.all()
            except StoreError as error:
                _log.warning("What waits for its turn cannot be read now (%s)", error)
                continue
            tried &= {one.id for one in waiting}
            for one in waiting:
                if one.id not in tried and linked_pictures(one.request):
                    tried.add(one.id)
                    await self._keep_pictures(one)

    async def _keep_pictures(self, waiting: WaitingRequest) -> None:
        """Keep the pictures of one request. What cannot be kept is used as long as its link works."""
        linked = linked_pictures(waiting.request)
        try:
            ready = await self._picture_storage.normalize(list(linked.values()), user_id=waiting.user_id)
            async with self._picture_storage.changing():
                kept = {url: await self._picture_storage.put(one) for url, one in zip(linked, ready, strict=True)}
                request = with_pictures(waiting.request, lambda view: kept.get(view.picture.url, view.picture))
                await self._store.keep_pictures(replace(waiting, request=request))
        except (BotError, OSError) as error:
            _log.info("Pictures of a request that waits were not kept (%s)", error, extra={"user": waiting.user_id})
