"""The parts of the bot that are watched from outside."""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

from bot.client import VideoBot
from bot.domain.budget import Budget
from bot.domain.clock import Clock
from bot.http_calls import HttpCalls
from bot.media.video.fitter import Fitter
from bot.media.worker.pool import WorkerPool
from bot.operations.nightly_backups import NightlyBackups
from bot.oxen.stream import EventStream
from bot.services.jobs.deliver import JobDeliverer
from bot.services.jobs.reconcile import Reconciler
from bot.services.jobs.status_cards import StatusCards
from bot.store.job_store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What metrics and health are read from, and what they are said to be about."""

    bot: VideoBot
    store: Store
    stream: EventStream
    deliverer: JobDeliverer
    reconciler: Reconciler
    cards: StatusCards
    fitter: Fitter
    pool: WorkerPool
    oxen_calls: HttpCalls
    oxen_url: URL
    model: str
    budget: Budget
    backups: NightlyBackups | None
    clock: Clock
