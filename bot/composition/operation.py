"""What admins and whoever runs the bot do with it, and what watches over it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from yarl import URL

from bot.composition.access import AccessParts
from bot.composition.discord import DiscordParts
from bot.composition.jobs import JobParts
from bot.composition.library import LibraryParts
from bot.composition.media import MediaParts
from bot.composition.resources import Subject
from bot.composition.spending import SpendingParts
from bot.composition.storage import StorageParts
from bot.config import Settings
from bot.domain.clock import Clock
from bot.operations.alerts.conditions import Conditions, OxenAccount
from bot.operations.alerts.watch import AlertWatch
from bot.operations.alerts.webhook import Webhook
from bot.operations.job_requests import JobRequests
from bot.operations.nightly_backups import NightlyBackups
from bot.operations.sources import Sources
from bot.operations.start_checks import StartChecks
from bot.oxen.client import OxenClient
from bot.services.job_control import JobControl
from bot.services.moderation.content_admin import ContentAdmin
from bot.services.operator_control import OperatorControl
from bot.services.operator_jobs import OperatorJobs
from bot.services.retention import Retention
from bot.services.spending.admin import GuildAdmin
from bot.services.timing import Timing
from bot.store.alerts import AlertStore
from bot.store.erasure import ErasureStore
from bot.store.operator_reports import OperatorReports
from bot.store.operator_requests import OperatorRequests
from cogs.adapter.notices import DiscordNoticeBoard


@dataclass(frozen=True, eq=False)
class OperationParts(Subject):
    """Administration, and the operator's own parts."""

    storage: StorageParts
    media: MediaParts
    discord: DiscordParts
    spending: SpendingParts
    access: AccessParts
    library: LibraryParts
    jobs: JobParts

    @cached_property
    def guild_admin(self) -> GuildAdmin:
        return GuildAdmin(
            self.store,
            self.storage.accounts,
            self.storage.administration,
            self.jobs.canceller,
            self.discord.notice_sender,
            self.discord.languages,
            self.spending.operator,
            self.clock,
        )

    @cached_property
    def content_admin(self) -> ContentAdmin:
        return ContentAdmin(self.storage.moderation, self.storage.administration, self.discord.notice_sender)

    @cached_property
    def retention(self) -> Retention:
        bot, directory = self.discord.bot, self.discord.directory
        return Retention(
            ErasureStore(self.database, self.clock),
            self.storage.pending_requests,
            self.library.picture_storage.collect_garbage,
            self.clock,
            days=self.settings.retention_days,
            client=self.client,
            present=lambda: directory.guild_ids() if bot.is_ready() else None,
        )

    @cached_property
    def operator_control(self) -> OperatorControl:
        return OperatorControl(
            self.access.control,
            self.discord.directory,
            OperatorReports(self.database, self.clock),
            self.storage.operator_state,
            self.spending.price_monitor,
            self.spending.operator,
            self.access.drain,
        )

    @cached_property
    def job_control(self) -> JobControl:
        return JobControl(self.store, self.jobs.runner, self.jobs.deliverer, self.client)

    @cached_property
    def operator_jobs(self) -> OperatorJobs:
        return OperatorJobs(self.operator_control, self.job_control, self.settings.database_path, self.clock)

    @cached_property
    def job_requests(self) -> JobRequests:
        requests = OperatorRequests(self.database, self.settings.database_path, self.clock)
        return JobRequests(requests, self.job_control)

    @cached_property
    def sources(self) -> Sources:
        return Sources(
            bot=self.discord.bot,
            store=self.store,
            stream=self.jobs.stream,
            deliverer=self.jobs.deliverer,
            reconciler=self.jobs.reconciler,
            cards=self.jobs.cards,
            fitter=self.media.fitter,
            pool=self.resources.pool,
            oxen_calls=self.resources.oxen_calls,
            oxen_url=URL(self.settings.api_url),
            model=self.settings.oxen_model,
            budget=self.spending.operator.ceilings.budget,
            backups=_nightly_backups_of(self.settings, self.clock),
            clock=self.clock,
        )

    @cached_property
    def alerts(self) -> AlertWatch:
        return _alert_watch_of(self.settings, self.sources, self.client, self.discord.notice_board, self.timing)

    @cached_property
    def start_checks(self) -> StartChecks:
        return StartChecks(self.settings, self.alerts.conditions.account, self.spending.price_monitor)


def _nightly_backups_of(settings: Settings, clock: Clock) -> NightlyBackups | None:
    """The backups that the settings ask for, if they do."""
    if settings.backup_dir is None:
        return None
    return NightlyBackups(settings.database_path, settings.backup_dir, clock, keep=settings.backup_keep)


def _alert_watch_of(
    settings: Settings, sources: Sources, client: OxenClient, board: DiscordNoticeBoard, timing: Timing
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
        board,
        None if address is None else Webhook(address.get_secret_value),
        timing,
        sources.clock,
        channel_id=settings.operator_channel_id or 0,
    )
