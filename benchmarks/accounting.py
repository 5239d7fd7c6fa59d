"""What accepting a job and reading a month's usage cost, with a million ledger rows of ten thousand users in the file.

python -m benchmarks.accounting [rows] [users]
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.domain.actor import Actor
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.job import Job, JobState
from bot.domain.money import micros
from bot.domain.policy import Level, Policy, Rule
from bot.domain.request import Picture, VideoRequest
from bot.domain.usage import Span
from bot.store.admin import AdminStore, AuditEntry
from bot.store.job_store import Store
from bot.store.json_columns import dump_request, to_millis
from bot.store.quota import QuotaStore
from bot.store.sql.admission import Admission
from bot.text import verbatim

NOW = datetime(2026, 8, 28, 12, tzinfo=UTC)
GUILD = 1
PRICE = 112_000
ACCEPTS = 500
PICTURE = Picture(url="https://cdn.example/1/2/ox.png", filename="ox.png", content_type="image/png", size=20_000)
REQUEST = VideoRequest(prompt="The ox of @Image1 dances", images={1: PICTURE}, elements={})


def history(rows: int, users: int) -> Iterator[tuple[str, int, datetime, str]]:
    """Jobs of the last two months of one server: id, user, when, how it ended. Two ledger rows each."""
    rng = random.Random(1)
    for number in range(rows // 2):
        at = NOW - timedelta(seconds=rng.randrange(58 * 86_400))
        yield f"{number:016x}", 1_000 + rng.randrange(users), at, rng.choice(("settle", "settle", "settle", "release"))


def fill(path: Path, rows: int, users: int) -> None:
    """Write that history, through the triggers that keep the totals."""
    request = dump_request(REQUEST)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for job_id, user, at, end in history(rows, users):
            day, millis = at.date().isoformat(), to_millis(at)
            state = "delivered" if end == "settle" else "failed"
            connection.execute(
                "INSERT INTO jobs (id, user_id, guild_id, channel_id, state, request, seconds, price_micros,"
                " created_at, updated_at, outcome_message_id) VALUES (?, ?, ?, 3, ?, ?, 5, ?, ?, ?, 1)",
                (job_id, user, GUILD, state, request, PRICE, millis, millis),
            )
            for kind, cause in (("reserve", None), (end, "failed" if end == "release" else None)):
                connection.execute(
                    "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, utc_day, seconds, micros, cause, at)"
                    " VALUES (?, ?, ?, ?, ?, ?, 5, ?, ?, ?)",
                    (job_id, kind, user, GUILD, day, day, PRICE * 5, cause, millis),
                )
        connection.execute("COMMIT")


def new_job(number: int, user: int) -> Job:
    """A job that is asked for now."""
    return Job(
        id=f"f{number:015x}",
        user_id=user,
        guild_id=GUILD,
        channel_id=3,
        state=JobState.ACCEPTED,
        request=REQUEST,
        seconds=5,
        price_micros=PRICE,
        created_at=NOW,
        updated_at=NOW,
    )


async def measure(path: Path, users: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each accept, each usage report, each ``/quota``."""
    store = await Store.open(path, lambda: NOW)
    accounts, admin = QuotaStore(store.database, lambda: NOW), AdminStore(store.database, lambda: NOW)
    entry = AuditEntry(guild_id=GUILD, by=1, action="bench", sentence=verbatim("set things up."))
    budget = {"budget_day": micros(Decimal(1_000_000)), "budget_month": micros(Decimal(10_000_000))}
    await admin.change_server({"time_zone": "Europe/Berlin", **budget}, entry)
    for role in range(10):
        rule = Rule(daily_seconds=600 + role, monthly_seconds=6_000)
        await admin.change_rule(GUILD, Level.ROLE, role + 50, lambda _old, new=rule: new, lambda _rule: entry)  # type: ignore[misc]
    for user in range(1_000, 1_000 + ACCEPTS):
        await admin.grant(user, 60, None, entry)
    policy = Policy(daily_seconds=60, max_active=100)
    ceilings = Ceilings(
        budget=Budget(day=micros(Decimal(10**6)), month=micros(Decimal(10**6))),
        share_per_day=micros(Decimal(10**6)),
        person_seconds=1_000_000,
    )
    asking = Admission(
        actor=Actor(user_id=1_000, guild_id=GUILD, channel_id=5, role_ids=range(50, 60)), ceilings=ceilings
    )
    rng = random.Random(2)
    accepts, reports, quotas = [], [], []
    for number in range(ACCEPTS):
        job = new_job(number, 1_000 + rng.randrange(users))
        begun = time.perf_counter()
        await store.accept(job, policy, asking)
        accepts.append((time.perf_counter() - begun) * 1_000)
    for _ in range(10):
        begun = time.perf_counter()
        report = await accounts.usage(GUILD, Span.MONTH)
        reports.append((time.perf_counter() - begun) * 1_000)
    assert len(report.users) > users // 2
    for number in range(100):
        begun = time.perf_counter()
        await accounts.quota(1_000 + number, GUILD, range(50, 60), policy)
        await accounts.lines(1_000 + number, GUILD, 10)
        quotas.append((time.perf_counter() - begun) * 1_000)
    await store.close()
    return accepts, reports, quotas


def say(name: str, times: list[float]) -> None:
    """One line of the result."""
    ordered = sorted(times)
    late = ordered[int(len(ordered) * 0.95)]
    print(f"{name:<24} median {statistics.median(times):8.2f} ms   95 % {late:8.2f} ms   ({len(times)} times)")


def main(rows: int = 1_000_000, users: int = 10_000) -> None:
    """Fill a file, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.sqlite3"
        asyncio.run(_create(path))
        begun = time.perf_counter()
        fill(path, rows, users)
        size = path.stat().st_size / 1024 / 1024
        print(f"{rows:,} ledger rows of {users:,} users: {size:.0f} MB, {time.perf_counter() - begun:.0f} s to write")
        accepts, reports, quotas = asyncio.run(measure(path, users))
        say("accept a job", accepts)
        say("usage of a month", reports)
        say("/quota", quotas)


async def _create(path: Path) -> None:
    await (await Store.open(path)).close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
