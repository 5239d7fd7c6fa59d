"""A database as the last release left it, in the middle of an evening, is brought up to date with all that is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from bot.domain.job import JobState
from bot.store.database import migrations
from bot.store.job_store import Store
from bot.store.library import LibraryStore
from bot.text import Quote, dump_text, text
from cogs.ui.texts import ENGLISH

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))
ALICE, SERVER = 1575266352367665154, 1575266352367665152
TOTALS = "SELECT period, held, used, micros_held, micros_used FROM user_totals ORDER BY period"


def unpack(release: Path, folder: Path) -> Path:
    """The database of a release, as a file."""
    path = folder / "bot.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(release.read_text(encoding="utf-8"))
    return path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(sql))


@pytest.fixture(params=RELEASES, ids=lambda release: release.stem)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(request.param, tmp_path)


async def test_it_is_brought_up_to_date_and_keeps_every_job_and_every_total(database: Path) -> None:
    before = rows(database, TOTALS)
    ledger = rows(database, "SELECT job_id, kind, seconds, micros FROM ledger ORDER BY id")
    store = await Store.open(database)
    unfinished = await store.unfinished()
    recent = await store.recent(ALICE, SERVER, 10)
    await store.close()
    assert rows(database, "PRAGMA user_version") == [(migrations()[-1][0],)]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    assert rows(database, "PRAGMA foreign_key_check") == []
    assert rows(database, TOTALS) == before
    assert rows(database, "SELECT job_id, kind, seconds, micros FROM ledger ORDER BY id") == ledger
    assert [job.state for job in unfinished] == [JobState.RUNNING, JobState.RUNNING]
    assert len(recent) == 4
    assert {job.request.prompt for job in recent} == {
        f"The ox of @Image1 {w}" for w in ("dances", "sleeps", "walks", "runs")
    }


async def test_what_it_sent_to_oxen_is_still_found_by_its_addresses(database: Path) -> None:
    addresses = rows(database, "SELECT json_extract(generation_request, '$.input_image[0]') FROM jobs")
    store = await Store.open(database)
    sent = [job.generation_request for job in await store.unfinished()]
    await store.close()
    assert len(sent) == 2
    for request in sent:
        assert request is not None
        assert request.model == "kling-video-o1-reference-to-video"
        assert request.image_urls & {address for (address,) in addresses}


async def test_what_was_in_the_making_can_end_and_is_settled_once(database: Path) -> None:
    store = await Store.open(database)
    for job in await store.unfinished():
        moved = await store.move(job, JobState.DELIVERING, "Oxen finished it")
        await store.deliver(moved, "the video was sent", message_id=1)
    assert await store.unfinished() == []
    await store.close()
    assert {(held, used) for _, held, used, _, _ in rows(database, TOTALS)} == {(0, 20)}


async def test_saved_elements_are_still_there(database: Path) -> None:
    store = await Store.open(database)
    found = await LibraryStore(store.database, utc_now).named(ALICE, 0, ["bloxy"])
    await store.close()
    assert list(found) == ["bloxy"]


@pytest.mark.parametrize("old", ["reason.made_no_picture", "reason.made_no_picture_unsaid"])
async def test_why_an_earlier_version_made_no_picture_is_still_said(database: Path, old: str) -> None:
    stored = dump_text(text(old, said=Quote("too dark")))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE jobs SET reason = ?", (stored,))
    store = await Store.open(database)
    [first, *_] = await store.recent(ALICE, SERVER, 10)
    await store.close()
    assert first.reason is not None
    assert ENGLISH.render(first.reason).startswith("Oxen couldn't make this picture")
