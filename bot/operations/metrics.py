"""The metrics, for Prometheus: what is counted as it happens, and what is read when somebody asks.

No label holds what a user wrote, an id, or an address.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot import __version__
from bot.domain.job import ENDED, Job, JobState
from bot.domain.job_update import JobUpdate
from bot.http_calls import HttpCall
from bot.media.worker.pool import Failure, Kind
from bot.operations.sources import Sources
from bot.store.figures import Figures

if TYPE_CHECKING:
    import discord

_PREFIX: Final = "videobot"
_JOB_SECONDS: Final = (1, 2, 5, 10, 30, 60, 120, 180, 300, 450, 600, 900, 1800, 3600)
_ANSWER_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)
_LAG_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_FIT_SECONDS: Final = (1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300, 900)
_LAG_EVERY: Final = 0.5
_STAGES: Final = {JobState.RUNNING: "queued", JobState.DELIVERING: "finished", JobState.DELIVERED: "delivered"}
"""Stages by the state that ends them: Oxen took it, Oxen finished it, its user has it. When Oxen began to make it is
another, ``running``: Oxen's queue tells, at each sweep."""
_UNANSWERED_KEPT: Final = 1_000
_MICROS: Final = 1_000_000


class Metrics:
    """Every metric of one bot, in a registry of its own."""

    def __init__(self, sources: Sources) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many series for what nobody asks
        self._sources = sources
        self._registry = registry = CollectorRegistry()
        self._arrived: dict[int, tuple[float, tuple[str, str]]] = {}

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"{_PREFIX}_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"{_PREFIX}_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"{_PREFIX}_{name}", text, labels, buckets=buckets, registry=registry)

        self._interactions = counter("interactions", "Commands, presses and forms that came", "kind", "command")
        self._answer = histogram(
            "answer_seconds", "From a command to its first answer", _ANSWER_SECONDS, "kind", "command"
        )
        self._accepted = counter("jobs_accepted", "Videos that were accepted", "model")
        self._ended = counter("jobs_ended", "Videos by how they ended", "model", "end")
        self._job_seconds = histogram(
            "job_seconds", "From asked to queued, running, finished, delivered", _JOB_SECONDS, "stage"
        )
        self._oxen = counter("oxen_calls", "Calls to Oxen by their results", "call", "result")
        self._discord = counter("discord_calls", "Calls to Discord by their results", "result")
        self._fits = histogram(
            "fit_seconds", "Videos that were made smaller, by whether a copy came", _FIT_SECONDS, "made"
        )
        self._lag = histogram("event_loop_lag_seconds", "How late the event loop is", _LAG_SECONDS)
        self._jobs = gauge("jobs", "Videos that are not told of yet, by state", "state")
        self._oldest = gauge("oldest_job_seconds", "Age of the oldest video in the making; 0: there is none")
        self._spent = gauge("spent_dollars", "Dollars of delivered videos, of this UTC day and month", "period")
        self._reserved = gauge("reserved_dollars", "Dollars held for videos in the making", "period")
        self._budget = gauge("budget_dollars", "Ceiling over everything; absent where there is none", "period")
        self._left = gauge("budget_left_dollars", "What of that is neither spent nor held", "period")
        self._connected = gauge("stream_connected", "Whether Oxen's event stream is connected")
        self._silent = gauge("stream_silent_seconds", "Age of the last byte of Oxen's event stream")
        self._shards = gauge("discord_shards", "Shards by whether they are connected", "connected")
        self._workers = gauge("video_workers", "Videos that may be made smaller at once")
        self._busy = gauge("video_workers_busy", "Videos that are made smaller now")
        self._tasks = gauge("worker_tasks", "Tasks that workers do now, by kind", "kind")
        self._database = gauge("database_bytes", "Size of the database with its log")
        self._disk = gauge("disk_free_bytes", "Free room where the database is")
        self._backup = gauge("last_backup_timestamp_seconds", "When the newest nightly backup was made; 0: never")
        gauge("info", "Version and model", "version", "model").labels(__version__, sources.model).set(1)
        registry.register(_Tallies(sources))
        self._watch()

    def _watch(self) -> None:
        self._sources.store.observe(self._follow_job)
        self._sources.reconciler.observe_start(self._note_start)
        self._sources.bot.calls.observe(self._note_discord_call)
        self._sources.bot.add_listener(self._note_interaction, "on_interaction")
        self._sources.oxen_calls.observe(self._note_oxen_call)
        self._sources.fitter.observe(lambda seconds, is_made: self._fits.labels(_yes(is_made)).observe(seconds))
        for state in set(JobState) - ENDED:
            self._jobs.labels(state)

    def render(
        self, figures: Figures, *, database_bytes: int, free_bytes: int, newest_backup: float, now: float
    ) -> bytes:
        """Everything as of now, in Prometheus' text format. Times are Unix seconds."""
        for state in set(JobState) - ENDED:
            self._jobs.labels(state).set(figures.states.get(state, 0))
        self._oldest.set(0 if figures.oldest is None else max(0.0, now - figures.oldest.timestamp()))
        budget = self._sources.budget
        for period, spent, ceiling in (("day", figures.day, budget.day), ("month", figures.month, budget.month)):
            self._spent.labels(period).set(spent.used / _MICROS)
            self._reserved.labels(period).set(spent.held / _MICROS)
            if ceiling is not None:
                self._budget.labels(period).set(ceiling / _MICROS)
                self._left.labels(period).set(max(0, ceiling - spent.used - spent.held) / _MICROS)
        self._connected.set(self._sources.stream.connected)
        silent = self._sources.stream.silent_seconds
        self._silent.set(float("nan") if silent is None else silent)
        shards = self._sources.bot.shard_status
        self._shards.labels("yes").set(shards.connected_count)
        self._shards.labels("no").set(shards.count - shards.connected_count)
        self._workers.set(self._sources.pool.encoders)
        self._busy.set(self._sources.pool.encoding)
        for kind in Kind:
            self._tasks.labels(kind).set(self._sources.pool.busy(kind))
        self._database.set(database_bytes)
        self._disk.set(free_bytes)
        self._backup.set(newest_backup)
        return generate_latest(self._registry)

    async def measure_lag(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY
            await asyncio.sleep(_LAG_EVERY)
            self._lag.observe(max(0.0, loop.time() - due))

    def _follow_job(self, update: JobUpdate) -> None:
        if not update.is_transition:
            return
        job = update.after
        model = self._sources.model if job.generation_request is None else job.generation_request.model
        if update.before is None:
            self._accepted.labels(model).inc()
        if job.has_ended:
            self._ended.labels(model, job.state).inc()
        if (stage := _STAGES.get(job.state)) is not None:
            self._job_seconds.labels(stage).observe(max(0.0, (job.updated_at - job.created_at).total_seconds()))

    def _note_start(self, job: Job, begun_at: datetime) -> None:
        self._job_seconds.labels("running").observe(max(0.0, (begun_at - job.created_at).total_seconds()))

    def _note_oxen_call(self, call: HttpCall) -> None:
        self._oxen.labels(self._name_call(call), "none" if call.status is None else str(call.status)).inc()

    def _name_call(self, call: HttpCall) -> str:
        """A call without its ids: ``GET /ai/queue``. Whatever is not the API's is the fetching of a result."""
        base = self._sources.oxen_url
        if call.url.origin() != base.origin() or not call.url.path.startswith(base.path):
            return "download"
        match call.url.path.removeprefix(base.path).strip("/").split("/"):
            case ["ai", name, *_] if name in ("queue", "models"):
                return f"{call.method} /ai/{name}"
            case ["events", *_]:
                return "GET /events"
            case _:
                return "download" if call.method == "GET" else "other"

    def _note_discord_call(self, call: HttpCall) -> None:
        self._discord.labels("none" if call.status is None else str(call.status)).inc()
        match call.url.parts:
            case [*_, "interactions", interaction_id, _, "callback"] if interaction_id.isdecimal():
                begun, labels = self._arrived.pop(int(interaction_id), (None, ("", "")))
                if begun is not None:
                    self._answer.labels(*labels).observe(time.monotonic() - begun)
            case _:
                pass

    async def _note_interaction(self, interaction: discord.Interaction[Any]) -> None:
        labels = (interaction.type.name, "" if interaction.command is None else interaction.command.qualified_name)
        self._interactions.labels(*labels).inc()
        if interaction.type.name != "autocomplete":
            self._arrived[interaction.id] = (time.monotonic(), labels)
            while len(self._arrived) > _UNANSWERED_KEPT:
                del self._arrived[next(iter(self._arrived))]


def _yes(value: bool) -> str:  # noqa: FBT001 - a label
    return "yes" if value else "no"


class _Tallies(Collector):
    """What parts of the bot count themselves."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Every such counter as it is now."""
        sources = self._sources
        database = sources.store.database
        for name, text, value in (
            ("stream_connections", "Connections of Oxen's event stream", sources.stream.connections),
            ("sweeps", "Comparisons of everything in the making with Oxen's queue", sources.reconciler.sweeps),
            ("sweep_finds", "Videos that a sweep found ended before the stream told", sources.reconciler.missed),
            ("card_edits", "Status cards that were edited", sources.cards.edits),
            ("card_edits_coalesced", "Edits that a later one came before", sources.cards.coalesced),
            ("database_commits", "Transactions that were committed", database.commits),
            ("database_commit_seconds", "Seconds that they took together", database.commit_seconds),
            (
                "discord_rate_limit_wait_seconds",
                "Seconds that calls were held back",
                sources.bot.call_rate.waited_seconds,
            ),
        ):
            yield CounterMetricFamily(f"{_PREFIX}_{name}", text, value=value)
        failures = CounterMetricFamily(
            f"{_PREFIX}_worker_failures", "Tasks of workers that have no answer, by why", labels=["reason"]
        )
        for reason in Failure:
            failures.add_metric([reason.name.lower()], sources.pool.failures[reason])
        yield failures
        refusals = CounterMetricFamily(f"{_PREFIX}_quota_refusals", "Refused requests by limit", labels=["limit"])
        for limit, count in sources.store.refusals.counts.items():
            refusals.add_metric([limit], count)
        yield refusals
        sent = CounterMetricFamily(f"{_PREFIX}_deliveries", "Videos that were sent, by format", labels=["format"])
        size = CounterMetricFamily(f"{_PREFIX}_delivered_bytes", "Bytes of those videos", labels=["format"])
        for form in ("original", "copy", "link"):
            sent.add_metric([form], sources.deliverer.sent[form])
            size.add_metric([form], sources.deliverer.sent_bytes[form])
        yield sent
        yield size
