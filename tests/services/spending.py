"""Services whose clock and prices a test sets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import Composition, composed
from sandbox.oxen import REFERENCE_TO_VIDEO, SimulatedOxen
from sandbox.timing import QUICK
from sandbox.world import sandbox_settings


@dataclass(slots=True)
class Clock:
    """A clock that a test sets."""

    now: datetime = datetime(2026, 8, 8, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def services(folder: Path, clock: Clock, **settings: Any) -> AsyncIterator[tuple[Composition, SimulatedOxen]]:
    """The bot without its Discord: accepting, asking for prices, and the database."""
    async with SimulatedOxen() as oxen:
        given = sandbox_settings(folder, oxen, quota_daily_seconds=86_400, max_active_jobs_per_user=100, **settings)
        async with composed(given, timing=QUICK, clock=clock) as parts:
            yield parts, oxen


def price(oxen: SimulatedOxen, per_second: object) -> None:
    oxen.models[REFERENCE_TO_VIDEO]["pricing"]["cost_per_second"] = per_second
