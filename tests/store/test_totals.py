"""What the database itself keeps right about totals and grants, also for a file from before there were any."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.job import JobState
from bot.domain.policy import Policy
from bot.domain.quota import Tally
from bot.domain.usage import Span
from bot.errors import QuotaError
from bot.store.admin import AdminStore, AuditEntry
from bot.store.database import migrations
from bot.store.job_store import Store
from bot.store.json_columns import dump_request
from bot.store.quota import QuotaStore
from bot.text import verbatim
from sandbox.new_database import place_new_database
from tests.support import job, request

NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)
POLICY = Policy(daily_seconds=30, max_active=9)


def first_version(path: Path) -> None:
    """A file as the first version wrote it: a delivered, a failed, a cancelled and a running job."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(migrations()[0][1])
        connection.execute("PRAGMA user_version = 1")
        ends = (("delivered", "settle"), ("failed", "release"), ("cancelled", "release"), ("running", None))
        for number, (state, end) in enumerate(ends, start=1):
            connection.execute(
                "INSERT INTO jobs (id, user_id, guild_id, channel_id, state, request, seconds, created_at, updated_at)"
                " VALUES (?, 7, 9, 11, ?, ?, 5, 0, 0)",
                (f"{number:016x}", state, dump_request(request())),
            )
            for kind in ("reserve", end):
                if kind is not None:
                    connection.execute(
                        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, seconds, at)"
                        " VALUES (?, ?, 7, 9, '2026-08-08', 5, 0)",
                        (f"{number:016x}", kind),
                    )
        connection.commit()


async def test_a_file_of_the_first_version_keeps_its_books(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    first_version(path)
    store = await Store.open(place_new_database(path), lambda: NOON)
    view = await QuotaStore(store.database, lambda: NOON).quota(7, 9, (), POLICY)
    assert view.standing.day == view.standing.month == Tally(used=5, held=5)
    await store.move(await store.job(job(4).id), JobState.CANCELLED, "test")
    [row] = await store.database.rows("SELECT * FROM server_totals WHERE period = '2026-08-08'")
    assert (row["jobs"], row["failed"], row["cancelled"], row["held"], row["used"]) == (4, 1, 2, 0, 5)
    assert [r[0] for r in await store.database.rows("SELECT cause FROM ledger WHERE kind = 'release' ORDER BY id")] == [
        "failed",
        "cancelled",
        "cancelled",
    ]
    await store.close()


async def test_a_grant_cannot_be_overdrawn_by_the_database_itself(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: NOON)
    entry = AuditEntry(guild_id=9, by=1, action="grant", sentence=verbatim("granted."))
    await AdminStore(store.database, lambda: NOON).grant(7, 10, None, entry)
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as connection:
        connection.execute("INSERT INTO grant_uses VALUES ('a', 1, 6)")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("INSERT INTO grant_uses VALUES ('b', 1, 5)")
        for sql in ("DELETE FROM grant_uses", "UPDATE grant_uses SET seconds = 1"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(sql)
    await store.close()


async def test_a_grant_that_expired_pays_nothing_more(tmp_path: Path) -> None:
    now = [NOON]
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: now[0])
    admin = AdminStore(store.database, lambda: now[0])
    entry = AuditEntry(guild_id=9, by=1, action="grant", sentence=verbatim("granted."))
    await admin.grant(7, 10, NOON + timedelta(hours=1), entry)
    nothing = Policy(daily_seconds=0, max_active=9)
    await store.accept(job(1), nothing)
    now[0] += timedelta(hours=1)
    with pytest.raises(QuotaError):
        await store.accept(job(2), nothing)
    await store.close()


async def test_what_admins_did_cannot_be_rewritten(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: NOON)
    entry = AuditEntry(guild_id=9, by=1, action="block", sentence=verbatim("blocked <@7>."))
    await AdminStore(store.database, lambda: NOON).allow_channel(11, entry)
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as connection:
        for sql in ("DELETE FROM audit", "UPDATE audit SET sentence = 'nothing'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(sql)
    assert await QuotaStore(store.database, lambda: NOON).audit(9, 5) == [(NOON, 1, "block", verbatim("blocked <@7>."))]
    await store.close()


async def test_a_month_by_model_has_every_job_of_the_month_also_where_today_came_again(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: NOON)
    admin = AdminStore(store.database, lambda: NOON)
    entry = AuditEntry(guild_id=9, by=1, action="time zone", sentence=verbatim("changed."))
    await admin.change_server({"time_zone": "Pacific/Kiritimati"}, entry)  # it is the 9th there, and then the 8th again
    await store.accept(job(1), POLICY)
    await admin.change_server({"time_zone": "America/Los_Angeles"}, entry)
    report = await QuotaStore(store.database, lambda: NOON).usage(9, Span.MONTH)
    assert report.total.jobs == sum(one.sums.jobs for one in report.models) == 1
    await store.close()
