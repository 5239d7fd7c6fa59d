"""The application: composes everything, runs it as sibling services, and shuts it down in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

import aiohttp

from bot.client import VideoBot
from bot.composition.media import web_of
from bot.composition.parts import Parts
from bot.composition.resources import Resources
from bot.config import Settings
from bot.connection import stay_connected
from bot.domain.clock import Clock, utc_now
from bot.domain.picture_addresses import StoredPictureAddress
from bot.errors import StoreError
from bot.health import Heartbeat
from bot.http_calls import HttpCalls
from bot.media.pictures.picture_pool import PicturePool
from bot.media.worker.pool import WorkerPool
from bot.media.worker.workers import Workers
from bot.operations.service_manager import announced
from bot.operations.sources import Sources
from bot.oxen.client import OxenClient
from bot.services.jobs.download import Workspace
from bot.services.ports import Conversations, PictureNormalizer
from bot.services.supervise import supervised
from bot.services.timing import Timing
from bot.store import data_folders
from bot.store.database import Database
from bot.store.job_store import Store
from bot.store.library import LibraryStore
from cogs.ui.texts import Catalogues

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Composition(Parts):
    """The parts of one running bot. The discord client is one of them, the event stream another."""

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
            talking = self._once_logged_in
            mine = [
                tasks.create_task(supervised(talking(services.runner.run), self.timing), name="job-runner"),
                tasks.create_task(supervised(talking(self.jobs.cards.run), self.timing), name="cards"),
                tasks.create_task(
                    supervised(talking(services.waiting_requests.run), self.timing), name="waiting-requests"
                ),
                tasks.create_task(supervised(talking(services.notice_sender.run), self.timing), name="notices"),
                tasks.create_task(supervised(talking(services.joiner.run), self.timing), name="joins"),
                tasks.create_task(supervised(self.jobs.stream.run, self.timing), name="event-stream"),
                tasks.create_task(supervised(services.reconciler.run, self.timing), name="sweep"),
                tasks.create_task(supervised(services.models.run, self.timing), name="models"),
                tasks.create_task(supervised(services.price_monitor.run, self.timing), name="prices"),
                tasks.create_task(supervised(services.charges.run, self.timing), name="charges"),
                tasks.create_task(supervised(services.credit.run, self.timing), name="credit"),
                tasks.create_task(supervised(services.access.run, self.timing), name="access"),
                tasks.create_task(supervised(services.retention.run, self.timing), name="retention"),
                tasks.create_task(supervised(services.picture_storage.run, self.timing), name="kept-pictures"),
                tasks.create_task(supervised(self.operation.job_requests.run, self.timing), name="job-requests"),
                tasks.create_task(supervised(self.operation.start_checks.run, self.timing), name="start-checks"),
                tasks.create_task(supervised(self.operation.alerts.run, self.timing), name="alerts"),
            ]
            if (backups := self.operation.sources.backups) is not None:
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
        await self.jobs.cards.finish(max(0.0, until - loop.time()))

    def _once_logged_in(self, run: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Run a service that talks on Discord: a Discord that is away at the start is no fault of any job."""

        async def wait_and_run() -> None:
            await self.bot.logged_in.wait()
            await run()

        return wait_and_run


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
    opening = _opened(
        settings,
        timing or Timing(),
        clock,
        wrappers or Wrappers(),
        workers,
        normalizer=normalizer,
        catalogues=catalogues,
    )
    async with opening as resources:
        parts = Composition(resources)
        parts.connect()
        await parts.spending.models.load()
        await parts.spending.price_monitor.load()
        yield parts


@asynccontextmanager
async def _opened(
    settings: Settings,
    timing: Timing,
    clock: Clock,
    wrappers: Wrappers,
    workers: Workers | None,
    *,
    normalizer: PictureNormalizer | None,
    catalogues: Catalogues | None,
) -> AsyncIterator[Resources]:
    """Open what reaches outside; close it in reverse afterwards."""
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_path)
        stack.push_async_callback(database.close)
        store = Store(wrappers.database(database), clock)
        work_folder = data_folders.work_folder(settings.database_path)
        workspace = Workspace(work_folder)
        await _prepare_folders(settings, workspace, await LibraryStore(store.database, clock).kept())
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
        pool = WorkerPool(work_folder, encoders=settings.video_workers, workers=workers)
        stack.push_async_callback(pool.close)
        yield Resources(
            settings=settings,
            store=store,
            client=wrappers.client(client),
            workspace=workspace,
            timing=timing,
            clock=clock,
            pool=pool,
            normalizer=normalizer or PicturePool(pool),
            wrap_conversations=wrappers.conversations,
            oxen_calls=oxen_calls,
            catalogues=catalogues,
        )


async def _prepare_folders(settings: Settings, workspace: Workspace, kept: Collection[StoredPictureAddress]) -> None:
    """Prepare the folders beside the database, and take over those of earlier versions: ``kept`` are pictures in use.

    Raises:
        StoreError: they cannot be used.
    """
    try:
        workspace.prepare()
        await asyncio.to_thread(data_folders.take_over, settings.database_path, kept)
    except OSError as error:
        raise StoreError(f"the folders beside it cannot be used ({error.strerror})") from error


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
        _monitored(settings, parts.operation.sources),
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


def _monitored(settings: Settings, sources: Sources) -> AbstractAsyncContextManager[None]:
    """Answer over HTTP while the bot runs, where the settings name a port."""
    if (port := settings.metrics_port) is None:
        return nullcontext()
    from bot.operations.monitoring import monitored  # only here: 4 MB of libraries that few bots need

    return monitored(settings, port, sources)


async def _freeze_heap_once_ready(bot: VideoBot) -> None:
    """Leave code and servers, which stay, out of later garbage collections: one of all took a tenth of a second."""
    await bot.logged_in.wait()
    await bot.wait_for("ready")
    gc.collect()
    gc.freeze()
