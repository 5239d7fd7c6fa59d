"""Metrics and health over HTTP: ``/metrics`` for Prometheus, ``/healthz`` and ``/readyz`` for what restarts things."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.config import Settings
from bot.errors import SettingsError, StoreError
from bot.operations.alerts.conditions import LEAST_FREE_BYTES
from bot.operations.metrics import Metrics
from bot.operations.nightly_backups import NightlyBackups
from bot.operations.sources import Sources
from bot.store.figures import read_figures

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Monitor:
    """Answers the three addresses."""

    settings: Settings
    sources: Sources
    metrics: Metrics

    async def show_metrics(self, _request: web.Request) -> web.Response:
        """Everything that is counted."""
        try:
            figures = await read_figures(self.sources.store.database, self.sources.clock)
        except StoreError as error:
            return web.Response(status=503, text=f"The database did not answer: {error}\n")
        newest = await asyncio.to_thread(_newest, self.sources.backups)
        text = self.metrics.render(
            figures,
            database_bytes=_size(self.settings.database_path),
            free_bytes=_free_bytes(self.settings.database_path),
            newest_backup=newest,
            now=self.sources.clock().timestamp(),
        )
        return web.Response(body=text, headers={"Content-Type": _TEXT})

    async def show_alive(self, _request: web.Request) -> web.Response:
        """That the process answers."""
        return web.Response(text="ok\n")

    async def show_ready(self, _request: web.Request) -> web.Response:
        """Whether everything that a video needs is there; 503 where something is not."""
        checks = {
            "discord": self.sources.bot.shard_status.all_connected,
            "stream": self.sources.stream.connected,
            "database": await self._answers(),
            "disk": _free_bytes(self.settings.database_path) >= LEAST_FREE_BYTES,
        }
        ready = all(checks.values())
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def _answers(self) -> bool:
        try:
            await read_figures(self.sources.store.database, self.sources.clock)
        except StoreError:
            return False
        return True


@asynccontextmanager
async def monitored(settings: Settings, port: int, sources: Sources) -> AsyncIterator[None]:
    """Answer over HTTP on a port while the bot runs.

    Raises:
        SettingsError: the port cannot be listened on.
    """
    monitor = _Monitor(settings=settings, sources=sources, metrics=Metrics(sources))
    application = web.Application()
    application.add_routes(
        [
            web.get("/metrics", monitor.show_metrics),
            web.get("/healthz", monitor.show_alive),
            web.get("/readyz", monitor.show_ready),
        ]
    )
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    lag = asyncio.create_task(monitor.metrics.measure_lag(), name="event-loop-lag")
    try:
        try:
            await web.TCPSite(runner, settings.metrics_host, port).start()
        except OSError as error:
            address = f"{settings.metrics_host}:{port}"
            raise SettingsError(
                f"METRICS_PORT: {address} cannot be listened on ({error.strerror}). Name another port."
            ) from error
        yield
    finally:
        lag.cancel()
        await asyncio.wait({lag})
        await runner.cleanup()


def _newest(backups: NightlyBackups | None) -> float:
    try:
        newest = None if backups is None else backups.newest()
    except OSError:
        newest = None
    return 0.0 if newest is None else newest.timestamp()


def _size(database: Path) -> int:
    """Bytes of the database and its write-ahead log."""
    return sum(
        path.stat().st_size for end in ("", "-wal") if (path := database.with_name(database.name + end)).exists()
    )


def _free_bytes(database: Path) -> int:
    return shutil.disk_usage(database.parent).free
