"""``BACKUP_DIR`` and ``BACKUP_KEEP``: a backup a night."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.operations.nightly_backups import NightlyBackups
from bot.store.job_store import Store
from sandbox.new_database import place_new_database
from tests.support import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def backups(tmp_path: Path, clock: ManualClock) -> AsyncIterator[NightlyBackups]:
    """The nightly backups of a bot that is running."""
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"))
    yield NightlyBackups(tmp_path / "bot.sqlite3", tmp_path / "backups", clock, keep=3)
    await store.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "backups").iterdir())


def test_the_first_is_made_at_once_and_said(
    tmp_path: Path, backups: NightlyBackups, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    backups.make_due()
    assert names(tmp_path) == ["bot.sqlite3-20260808T120000Z.tar"]
    assert "bot.sqlite3-20260808T120000Z.tar" in caplog.text


@pytest.mark.parametrize(
    ("passed", "count"), [(timedelta(hours=14), 1), (timedelta(hours=15), 2), (timedelta(days=3), 2)]
)
def test_the_next_is_due_at_three_in_the_night(
    tmp_path: Path, backups: NightlyBackups, clock: ManualClock, passed: timedelta, count: int
) -> None:
    backups.make_due()
    clock.now += passed
    backups.make_due()
    backups.make_due()
    assert len(names(tmp_path)) == count


def test_the_newest_are_kept_and_what_is_not_ours_stays(
    tmp_path: Path, backups: NightlyBackups, clock: ManualClock
) -> None:
    (tmp_path / "backups").mkdir()
    theirs = ["bot.sqlite3-20200101T000000Z.tar.gz", "other.sqlite3-20200101T000000Z.tar", "thesis.txt"]
    for name in theirs:
        (tmp_path / "backups" / name).write_text("mine")
    for _ in range(5):
        backups.make_due()
        clock.now += timedelta(days=1)
    assert sorted(set(names(tmp_path)) - set(theirs)) == [
        f"bot.sqlite3-202608{day:02}T120000Z.tar" for day in (10, 11, 12)
    ]
    assert set(theirs) <= set(names(tmp_path))


def test_a_backup_that_fails_removes_no_older_one(tmp_path: Path, backups: NightlyBackups, clock: ManualClock) -> None:
    for _ in range(3):
        backups.make_due()
        clock.now += timedelta(days=1)
    before = names(tmp_path)
    (tmp_path / "bot.sqlite3").rename(tmp_path / "away.sqlite3")
    with pytest.raises(StoreError):
        backups.make_due()
    assert names(tmp_path) == before
    (tmp_path / "away.sqlite3").rename(tmp_path / "bot.sqlite3")


def test_what_a_backup_that_was_killed_left_is_removed(tmp_path: Path, backups: NightlyBackups) -> None:
    left = tmp_path / "backups" / ".bot.sqlite3-20260807T030000Z.tar-abcd_123"
    left.mkdir(parents=True)
    (left / "database.sqlite3").write_text("half")
    backups.make_due()
    assert names(tmp_path) == ["bot.sqlite3-20260808T120000Z.tar"]
