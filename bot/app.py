"""The application: composes everything, runs it as sibling services, and shuts it down in reverse."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from yarl import URL

from bot.client import VideoBot
from bot.config import Settings
from bot.connection import stay_connected
from bot.domain.budget import Budget
from bot.domain.clock import Clock, utc_now
from bot.domain.money import micros
from bot.domain.policy import NO_LIMIT, Policy
from bot.errors import StoreError
from bot.health import Heartbeat
from bot.http_calls import HttpCalls
from bot.media.pictures.picture_desk import PictureDesk
from bot.media.video.fitter import Fitter
from bot.media.worker.pool import WorkerPool
from bot.operations.job_requests import JobRequests
from bot.operations.monitoring import monitored
from bot.operations.nightly_backups import NightlyBackups
from bot.operations.service_manager import announced
from bot.operations.sources import Sources
from bot.oxen.client import OxenClient
from bot.oxen.stream import EventStream
from bot.public_web import PublicWeb
from bot.services.account import Accounting
from bot.services.admin import Administering
from bot.services.cancel import Cancelling
from bot.services.cast import Casting
from bot.services.completion_inbox import CompletionInbox
from bot.services.conductor import Conductor, Steps
from bot.services.confirm import Confirmations
from bot.services.deliver import Delivering
from bot.services.drafts import Drafting
from bot.services.enqueue import Enqueuing, Target
from bot.services.fetch import Fetching, Workspace
from bot.services.follow import Following
from bot.services.job_control import JobControl
from bot.services.keep import Keeping
from bot.services.ladder import Ladder
from bot.services.listing import Listing
from bot.services.notices import Notifying
from bot.services.operator import Operator
from bot.services.originals import Originals
from bot.services.pace import Pace
from bot.services.ports import Conversations, Mender
from bot.services.prepare import Preparing
from bot.services.prices import Pricing
from bot.services.prompt_help import PromptHelp
from bot.services.redact import RedactingConversations
from bot.services.retention import Retention
from bot.services.services import Services
from bot.services.shelter import Shelter
from bot.services.status_cards import StatusCards
from bot.services.submit import Submitting
from bot.services.supervise import supervised
from bot.services.tell import Telling
from bot.services.track import Tracking
from bot.services.transition_log import log_transition
from bot.services.upload_limits import UploadLimits
from bot.store import beside
from bot.store.accounts import Accounts
from bot.store.administration import Administration
from bot.store.cast import CastStore
from bot.store.database import Database
from bot.store.erasure import Erasure
from bot.store.operator_requests import OperatorRequests
from bot.store.outbox import Outbox
from bot.store.pending import PendingRequests
from bot.store.picture_files import PictureFiles
from bot.store.prices import Prices
from bot.store.store import Store
from cogs.bursts import Bursts
from cogs.conversations import DiscordConversations
from cogs.notice_board import DiscordNoticeBoard
from cogs.setup import add_cogs

_log = logging.getLogger(__name__)
_MIB = 1024 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts of one running bot. The discord client is one of them, the event stream another."""

    bot: VideoBot
    services: Services
    stream: EventStream
    store: Store
    pace: Pace
    cards: StatusCards
    sources: Sources
    job_requests: JobRequests

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run every service but the discord client: take up what was unfinished, follow Oxen, drive jobs.

        Raises:
            StoreError: what was unfinished cannot be read.
        """
        services = self.services
        if count := await services.conductor.recover():
            _log.info("Taking up %d unfinished jobs", count)
        async with asyncio.TaskGroup() as tasks:
            mine = [
                tasks.create_task(supervised(self._converse, self.pace), name="conductor"),
                tasks.create_task(supervised(self._show_cards, self.pace), name="cards"),
                tasks.create_task(supervised(self.stream.run, self.pace), name="event-stream"),
                tasks.create_task(supervised(services.tracking.run, self.pace), name="sweep"),
                tasks.create_task(supervised(services.pricing.run, self.pace), name="prices"),
                tasks.create_task(supervised(self._notify, self.pace), name="notices"),
                tasks.create_task(supervised(services.retention.run, self.pace), name="retention"),
                tasks.create_task(supervised(services.keeping.run, self.pace), name="kept-pictures"),
            ]
            mine.append(tasks.create_task(supervised(self.job_requests.run, self.pace), name="job-requests"))
            if (backups := self.sources.backups) is not None:
                mine.append(tasks.create_task(supervised(backups.run, self.pace), name="backups"))
            try:
                yield
            finally:
                try:
                    await self._finish()
                finally:
                    for task in mine:
                        task.cancel()

    async def _finish(self) -> None:
        """Let what is being sent be sent and recorded, and show what is final, all within the time for it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.pace.finish_within
        if not await self.services.shelter.close(self.pace.finish_within):
            _log.warning(
                "Something was still being sent after %s s; it is looked for at the next start",
                self.pace.finish_within,
            )
        await self.cards.finish(max(0.0, until - loop.time()))

    async def _converse(self) -> None:
        """A Discord that is away at the start is no fault of any job, so nobody talks to it before the login."""
        await self.bot.logged_in.wait()
        await self.services.conductor.run()

    async def _show_cards(self) -> None:
        await self.bot.logged_in.wait()
        await self.cards.run()

    async def _notify(self) -> None:
        await self.bot.logged_in.wait()
        await self.services.notifying.run()


def _as_it_is(part: _T) -> _T:
    return part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrappers:
    """What is put around the parts that reach outside, for who wants their calls to fail; nothing by default."""

    database: Callable[[Database], Database] = _as_it_is
    client: Callable[[OxenClient], OxenClient] = _as_it_is
    conversations: Callable[[Conversations], Conversations] = _as_it_is


@asynccontextmanager
async def composed(
    settings: Settings,
    *,
    pace: Pace | None = None,
    clock: Clock = utc_now,
    mender: Mender | None = None,
    wrappers: Wrappers | None = None,
) -> AsyncIterator[Composition]:
    """Build the whole bot around its open database and HTTP session; close both afterwards.

    Raises:
        StoreError: the database cannot be used.
    """
    pace, wrappers = pace or Pace(), wrappers or Wrappers()
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_path)
        stack.push_async_callback(database.close)
        store = Store(wrappers.database(database), clock)
        workspace = Workspace(beside.work_folder(settings.database_path))
        kept = await CastStore(store.database, clock).kept()
        try:
            workspace.prepare()
            await asyncio.to_thread(beside.take_over, settings.database_path, kept)
        except OSError as error:
            raise StoreError(f"the folders beside it cannot be used ({error.strerror})") from error
        oxen_calls = HttpCalls()
        trace = oxen_calls.follow(aiohttp.TraceConfig())
        session = await stack.enter_async_context(aiohttp.ClientSession(trace_configs=[trace]))
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=pace.oxen_timeout,
            elsewhere=web_of(settings, oxen_calls),
        )
        client, talk = wrappers.client(client), wrappers.conversations
        pool = WorkerPool(beside.work_folder(settings.database_path), encoders=settings.video_workers)
        stack.push_async_callback(pool.close)
        mender = mender or PictureDesk(pool)
        yield compose(
            settings, store, client, workspace, pace, clock, pool, mender=mender, talk=talk, oxen_calls=oxen_calls
        )


def compose(
    settings: Settings,
    store: Store,
    client: OxenClient,
    workspace: Workspace,
    pace: Pace,
    clock: Clock,
    pool: WorkerPool,
    *,
    mender: Mender,
    talk: Callable[[Conversations], Conversations] = _as_it_is,
    oxen_calls: HttpCalls | None = None,
) -> Composition:
    """Put the parts together around what reaches outside: the store, the Oxen client, the conversations."""
    bot = VideoBot(pace)
    shelter = Shelter()
    files = PictureFiles(beside.pictures_folder(settings.database_path))
    real = DiscordConversations(bot, mender, files, web_of(settings), has_limits=lambda: bot.call_rate.has_limits)
    conversations = RedactingConversations(talk(real), store)
    cast_store = CastStore(store.database, clock)
    keeping = Keeping(real.board, mender, files, cast_store)
    target = Target(
        model=settings.oxen_model, namespace=settings.oxen_target_namespace, job_timeout=settings.job_timeout_seconds
    )
    fitter = Fitter(pool, deadline_seconds=settings.fit_deadline_seconds)
    cards = StatusCards(store, conversations, pace)
    store.observe(log_transition)
    store.observe(cards.follow)
    confirmations = Confirmations(pace, clock)
    fetching = Fetching(
        store,
        client,
        confirmations,
        cards,
        fitter,
        workspace,
        pace,
        clock,
        max_result_bytes=settings.max_result_mb * _MIB,
    )
    steps = Steps(
        preparing=Preparing(store, conversations, settings.job_timeout_seconds, pace, clock),
        enqueuing=Enqueuing(store, client, target, shelter, pace, clock),
        following=Following(store, client, confirmations, cards, settings.job_timeout_seconds, pace, clock),
        delivering=Delivering(
            store,
            conversations,
            fetching,
            Ladder(client, cards, fitter, workspace),
            UploadLimits(clock),
            Telling(store, conversations, shelter, pace),
            workspace,
        ),
    )
    inbox = CompletionInbox()
    conductor = Conductor(store, steps, cards, inbox, shelter, pace, clock, job_timeout=settings.job_timeout_seconds)
    tracking = Tracking(
        store,
        client,
        conductor,
        inbox,
        pace,
        clock,
        job_timeout=settings.job_timeout_seconds,
        reconcile_seconds=settings.reconcile_seconds,
    )
    operator = operator_of(settings)
    database = store.database
    accounts, pending = Accounts(database, clock), PendingRequests(database, clock)
    cancelling = Cancelling(store, conductor)
    pricing = Pricing(Prices(database, clock), client, settings.oxen_model, pace, clock)
    notifying = Notifying(Outbox(database), DiscordNoticeBoard(bot), pace)
    services = Services(
        submitting=Submitting(store, operator, pricing, notifying, shelter, clock),
        cancelling=cancelling,
        listing=Listing(store, conductor),
        originals=Originals(store, client, fetching, confirmations),
        casting=Casting(cast_store, keeping, limit=settings.max_saved_elements),
        drafting=Drafting(cast_store, keeping),
        helping=PromptHelp(pending, cast_store, clock),
        keeping=keeping,
        conductor=conductor,
        tracking=tracking,
        accounting=Accounting(accounts, operator),
        administering=Administering(
            store, accounts, Administration(database, clock), cancelling, notifying, operator, clock
        ),
        notifying=notifying,
        pricing=pricing,
        retention=Retention(Erasure(database, clock), pending, keeping.tidy, clock, days=settings.retention_days),
        shelter=shelter,
    )
    stream = EventStream(
        client,
        silence_seconds=settings.stream_silence_seconds,
        on_connected=tracking.connected,
        on_completion=tracking.heard,
        rng=random.Random(),  # noqa: S311 - jitter, not a secret
    )
    bursts = Bursts(settings.max_commands_per_minute)
    bot.when_set_up(lambda: add_cogs(bot, services, bursts))
    return Composition(
        bot=bot,
        services=services,
        stream=stream,
        store=store,
        pace=pace,
        cards=cards,
        sources=Sources(
            bot=bot,
            store=store,
            stream=stream,
            delivering=steps.delivering,
            pool=pool,
            oxen_calls=oxen_calls or HttpCalls(),
            oxen_url=URL(settings.api_url),
            model=settings.oxen_model,
            budget=operator.budget,
            backups=nightly_backups_of(settings, clock),
            clock=clock,
        ),
        job_requests=JobRequests(
            OperatorRequests(database, settings.database_path, clock),
            JobControl(store, conductor, steps.delivering, client),
        ),
    )


def nightly_backups_of(settings: Settings, clock: Clock) -> NightlyBackups | None:
    """The backups that the settings ask for, if they do."""
    if settings.backup_dir is None:
        return None
    return NightlyBackups(settings.database_path, settings.backup_dir, clock, keep=settings.backup_keep)


def operator_of(settings: Settings) -> Operator:
    """What the operator's settings let everybody have."""
    day, month = settings.budget_usd_per_day, settings.budget_usd_per_month
    monthly = settings.quota_monthly_seconds
    return Operator(
        policy=Policy(
            daily_seconds=settings.quota_daily_seconds,
            monthly_seconds=NO_LIMIT if monthly is None else monthly,
            max_active=settings.max_active_jobs_per_user,
        ),
        budget=Budget(day=None if day is None else micros(day), month=None if month is None else micros(month)),
        channel_id=settings.operator_channel_id or 0,
    )


def web_of(settings: Settings, calls: HttpCalls | None = None) -> PublicWeb:
    """From where results and pictures may come."""
    return PublicWeb(allow_private=settings.result_hosts_allow_private, calls=calls)


async def run(settings: Settings, *, pace: Pace | None = None, wrappers: Wrappers | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT, then stop it in order.

    Raises:
        SettingsError: Discord will not let this bot in.
        StoreError: the database cannot be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    async with (
        composed(settings, pace=pace, wrappers=wrappers) as parts,
        monitored(settings, parts.sources),
        announced(),
    ):
        talking = asyncio.create_task(
            stay_connected(parts.bot, settings.discord_token.get_secret_value()), name="discord"
        )
        others = [
            asyncio.create_task(Heartbeat(settings.database_path, parts.bot.shard_status).run(), name="heartbeat"),
            asyncio.create_task(stop.wait(), name="signals"),
        ]
        try:
            async with parts.running():
                await asyncio.wait({talking, others[1]}, return_when=asyncio.FIRST_COMPLETED)
                _log.info("Stopping")
        finally:
            await parts.bot.close()
            for task in (talking, *others):
                task.cancel()
            await asyncio.wait({talking, *others})
    if not talking.cancelled() and (error := talking.exception()) is not None:
        raise error
