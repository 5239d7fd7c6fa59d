"""Jobs old enough to be forgotten."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.services.retention import Retention
from bot.store.erasure import ErasureStore
from bot.store.job_store import Store
from bot.store.pending_requests import PendingRequestStore
from bot.store.quota import QuotaStore
from sandbox.new_database import place_new_database
from tests.support import job, request

POLICY = Policy(daily_seconds=600, max_active=100)


TO_DELIVERING = (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING)


@dataclass(slots=True)
class Kept:
    """A store, what removes things from it, and a clock that a test sets."""

    store: Store
    accounts: QuotaStore
    retention: Retention
    folder: Path
    now: datetime

    async def job(self, number: int, *, ends: bool = True, user: int = 7) -> Job:
        """A job that was asked for now, and delivered and told if it ends."""
        asked = job(number, user_id=user, created_at=self.now, updated_at=self.now, request=request(f"secret {number}"))
        await self.store.accept(asked, POLICY)
        current = await self.store.job(asked.id)
        if ends:
            for state in TO_DELIVERING:
                current = await self.store.move(current, state, "test")
            current = await self.store.deliver(current, "sent", message_id=5)
        return current

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "bot.sqlite3")) as connection:
            return connection.execute(sql).fetchall()

    def says(self, word: str) -> bool:
        """Whether any text in any table has a word."""
        with closing(sqlite3.connect(self.folder / "bot.sqlite3")) as connection:
            return any(word in line for line in connection.iterdump())


async def nothing_to_tidy() -> None:
    """There are no files here."""


@asynccontextmanager
async def kept(folder: Path, days: int = 90) -> AsyncIterator[Kept]:
    """An empty store on the eighth of August."""
    here: list[Kept] = []
    store = await Store.open(place_new_database(folder / "bot.sqlite3"), lambda: here[0].now)
    erasure = ErasureStore(store.database, lambda: here[0].now)
    here.append(
        Kept(
            store=store,
            accounts=QuotaStore(store.database, lambda: here[0].now),
            retention=Retention(
                erasure,
                PendingRequestStore(store.database, lambda: here[0].now),
                nothing_to_tidy,
                lambda: here[0].now,
                days=days,
            ),
            folder=folder,
            now=datetime(2026, 8, 8, 12, tzinfo=UTC),
        )
    )
    try:
        yield here[0]
    finally:
        await store.close()
