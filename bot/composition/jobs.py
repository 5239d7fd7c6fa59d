"""A job's way, from its acceptance to its announced end."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from bot.composition.access import AccessParts
from bot.composition.discord import DiscordParts
from bot.composition.library import LibraryParts
from bot.composition.media import MediaParts
from bot.composition.resources import Subject
from bot.composition.spending import SpendingParts
from bot.config import Settings
from bot.oxen.stream import EventStream
from bot.public_web import PublicWeb
from bot.services.jobs.announce import OutcomeAnnouncer
from bot.services.jobs.cancel import JobCanceller
from bot.services.jobs.completion_inbox import CompletionInbox
from bot.services.jobs.confirm import Confirmations
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.delivery_format import DeliveryFormatter
from bot.services.jobs.download import ResultDownloader
from bot.services.jobs.enqueue import JobEnqueuer, Target
from bot.services.jobs.poll import GenerationPoller
from bot.services.jobs.posters import PosterMaker
from bot.services.jobs.prepare import JobPreparer
from bot.services.jobs.reconcile import Reconciler
from bot.services.jobs.result_copies import ResultCopies
from bot.services.jobs.runner import JobRunner, Steps
from bot.services.jobs.status_cards import StatusCards
from bot.services.jobs.submit import JobSubmitter
from bot.services.jobs.upload_limits import UploadLimits
from bot.services.moderation.moderation_client import ModerationClient
from bot.services.moderation.request_moderation import OnFailure, RequestModeration
from bot.services.ports import PictureNormalizer, PictureReader

_MIB = 1024 * 1024


@dataclass(frozen=True, eq=False)
class JobParts(Subject):
    """The steps of a job, and who takes it from one to the next."""

    media: MediaParts
    discord: DiscordParts
    spending: SpendingParts
    access: AccessParts
    library: LibraryParts

    @cached_property
    def submitter(self) -> JobSubmitter:
        return JobSubmitter(
            self.store,
            self.spending.models,
            self.spending.operator,
            self.spending.price_monitor,
            self.discord.notice_sender,
            self.library.content_policy,
            self.discord.languages,
            self.access.shutdown_guard,
            self.access.drain,
            self.clock,
        )

    @cached_property
    def preparer(self) -> JobPreparer:
        return JobPreparer(
            self.store,
            self.discord.conversations,
            self.settings.job_timeout_seconds,
            self.timing,
            self.clock,
            moderation=_moderation_of(self.settings, self.discord.adapter.board, self.resources.normalizer),
        )

    @cached_property
    def enqueuer(self) -> JobEnqueuer:
        target = Target(namespace=self.settings.oxen_target_namespace, job_timeout=self.settings.job_timeout_seconds)
        return JobEnqueuer(
            self.store,
            self.client,
            target,
            self.spending.models,
            self.spending.credit,
            self.access.shutdown_guard,
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
            self.spending.credit,
            self.settings.job_timeout_seconds,
            self.timing,
            self.clock,
        )

    @cached_property
    def confirmations(self) -> Confirmations:
        return Confirmations(self.timing, self.clock)

    @cached_property
    def downloader(self) -> ResultDownloader:
        return ResultDownloader(
            self.store,
            self.client,
            self.confirmations,
            self.cards,
            self.media.fitter,
            self.resources.workspace,
            self.resources.normalizer,
            self.timing,
            self.clock,
            max_result_bytes=self.settings.max_result_mb * _MIB,
        )

    @cached_property
    def upload_limits(self) -> UploadLimits:
        return UploadLimits(self.clock)

    @cached_property
    def copies(self) -> ResultCopies:
        return ResultCopies(
            self.store, self.discord.conversations, self.library.content_policy, self.access.shutdown_guard
        )

    @cached_property
    def deliverer(self) -> JobDeliverer:
        return JobDeliverer(
            self.store,
            self.discord.conversations,
            self.downloader,
            DeliveryFormatter(
                self.client, self.cards, self.media.fitter, self.resources.normalizer, self.resources.workspace
            ),
            self.upload_limits,
            OutcomeAnnouncer(self.store, self.discord.conversations, self.access.shutdown_guard, self.timing),
            self.resources.workspace,
            PosterMaker(self.store, self.media.fitter, self.library.picture_storage, self.cards, self.timing),
            self.copies,
            self.access.shutdown_guard,
        )

    @cached_property
    def cards(self) -> StatusCards:
        return StatusCards(self.store, self.discord.conversations, self.timing, self.clock)

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
            self.access.answer_turns,
            self.access.shutdown_guard,
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


def _moderation_of(
    settings: Settings, reader: PictureReader, normalizer: PictureNormalizer
) -> RequestModeration | None:
    """The moderation service that is asked about each request, if there is one."""
    if settings.moderation_url is None:
        return None
    web = PublicWeb(allow_private=settings.moderation_allow_private)
    client = ModerationClient(
        settings.moderation_url.get_secret_value(), web, timeout_seconds=settings.moderation_timeout_seconds
    )
    return RequestModeration(client, reader, normalizer, OnFailure(settings.moderation_on_failure))
