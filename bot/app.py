"""The application: composes everything, runs it as sibling services, and shuts it down in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import aiohttp
from pydantic import HttpUrl
from yarl import URL

from bot.client import VideoBot
from bot.config import Settings
from bot.connection import stay_connected
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.clock import Clock, utc_now
from bot.domain.money import micros
from bot.domain.policy import NO_LIMIT, Policy
from bot.errors import StoreError
from bot.health import Heartbeat
from bot.http_calls import HttpCalls
from bot.media.pictures.picture_pool import PicturePool
from bot.media.video.fitter import Fitter
from bot.media.worker.pool import WorkerPool
from bot.media.worker.workers import Workers
from bot.operations.alerts.conditions import Conditions, OxenAccount
from bot.operations.alerts.watch import AlertWatch
from bot.operations.alerts.webhook import Webhook
from bot.operations.job_requests import JobRequests
from bot.operations.monitoring import monitored
from bot.operations.nightly_backups import NightlyBackups
from bot.operations.service_manager import announced
from bot.operations.sources import Sources
from bot.operations.start_checks import StartChecks
from bot.oxen.client import OxenClient
from bot.oxen.stream import EventStream
from bot.public_web import PublicWeb
from bot.services.access import AccessControl
from bot.services.drain import Drain
from bot.services.gate import Gate
from bot.services.greetings import Greetings
from bot.services.job_control import JobControl
from bot.services.jobs.announce import OutcomeAnnouncer
from bot.services.jobs.cancel import JobCanceller
from bot.services.jobs.completion_inbox import CompletionInbox
from bot.services.jobs.confirm import Confirmations
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.delivery_format import DeliveryFormatter
from bot.services.jobs.download import ResultDownloader, Workspace
from bot.services.jobs.enqueue import JobEnqueuer, Target
from bot.services.jobs.job_history import JobHistory
from bot.services.jobs.join import ShotJoiner
from bot.services.jobs.join_files import JoinFiles
from bot.services.jobs.joined_results import JoinedResults
from bot.services.jobs.original_video import OriginalVideos
from bot.services.jobs.poll import GenerationPoller
from bot.services.jobs.posters import PosterMaker
from bot.services.jobs.prepare import JobPreparer
from bot.services.jobs.reconcile import Reconciler
from bot.services.jobs.result_copies import ResultCopies
from bot.services.jobs.runner import JobRunner, Steps
from bot.services.jobs.status_cards import StatusCards
from bot.services.jobs.submit import JobSubmitter
from bot.services.jobs.transition_log import log_transition
from bot.services.jobs.upload_limits import UploadLimits
from bot.services.jobs.video_list import VideoList
from bot.services.jobs.waiting_requests import WaitingRequests
from bot.services.languages import Languages
from bot.services.library.picture_storage import PictureStorage, StorageLimits
from bot.services.library.prompt_checks import PromptChecks
from bot.services.library.reference_drafts import ReferenceDrafts
from bot.services.library.saved_elements import ElementLibrary
from bot.services.library.workbench import Workbench
from bot.services.models import Models, OfferedModels
from bot.services.moderation.content_admin import ContentAdmin
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.moderation.moderation_client import ModerationClient
from bot.services.moderation.redact import RedactingConversations
from bot.services.moderation.request_moderation import OnFailure, RequestModeration
from bot.services.moderation.results import ResultModerator
from bot.services.operator_control import OperatorControl
from bot.services.operator_defaults import OperatorDefaults
from bot.services.operator_jobs import OperatorJobs
from bot.services.ports import Conversations, PictureNormalizer, PictureReader
from bot.services.rate_limits import RequestRateLimit
from bot.services.retention import Retention
from bot.services.services import Pages, Services
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.account import QuotaReader
from bot.services.spending.admin import GuildAdmin
from bot.services.spending.charges import ChargeReconciler
from bot.services.spending.credit import CreditMonitor
from bot.services.spending.notices import NoticeSender
from bot.services.spending.prices import PriceBook, PriceMonitor
from bot.services.supervise import supervised
from bot.services.timing import Timing
from bot.store import data_folders
from bot.store.access import AccessStore
from bot.store.admin import AdminStore
from bot.store.alerts import AlertStore
from bot.store.database import Database
from bot.store.erasure import ErasureStore
from bot.store.gate import GateStore
from bot.store.greetings import GreetingStore
from bot.store.job_store import Store
from bot.store.joins import JoinStore
from bot.store.library import LibraryStore
from bot.store.models import ModelStore
from bot.store.moderation import ModerationStore
from bot.store.notices import NoticeStore
from bot.store.operator_reports import OperatorReports
from bot.store.operator_requests import OperatorRequests
from bot.store.operator_state import OperatorStateStore
from bot.store.payments import PaymentStore
from bot.store.pending_requests import PendingRequestStore
from bot.store.personal_data import PersonalDataStore
from bot.store.picture_files import PictureFiles
from bot.store.prices import PriceStore
from bot.store.quota import QuotaStore
from bot.store.videos import VideoStore
from bot.store.waiting_requests import WaitingRequestStore
from bot.word_file import read_words
from cogs.adapter.conversations import DiscordConversations
from cogs.adapter.directory import DiscordDirectory, follow_servers
from cogs.adapter.notices import DiscordNoticeBoard
from cogs.adapter.waiting_places import DiscordWaitingPlaces
from cogs.setup import build_client
from cogs.ui.texts import Catalogues

_log = logging.getLogger(__name__)
_MIB = 1024 * 1024
_MEGABYTE = 1_000_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts of one running bot. The discord client is one of them, the event stream another."""

    bot: VideoBot
    services: Services
    stream: EventStream
    store: Store
    timing: Timing
    cards: StatusCards
    sources: Sources
    job_requests: JobRequests
    alerts: AlertWatch
    start_checks: StartChecks

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run every service but the discord client: take up what was unfinished, follow Oxen, drive jobs.

        Raises:
            StoreError: what was unfinished cannot be read.
        """
        services = self.services
        if count := await services.runner.recover():
            _log.info("Taking up %d unfinished jobs", count)
        async with asyncio.TaskGroup() as tasks:
            mine = [
                tasks.create_task(supervised(self._converse, self.timing), name="job-runner"),
                tasks.create_task(supervised(self._show_cards, self.timing), name="cards"),
                tasks.create_task(supervised(self._make_waiting, self.timing), name="waiting-requests"),
                tasks.create_task(supervised(self.stream.run, self.timing), name="event-stream"),
                tasks.create_task(supervised(services.reconciler.run, self.timing), name="sweep"),
                tasks.create_task(supervised(services.models.run, self.timing), name="models"),
                tasks.create_task(supervised(services.price_monitor.run, self.timing), name="prices"),
                tasks.create_task(supervised(self._notify, self.timing), name="notices"),
                tasks.create_task(supervised(services.retention.run, self.timing), name="retention"),
                tasks.create_task(supervised(services.picture_storage.run, self.timing), name="kept-pictures"),
            ]
            mine.append(tasks.create_task(supervised(self._join, self.timing), name="joins"))
            mine.append(tasks.create_task(supervised(self.job_requests.run, self.timing), name="job-requests"))
            mine.append(tasks.create_task(supervised(services.access.run, self.timing), name="access"))
            mine.append(tasks.create_task(supervised(services.charges.run, self.timing), name="charges"))
            mine.append(tasks.create_task(supervised(services.credit.run, self.timing), name="credit"))
            mine.append(tasks.create_task(supervised(self.start_checks.run, self.timing), name="start-checks"))
            mine.append(tasks.create_task(supervised(self.alerts.run, self.timing), name="alerts"))
            if (backups := self.sources.backups) is not None:
                mine.append(tasks.create_task(supervised(backups.run, self.timing), name="backups"))
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
        until = loop.time() + self.timing.finish_within
        if not await self.services.shutdown_guard.close(self.timing.finish_within):
            _log.warning(
                "Something was still being sent after %s s; it is looked for at the next start",
                self.timing.finish_within,
            )
        await self.cards.finish(max(0.0, until - loop.time()))

    async def _converse(self) -> None:
        """A Discord that is away at the start is no fault of any job, so nobody talks to it before the login."""
        await self.bot.logged_in.wait()
        await self.services.runner.run()

    async def _make_waiting(self) -> None:
        await self.bot.logged_in.wait()
        await self.services.waiting_requests.run()

    async def _join(self) -> None:
        await self.bot.logged_in.wait()
        await self.services.joiner.run()

    async def _show_cards(self) -> None:
        await self.bot.logged_in.wait()
        await self.cards.run()

    async def _notify(self) -> None:
        await self.bot.logged_in.wait()
        await self.services.notice_sender.run()


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
    timing: Timing | None = None,
    clock: Clock = utc_now,
    normalizer: PictureNormalizer | None = None,
    wrappers: Wrappers | None = None,
    catalogues: Catalogues | None = None,
    workers: Workers | None = None,
) -> AsyncIterator[Composition]:
    """Build the whole bot around its open database and HTTP session; close both afterwards.

    ``workers`` are used instead of workers of its own, and stay when it ends.

    Raises:
        StoreError: the database cannot be used.
    """
    timing, wrappers = timing or Timing(), wrappers or Wrappers()
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_path)
        stack.push_async_callback(database.close)
        store = Store(wrappers.database(database), clock)
        workspace = Workspace(data_folders.work_folder(settings.database_path))
        kept = await LibraryStore(store.database, clock).kept()
        try:
            workspace.prepare()
            await asyncio.to_thread(data_folders.take_over, settings.database_path, kept)
        except OSError as error:
            raise StoreError(f"the folders beside it cannot be used ({error.strerror})") from error
        oxen_calls = HttpCalls()
        trace = oxen_calls.follow(aiohttp.TraceConfig())
        session = await stack.enter_async_context(aiohttp.ClientSession(trace_configs=[trace]))
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=timing.oxen_timeout,
            elsewhere=web_of(settings, oxen_calls),
        )
        client, talk = wrappers.client(client), wrappers.conversations
        folder = data_folders.work_folder(settings.database_path)
        pool = WorkerPool(folder, encoders=settings.video_workers, workers=workers)
        stack.push_async_callback(pool.close)
        normalizer = normalizer or PicturePool(pool)
        parts = compose(
            settings,
            store,
            client,
            workspace,
            timing,
            clock,
            pool,
            normalizer=normalizer,
            talk=talk,
            oxen_calls=oxen_calls,
            catalogues=catalogues,
        )
        await parts.services.models.load()
        await parts.services.price_monitor.load()
        yield parts


def compose(
    settings: Settings,
    store: Store,
    client: OxenClient,
    workspace: Workspace,
    timing: Timing,
    clock: Clock,
    pool: WorkerPool,
    *,
    normalizer: PictureNormalizer,
    talk: Callable[[Conversations], Conversations] = _as_it_is,
    oxen_calls: HttpCalls | None = None,
    catalogues: Catalogues | None = None,
) -> Composition:
    """Put the parts together around what reaches outside: the store, the Oxen client, the conversations."""
    bot = build_client(timing, catalogues)
    database = store.database
    joins = JoinStore(database, clock)
    shutdown_guard, drain = ShutdownGuard(), Drain(store, joins)
    files = PictureFiles(data_folders.pictures_folder(settings.database_path))
    real = DiscordConversations(
        bot,
        normalizer,
        files,
        web_of(settings),
        has_limits=lambda: bot.call_rate.has_limits,
        has_many_refusals=lambda: bot.refused_calls.are_many,
        catalogues=bot.catalogues,
    )
    spoken = talk(real)
    conversations = RedactingConversations(spoken, store)
    max_bytes_of_user = settings.max_saved_mb_per_user * _MEGABYTE
    library = LibraryStore(store.database, clock, max_bytes_of_user=max_bytes_of_user)
    picture_storage = PictureStorage(
        real.board, normalizer, files, library, StorageLimits(most=settings.max_saved_mb * _MEGABYTE)
    )
    target = Target(namespace=settings.oxen_target_namespace, job_timeout=settings.job_timeout_seconds)
    prices = PriceBook()
    models = Models(ModelStore(store.database, clock), client, offered_models_of(settings), prices, timing, clock)
    fitter = Fitter(pool, deadline_seconds=settings.fit_deadline_seconds)
    cards = StatusCards(store, conversations, timing, clock)
    store.observe(log_transition)
    store.observe(cards.follow)
    operator = operator_of(settings)
    accounts = QuotaStore(store.database, clock)
    languages = Languages(accounts)
    board = DiscordNoticeBoard(bot, languages, bot.catalogues)
    notice_sender = NoticeSender(NoticeStore(store.database), board, timing)
    state, directory = OperatorStateStore(store.database, clock), DiscordDirectory(bot)
    credit = CreditMonitor(state, client, operator, notice_sender)
    access = AccessControl(
        AccessStore(store.database, clock),
        directory,
        notice_sender,
        clock,
        servers=settings.servers,
        server_ids=settings.server_ids,
        channel_id=operator.channel_id,
    )
    confirmations = Confirmations(timing, clock)
    downloader = ResultDownloader(
        store,
        client,
        confirmations,
        cards,
        fitter,
        workspace,
        normalizer,
        timing,
        clock,
        max_result_bytes=settings.max_result_mb * _MIB,
    )
    moderation, administration = ModerationStore(store.database, clock), AdminStore(store.database, clock)
    content_policy = ContentPolicy(
        moderation, blocked_words_of(settings), is_moderated=settings.moderation_url is not None
    )
    copies = ResultCopies(store, conversations, content_policy, shutdown_guard)
    limits = UploadLimits(clock)
    steps = Steps(
        preparer=JobPreparer(
            store,
            conversations,
            settings.job_timeout_seconds,
            timing,
            clock,
            moderation=moderation_of(settings, real.board, normalizer),
        ),
        enqueuer=JobEnqueuer(store, client, target, models, credit, shutdown_guard, timing, clock),
        poller=GenerationPoller(
            store, client, confirmations, cards, credit, settings.job_timeout_seconds, timing, clock
        ),
        deliverer=JobDeliverer(
            store,
            conversations,
            downloader,
            DeliveryFormatter(client, cards, fitter, normalizer, workspace),
            limits,
            OutcomeAnnouncer(store, conversations, shutdown_guard, timing),
            workspace,
            PosterMaker(store, fitter, picture_storage, cards, timing),
            copies,
            shutdown_guard,
        ),
    )
    inbox = CompletionInbox()
    runner = JobRunner(
        store, steps, cards, inbox, shutdown_guard, timing, clock, job_timeout=settings.job_timeout_seconds
    )
    reconciler = Reconciler(
        store,
        client,
        runner,
        inbox,
        timing,
        clock,
        job_timeout=settings.job_timeout_seconds,
        reconcile_seconds=settings.reconcile_seconds,
    )
    pending = PendingRequestStore(database, clock)
    canceller = JobCanceller(store, runner)
    price_monitor = PriceMonitor(
        PriceStore(database, clock),
        client,
        prices,
        settings.oxen_model,
        lambda: models.readable_ids,
        operator,
        notice_sender,
        timing,
        clock,
    )
    gate = Gate(access, GateStore(database))
    moderation, administration = ModerationStore(database, clock), AdminStore(database, clock)
    content_policy = ContentPolicy(
        moderation, blocked_words_of(settings), is_moderated=settings.moderation_url is not None
    )
    prompt_checks, quotas = PromptChecks(pending, library, clock), QuotaReader(accounts, operator)
    videos = VideoStore(database, clock)
    real.board.frames = originals = OriginalVideos(store, client, downloader, confirmations, files)
    submitter = JobSubmitter(
        store, models, operator, price_monitor, notice_sender, content_policy, shutdown_guard, drain, clock
    )
    elements = ElementLibrary(library, picture_storage, content_policy, limit=settings.max_saved_elements)
    drafts = ReferenceDrafts(library, picture_storage)
    waiting_requests = WaitingRequests(
        WaitingRequestStore(database, clock, max_bytes_of_user=max_bytes_of_user),
        DiscordWaitingPlaces(bot, bot.catalogues),
        prompt_checks,
        submitter,
        models,
        elements,
        drafts,
        picture_storage,
        gate,
        operator,
        runner,
        drain,
        timing,
        clock,
    )
    store.observe(waiting_requests.follow)
    operator_control = OperatorControl(
        access, directory, OperatorReports(database, clock), state, price_monitor, operator, drain
    )
    job_control = JobControl(store, runner, steps.deliverer, client)
    services = bot.services = Services(
        access=access,
        gate=gate,
        greetings=Greetings(GreetingStore(database, clock), gate, operator),
        rate_limit=RequestRateLimit(settings.max_commands_per_minute),
        submitter=submitter,
        waiting_requests=waiting_requests,
        models=models,
        canceller=canceller,
        job_history=JobHistory(store, runner),
        videos=VideoList(videos, files),
        joiner=ShotJoiner(
            joins,
            videos,
            JoinFiles(store, downloader, confirmations, fitter, workspace, timing, clock),
            spoken,
            limits,
            content_policy,
            shutdown_guard,
            drain,
            timing,
            clock,
        ),
        joined_results=JoinedResults(
            joins,
            store,
            moderation,
            spoken,
            content_policy,
            shutdown_guard,
            notice_sender,
            operator_channel_id=operator.channel_id,
        ),
        original_videos=originals,
        elements=elements,
        drafts=drafts,
        prompt_checks=prompt_checks,
        workbench=Workbench(prompt_checks, elements, models, submitter, quotas),
        picture_storage=picture_storage,
        content_policy=content_policy,
        personal_data=PersonalDataStore(database, clock),
        pages=Pages(privacy=_text_of(settings.privacy_url), terms=_text_of(settings.terms_url)),
        result_moderator=ResultModerator(
            store,
            moderation,
            conversations,
            cards,
            notice_sender,
            operator_channel_id=operator.channel_id,
        ),
        result_copies=copies,
        content_admin=ContentAdmin(moderation, administration, notice_sender),
        runner=runner,
        reconciler=reconciler,
        quotas=quotas,
        guild_admin=GuildAdmin(store, accounts, administration, canceller, notice_sender, languages, operator, clock),
        operator=operator_control,
        operator_jobs=OperatorJobs(operator_control, job_control, settings.database_path, clock),
        notice_sender=notice_sender,
        languages=languages,
        price_monitor=price_monitor,
        credit=credit,
        charges=ChargeReconciler(PaymentStore(database, clock), client, settings.oxen_target_namespace, clock),
        retention=Retention(
            ErasureStore(database, clock),
            pending,
            picture_storage.collect_garbage,
            clock,
            days=settings.retention_days,
            client=client,
            present=lambda: directory.guild_ids() if bot.is_ready() else None,
        ),
        shutdown_guard=shutdown_guard,
        drain=drain,
    )
    stream = EventStream(
        client,
        silence_seconds=settings.stream_silence_seconds,
        on_connected=reconciler.connected,
        on_completion=reconciler.receive_completion,
        rng=random.Random(),  # noqa: S311 - jitter, not a secret
    )
    follow_servers(bot, access)
    sources = Sources(
        bot=bot,
        store=store,
        stream=stream,
        deliverer=steps.deliverer,
        reconciler=reconciler,
        cards=cards,
        fitter=fitter,
        pool=pool,
        oxen_calls=oxen_calls or HttpCalls(),
        oxen_url=URL(settings.api_url),
        model=settings.oxen_model,
        budget=operator.ceilings.budget,
        backups=nightly_backups_of(settings, clock),
        clock=clock,
    )
    alerts = alert_watch_of(settings, sources, client, timing, bot.catalogues)
    return Composition(
        bot=bot,
        services=services,
        stream=stream,
        store=store,
        timing=timing,
        cards=cards,
        sources=sources,
        alerts=alerts,
        start_checks=StartChecks(settings, alerts.conditions.account, price_monitor),
        job_requests=JobRequests(OperatorRequests(database, settings.database_path, clock), job_control),
    )


def nightly_backups_of(settings: Settings, clock: Clock) -> NightlyBackups | None:
    """The backups that the settings ask for, if they do."""
    if settings.backup_dir is None:
        return None
    return NightlyBackups(settings.database_path, settings.backup_dir, clock, keep=settings.backup_keep)


def alert_watch_of(
    settings: Settings, sources: Sources, client: OxenClient, timing: Timing, catalogues: Catalogues
) -> AlertWatch:
    """What watches over everything for the operator."""
    database, folder = AlertStore(sources.store.database, sources.clock), settings.database_path.parent
    conditions = Conditions(
        sources=sources,
        store=database,
        client=client,
        timing=timing,
        job_timeout=timedelta(seconds=settings.job_timeout_seconds),
        free_bytes=lambda: shutil.disk_usage(folder).free,
        account=OxenAccount(sources.oxen_url),
    )
    sources.oxen_calls.observe(conditions.account.note)
    sources.store.observe(conditions.account.note_job)
    sources.store.observe(conditions.failures.note)
    address = settings.alert_webhook_url
    return AlertWatch(
        conditions,
        database,
        DiscordNoticeBoard(sources.bot, sources.bot.services.languages, catalogues),
        None if address is None else Webhook(address.get_secret_value),
        timing,
        sources.clock,
        channel_id=settings.operator_channel_id or 0,
    )


def operator_of(settings: Settings) -> OperatorDefaults:
    """What the operator's settings let everybody have."""
    monthly = settings.quota_monthly_seconds
    return OperatorDefaults(
        policy=Policy(
            daily_seconds=settings.quota_daily_seconds,
            monthly_seconds=NO_LIMIT if monthly is None else monthly,
            max_active=settings.max_active_jobs_per_user,
        ),
        ceilings=Ceilings(
            budget=Budget(
                day=_micros_or_none(settings.budget_usd_per_day), month=_micros_or_none(settings.budget_usd_per_month)
            ),
            share_per_day=_micros_or_none(settings.server_budget_usd_per_day),
            person_seconds=settings.max_daily_seconds_per_user,
            min_account_age=timedelta(days=settings.min_account_age_days),
        ),
        channel_id=settings.operator_channel_id or 0,
    )


def offered_models_of(settings: Settings) -> OfferedModels:
    """The models that the operator lets people choose from."""
    default, *others = settings.model_ids
    return OfferedModels(
        default=default, others=tuple(others), favorites=settings.offers_favorites, images=settings.image_model_ids
    )


def moderation_of(settings: Settings, reader: PictureReader, normalizer: PictureNormalizer) -> RequestModeration | None:
    """The moderation service that is asked about each request, if there is one."""
    if settings.moderation_url is None:
        return None
    web = PublicWeb(allow_private=settings.moderation_allow_private)
    client = ModerationClient(
        settings.moderation_url.get_secret_value(), web, timeout_seconds=settings.moderation_timeout_seconds
    )
    return RequestModeration(client, reader, normalizer, OnFailure(settings.moderation_on_failure))


def _text_of(url: HttpUrl | None) -> str | None:
    return None if url is None else str(url)


def blocked_words_of(settings: Settings) -> tuple[str, ...]:
    """The operator's own words that prompts may not hold anywhere."""
    return () if settings.blocked_words_file is None else read_words(settings.blocked_words_file)


def _micros_or_none(amount: Decimal | None) -> int | None:
    return None if amount is None else micros(amount)


def web_of(settings: Settings, calls: HttpCalls | None = None) -> PublicWeb:
    """From where results and pictures may come."""
    return PublicWeb(allow_private=settings.result_hosts_allow_private, calls=calls)


async def run(
    settings: Settings,
    *,
    timing: Timing | None = None,
    wrappers: Wrappers | None = None,
    catalogues: Catalogues | None = None,
) -> None:
    """Run the bot until SIGTERM or SIGINT, then stop it in order; after SIGUSR1 until nothing is in the making.

    Raises:
        SettingsError: Discord will not let this bot in.
        StoreError: the database cannot be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    async with (
        composed(settings, timing=timing, wrappers=wrappers, catalogues=catalogues) as parts,
        monitored(settings, parts.sources),
        announced(),
    ):
        talking = asyncio.create_task(
            stay_connected(parts.bot, settings.discord_token.get_secret_value()), name="discord"
        )
        beside = [
            asyncio.create_task(Heartbeat(settings.database_path, parts.bot.shard_status).run(), name="heartbeat"),
            asyncio.create_task(_freeze_heap_once_ready(parts.bot), name="freeze-heap"),
        ]
        reasons_to_stop = [
            talking,
            asyncio.create_task(stop.wait(), name="signals"),
            asyncio.create_task(parts.services.drain.finished(), name="drain"),
        ]
        loop.add_signal_handler(signal.SIGUSR1, parts.services.drain.begin)
        try:
            async with parts.running():
                await asyncio.wait(reasons_to_stop, return_when=asyncio.FIRST_COMPLETED)
                _log.info("Stopping")
        finally:
            await parts.bot.close()
            for task in (*beside, *reasons_to_stop):
                task.cancel()
            await asyncio.wait({*beside, *reasons_to_stop})
    if not talking.cancelled() and (error := talking.exception()) is not None:
        raise error


async def _freeze_heap_once_ready(bot: VideoBot) -> None:
    """Leave code and servers, which stay, out of later garbage collections: one of all took a tenth of a second."""
    await bot.logged_in.wait()
    await bot.wait_for("ready")
    gc.collect()
    gc.freeze()
