"""The services as one record: what ``bot.composition`` builds and the cogs call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.access import AccessControl
from bot.services.answer_turns import AnswerTurns
from bot.services.drain import Drain
from bot.services.gate import Gate
from bot.services.greetings import Greetings
from bot.services.jobs.cancel import JobCanceller
from bot.services.jobs.job_history import JobHistory
from bot.services.jobs.join import ShotJoiner
from bot.services.jobs.joined_results import JoinedResults
from bot.services.jobs.original_video import OriginalVideos
from bot.services.jobs.reconcile import Reconciler
from bot.services.jobs.result_copies import ResultCopies
from bot.services.jobs.runner import JobRunner
from bot.services.jobs.submit import JobSubmitter
from bot.services.jobs.video_list import VideoList
from bot.services.jobs.waiting_requests import WaitingRequests
from bot.services.languages import Languages
from bot.services.library.picture_storage import PictureStorage
from bot.services.library.prompt_checks import PromptChecks
from bot.services.library.reference_drafts import ReferenceDrafts
from bot.services.library.saved_elements import ElementLibrary
from bot.services.library.workbench import Workbench
from bot.services.models import Models
from bot.services.moderation.content_admin import ContentAdmin
from bot.services.moderation.content_policy import ContentPolicy
from bot.services.moderation.results import JobResultModerator
from bot.services.operator_control import OperatorControl
from bot.services.operator_jobs import OperatorJobs
from bot.services.rate_limits import RequestRateLimit
from bot.services.retention import Retention
from bot.services.shutdown_guard import ShutdownGuard
from bot.services.spending.account import QuotaReader
from bot.services.spending.admin import GuildAdmin
from bot.services.spending.charges import ChargeReconciler
from bot.services.spending.credit import CreditMonitor
from bot.services.spending.notices import NoticeSender
from bot.services.spending.prices import PriceMonitor
from bot.store.personal_data import PersonalDataStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where the operator's own pages are, if there are any."""

    privacy: str | None = None
    terms: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that commands and buttons call, by what it is for."""

    access: AccessControl
    gate: Gate
    greetings: Greetings
    rate_limit: RequestRateLimit
    submitter: JobSubmitter
    models: Models
    canceller: JobCanceller
    job_history: JobHistory
    videos: VideoList
    joiner: ShotJoiner
    joined_results: JoinedResults
    original_videos: OriginalVideos
    elements: ElementLibrary
    drafts: ReferenceDrafts
    prompt_checks: PromptChecks
    workbench: Workbench
    picture_storage: PictureStorage
    content_policy: ContentPolicy
    personal_data: PersonalDataStore
    pages: Pages
    content_admin: ContentAdmin
    result_moderator: JobResultModerator
    waiting_requests: WaitingRequests
    result_copies: ResultCopies
    runner: JobRunner
    reconciler: Reconciler
    quotas: QuotaReader
    guild_admin: GuildAdmin
    operator: OperatorControl
    operator_jobs: OperatorJobs
    notice_sender: NoticeSender
    languages: Languages
    price_monitor: PriceMonitor
    charges: ChargeReconciler
    credit: CreditMonitor
    retention: Retention
    shutdown_guard: ShutdownGuard
    answer_turns: AnswerTurns
    drain: Drain
