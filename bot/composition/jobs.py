"""The composition: every part of the bot, and which parts each is built from."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from pydantic import HttpUrl
from yarl import URL

from bot.config import Settings
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.clock import Clock
from bot.domain.money import micros
from bot.domain.policy import NO_LIMIT, Policy
from bot.http_calls import HttpCalls
from bot.media.pictures.picture_pool import PicturePool
from bot.media.video.fitter import Fitter
from bot.media.worker.pool import WorkerPool
from bot.operations.alerts.conditions import Conditions, OxenAccount
from bot.operations.alerts.watch import AlertWatch
from bot.operations.alerts.webhook import Webhook
from bot.operations.job_requests import JobRequests
from bot.operations.nightly_backups import NightlyBackups
from bot.operations.sources import Sources
from bot.operations.start_checks import StartChecks
from bot.oxen.client import OxenClient
from bot.oxen.stream import EventStream
from bot.public_web import PublicWeb
from bot.services.access import AccessControl
from bot.services.answer_turns import AnswerTurns
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
from bot.services.library.picture_comparison import PictureComparison
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
from bot.services.moderation.results import JobResultModerator
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
from bot.services.timing import Timing
from bot.store import data_folders
from bot.store.access import AccessStore
from bot.store.admin import AdminStore
from bot.store.alerts import AlertStore
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
from cogs.client import TranslatedBot
from cogs.setup import build_client
from cogs.ui.texts import Catalogues

_MIB = 1024 * 1024
_MEGABYTE = 1_000_000


class Parts:
    """Every part of one bot, by its name; each is built once, when somebody first asks for it.

    What reaches outside is given: the store, the Oxen client, the folder for videos, the pool of workers.
    ``wrap_conversations`` is put around the conversations in Discord.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        client: OxenClient,
        workspace: Workspace,
        timing: Timing,
        clock: Clock,
        pool: WorkerPool,
        *,
        normalizer: PictureNormalizer,
        wrap_conversations: Callable[[Conversations], Conversations],
        oxen_calls: HttpCalls,
        catalogues: Catalogues | None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.database = store.database
        self.client = client
        self.workspace = workspace
        self.timing = timing
        self.clock = clock
        self.pool = pool
        self.normalizer = normalizer
        self.oxen_calls = oxen_calls
        self._wrap_conversations = wrap_conversations
        self._catalogues = catalogues

    def connect(self) -> None:
        """Have the parts hear of each other: of what is written, of servers, and of what people press."""
        self.store.observe(log_transition)
        self.store.observe(self.cards.follow)
        self.store.observe(self.waiting_requests.follow)
        self.discord.board.frames = self.originals
        self.bot.services = self.services
        follow_servers(self.bot, self.access)

    # --- Discord ---

    @cached_property
    def bot(self) -> TranslatedBot:
        return build_client(self.timing, self._catalogues)

    @cached_property
    def directory(self) -> DiscordDirectory:
        return DiscordDirectory(self.bot)

    @cached_property
    def discord(self) -> DiscordConversations:
        bot = self.bot
        conversations = DiscordConversations(
            bot,
            self.normalizer,
            self.files,
            self.web,
            has_limits=lambda: bot.call_rate.has_limits,
            has_many_refusals=lambda: bot.refused_calls.are_many,
            catalogues=bot.catalogues,
        )
        conversations.board.strips = self.pictures
        return conversations

    @cached_property
    def pictures(self) -> PicturePool:
        return PicturePool(self.pool)

    @cached_property
    def unredacted_conversations(self) -> Conversations:
        return self._wrap_conversations(self.discord)

    @cached_property
    def conversations(self) -> Conversations:
        return RedactingConversations(self.unredacted_conversations, self.store)

    @cached_property
    def notice_board(self) -> DiscordNoticeBoard:
        return DiscordNoticeBoard(self.bot, self.languages, self.bot.catalogues)

    @cached_property
    def cards(self) -> StatusCards:
        return StatusCards(self.store, self.conversations, self.timing, self.clock)

    @cached_property
    def languages(self) -> Languages:
        return Languages(self.accounts)

    # --- who may use it ---

    @cached_property
    def access(self) -> AccessControl:
        return AccessControl(
            AccessStore(self.database, self.clock),
            self.directory,
            self.notice_sender,
            self.clock,
            servers=self.settings.servers,
            server_ids=self.settings.server_ids,
            channel_id=self.operator.channel_id,
        )

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.access, GateStore(self.database))

    @cached_property
    def shutdown_guard(self) -> ShutdownGuard:
        return ShutdownGuard()

    @cached_property
    def answer_turns(self) -> AnswerTurns:
        return AnswerTurns()

    @cached_property
    def drain(self) -> Drain:
        return Drain(self.store, self.joins)

    # --- models and money ---

    @cached_property
    def operator(self) -> OperatorDefaults:
        return operator_of(self.settings)

    @cached_property
    def accounts(self) -> QuotaStore:
        return QuotaStore(self.database, self.clock)

    @cached_property
    def quotas(self) -> QuotaReader:
        return QuotaReader(self.accounts, self.operator)

    @cached_property
    def prices(self) -> PriceBook:
        return PriceBook()

    @cached_property
    def models(self) -> Models:
        return Models(
            ModelStore(self.database, self.clock),
            self.client,
            offered_models_of(self.settings),
            self.prices,
            self.timing,
            self.clock,
        )

    @cached_property
    def price_monitor(self) -> PriceMonitor:
        models = self.models
        return PriceMonitor(
            PriceStore(self.database, self.clock),
            self.client,
            self.prices,
            self.settings.oxen_model,
            lambda: models.readable_ids,
            self.operator,
            self.notice_sender,
            self.timing,
            self.clock,
        )

    @cached_property
    def operator_state(self) -> OperatorStateStore:
        return OperatorStateStore(self.database, self.clock)

    @cached_property
    def credit(self) -> CreditMonitor:
        return CreditMonitor(self.operator_state, self.client, self.operator, self.notice_sender)

    @cached_property
    def charges(self) -> ChargeReconciler:
        return ChargeReconciler(
            PaymentStore(self.database, self.clock), self.client, self.settings.oxen_target_namespace, self.clock
        )

    @cached_property
    def notice_sender(self) -> NoticeSender:
        return NoticeSender(NoticeStore(self.database), self.notice_board, self.timing)

    # --- pictures, elements, and requests that are not made yet ---

    @cached_property
    def web(self) -> PublicWeb:
        return web_of(self.settings)

    @cached_property
    def files(self) -> PictureFiles:
        return PictureFiles(data_folders.pictures_folder(self.settings.database_path))

    @cached_property
    def library(self) -> LibraryStore:
        return LibraryStore(self.database, self.clock, max_bytes_of_user=self._max_bytes_of_user)

    @property
    def _max_bytes_of_user(self) -> int:
        return self.settings.max_saved_mb_per_user * _MEGABYTE

    @cached_property
    def picture_storage(self) -> PictureStorage:
        limits = StorageLimits(most=self.settings.max_saved_mb * _MEGABYTE)
        return PictureStorage(self.discord.board, self.normalizer, self.files, self.library, limits)

    @cached_property
    def elements(self) -> ElementLibrary:
        return ElementLibrary(
            self.library, self.picture_storage, self.content_policy, limit=self.settings.max_saved_elements
        )

    @cached_property
    def drafts(self) -> ReferenceDrafts:
        return ReferenceDrafts(self.library, self.picture_storage)

    @cached_property
    def pending_requests(self) -> PendingRequestStore:
        return PendingRequestStore(self.database, self.clock)

    @cached_property
    def prompt_checks(self) -> PromptChecks:
        return PromptChecks(self.pending_requests, self.library, self.clock)

    @cached_property
    def workbench(self) -> Workbench:
        return Workbench(
            self.prompt_checks,
            self.elements,
            self.models,
            self.submitter,
            self.quotas,
            PictureComparison(self.discord.board, self.pictures),
        )

    @cached_property
    def waiting_requests(self) -> WaitingRequests:
        return WaitingRequests(
            WaitingRequestStore(self.database, self.clock, max_bytes_of_user=self._max_bytes_of_user),
            DiscordWaitingPlaces(self.bot, self.bot.catalogues),
            self.prompt_checks,
            self.submitter,
            self.models,
            self.elements,
            self.drafts,
            self.picture_storage,
            self.gate,
            self.operator,
            self.runner,
            self.languages,
            self.drain,
            self.timing,
            self.clock,
        )

    # --- moderation ---

    @cached_property
    def moderation(self) -> ModerationStore:
        return ModerationStore(self.database, self.clock)

    @cached_property
    def administration(self) -> AdminStore:
        return AdminStore(self.database, self.clock)

    @cached_property
    def content_policy(self) -> ContentPolicy:
        return ContentPolicy(
            self.moderation, blocked_words_of(self.settings), is_moderated=self.settings.moderation_url is not None
        )

    @cached_property
    def result_moderator(self) -> JobResultModerator:
        return JobResultModerator(
            self.store,
            self.moderation,
            self.conversations,
            self.cards,
            self.notice_sender,
            operator_channel_id=self.operator.channel_id,
        )

    # --- a job's way ---

    @cached_property
    def submitter(self) -> JobSubmitter:
        return JobSubmitter(
            self.store,
            self.models,
            self.operator,
            self.price_monitor,
            self.notice_sender,
            self.content_policy,
            self.languages,
            self.shutdown_guard,
            self.drain,
            self.clock,
        )

    @cached_property
    def preparer(self) -> JobPreparer:
        return JobPreparer(
            self.store,
            self.conversations,
            self.settings.job_timeout_seconds,
            self.timing,
            self.clock,
            moderation=moderation_of(self.settings, self.discord.board, self.normalizer),
        )

    @cached_property
    def enqueuer(self) -> JobEnqueuer:
        target = Target(namespace=self.settings.oxen_target_namespace, job_timeout=self.settings.job_timeout_seconds)
        return JobEnqueuer(
            self.store,
            self.client,
            target,
            self.models,
            self.credit,
            self.shutdown_guard,
            self.timing,
            self.clock,
        )

    @cached_property
    def poller(self) -> GenerationPoller:
        return GenerationPoller(
            self.store,
            self.client,
            self.confirmations,
            self.cards,
            self.credit,
            self.settings.job_timeout_seconds,
            self.timing,
            self.clock,
        )

    @cached_property
    def confirmations(self) -> Confirmations:
        return Confirmations(self.timing, self.clock)

    @cached_property
    def fitter(self) -> Fitter:
        return Fitter(self.pool, deadline_seconds=self.settings.fit_deadline_seconds)

    @cached_property
    def downloader(self) -> ResultDownloader:
        return ResultDownloader(
            self.store,
            self.client,
            self.confirmations,
            self.cards,
            self.fitter,
            self.workspace,
            self.normalizer,
            self.timing,
            self.clock,
            max_result_bytes=self.settings.max_result_mb * _MIB,
        )

    @cached_property
    def upload_limits(self) -> UploadLimits:
        return UploadLimits(self.clock)

    @cached_property
    def copies(self) -> ResultCopies:
        return ResultCopies(self.store, self.conversations, self.content_policy, self.shutdown_guard)

    @cached_property
    def deliverer(self) -> JobDeliverer:
        return JobDeliverer(
            self.store,
            self.conversations,
            self.downloader,
            DeliveryFormatter(self.client, self.cards, self.fitter, self.normalizer, self.workspace),
            self.upload_limits,
            OutcomeAnnouncer(self.store, self.conversations, self.shutdown_guard, self.timing),
            self.workspace,
            PosterMaker(self.store, self.fitter, self.picture_storage, self.cards, self.timing),
            self.copies,
            self.shutdown_guard,
        )

    @cached_property
    def inbox(self) -> CompletionInbox:
        return CompletionInbox()

    @cached_property
    def runner(self) -> JobRunner:
        steps = Steps(preparer=self.preparer, enqueuer=self.enqueuer, poller=self.poller, deliverer=self.deliverer)
        return JobRunner(
            self.store,
            steps,
            self.cards,
            self.inbox,
            self.answer_turns,
            self.shutdown_guard,
            self.timing,
            self.clock,
            job_timeout=self.settings.job_timeout_seconds,
        )

    @cached_property
    def reconciler(self) -> Reconciler:
        reconciler = Reconciler(
            self.store,
            self.client,
            self.runner,
            self.inbox,
            self.timing,
            self.clock,
            job_timeout=self.settings.job_timeout_seconds,
            reconcile_seconds=self.settings.reconcile_seconds,
        )
        reconciler.observe_wait(self.cards.show_waiting)
        return reconciler

    @cached_property
    def stream(self) -> EventStream:
        return EventStream(
            self.client,
            silence_seconds=self.settings.stream_silence_seconds,
            on_connected=self.reconciler.connected,
            on_completion=self.reconciler.receive_completion,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )

    @cached_property
    def canceller(self) -> JobCanceller:
        return JobCanceller(self.store, self.runner)

    # --- finished videos ---

    @cached_property
    def videos(self) -> VideoStore:
        return VideoStore(self.database, self.clock)

    @cached_property
    def originals(self) -> OriginalVideos:
        return OriginalVideos(self.store, self.client, self.downloader, self.confirmations, self.files)

    @cached_property
    def joins(self) -> JoinStore:
        return JoinStore(self.database, self.clock)

    @cached_property
    def joiner(self) -> ShotJoiner:
        files = JoinFiles(
            self.store, self.downloader, self.confirmations, self.fitter, self.workspace, self.timing, self.clock
        )
        return ShotJoiner(
            self.joins,
            self.videos,
            files,
            self.unredacted_conversations,
            self.upload_limits,
            self.content_policy,
            self.languages,
            self.shutdown_guard,
            self.drain,
            self.timing,
            self.clock,
        )

    @cached_property
    def joined_results(self) -> JoinedResults:
        return JoinedResults(
            self.joins,
            self.store,
            self.moderation,
            self.unredacted_conversations,
            self.content_policy,
            self.shutdown_guard,
            self.notice_sender,
            operator_channel_id=self.operator.channel_id,
        )

    @cached_property
    def retention(self) -> Retention:
        bot, directory = self.bot, self.directory
        return Retention(
            ErasureStore(self.database, self.clock),
            self.pending_requests,
            self.picture_storage.collect_garbage,
            self.clock,
            days=self.settings.retention_days,
            client=self.client,
            present=lambda: directory.guild_ids() if bot.is_ready() else None,
        )

    # --- whoever runs it ---

    @cached_property
    def operator_control(self) -> OperatorControl:
        return OperatorControl(
            self.access,
            self.directory,
            OperatorReports(self.database, self.clock),
            self.operator_state,
            self.price_monitor,
            self.operator,
            self.drain,
        )

    @cached_property
    def job_control(self) -> JobControl:
        return JobControl(self.store, self.runner, self.deliverer, self.client)

    @cached_property
    def job_requests(self) -> JobRequests:
        requests = OperatorRequests(self.database, self.settings.database_path, self.clock)
        return JobRequests(requests, self.job_control)

    @cached_property
    def sources(self) -> Sources:
        return Sources(
            bot=self.bot,
            store=self.store,
            stream=self.stream,
            deliverer=self.deliverer,
            reconciler=self.reconciler,
            cards=self.cards,
            fitter=self.fitter,
            pool=self.pool,
            oxen_calls=self.oxen_calls,
            oxen_url=URL(self.settings.api_url),
            model=self.settings.oxen_model,
            budget=self.operator.ceilings.budget,
            backups=nightly_backups_of(self.settings, self.clock),
            clock=self.clock,
        )

    @cached_property
    def alerts(self) -> AlertWatch:
        return alert_watch_of(self.settings, self.sources, self.client, self.timing, self.bot.catalogues)

    @cached_property
    def start_checks(self) -> StartChecks:
        return StartChecks(self.settings, self.alerts.conditions.account, self.price_monitor)

    # --- what commands and buttons call ---

    @cached_property
    def services(self) -> Services:
        administration, operator = self.administration, self.operator
        return Services(
            access=self.access,
            gate=self.gate,
            greetings=Greetings(GreetingStore(self.database, self.clock), self.gate, operator),
            rate_limit=RequestRateLimit(self.settings.max_commands_per_minute),
            submitter=self.submitter,
            waiting_requests=self.waiting_requests,
            models=self.models,
            canceller=self.canceller,
            job_history=JobHistory(self.store, self.runner),
            videos=VideoList(self.videos, self.files),
            joiner=self.joiner,
            joined_results=self.joined_results,
            original_videos=self.originals,
            elements=self.elements,
            drafts=self.drafts,
            prompt_checks=self.prompt_checks,
            workbench=self.workbench,
            picture_storage=self.picture_storage,
            content_policy=self.content_policy,
            personal_data=PersonalDataStore(self.database, self.clock),
            pages=Pages(privacy=_text_of(self.settings.privacy_url), terms=_text_of(self.settings.terms_url)),
            result_moderator=self.result_moderator,
            result_copies=self.copies,
            content_admin=ContentAdmin(self.moderation, administration, self.notice_sender),
            runner=self.runner,
            reconciler=self.reconciler,
            quotas=self.quotas,
            guild_admin=GuildAdmin(
                self.store,
                self.accounts,
                administration,
                self.canceller,
                self.notice_sender,
                self.languages,
                operator,
                self.clock,
            ),
            operator=self.operator_control,
            operator_jobs=OperatorJobs(
                self.operator_control, self.job_control, self.settings.database_path, self.clock
            ),
            notice_sender=self.notice_sender,
            languages=self.languages,
            price_monitor=self.price_monitor,
            credit=self.credit,
            charges=self.charges,
            retention=self.retention,
            shutdown_guard=self.shutdown_guard,
            answer_turns=self.answer_turns,
            drain=self.drain,
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
