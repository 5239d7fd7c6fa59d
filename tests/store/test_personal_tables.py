"""Every table that has somebody's id in it: whether it is exported and forgotten was decided for each."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.domain.clock import utc_now
from bot.store.erasure import _COLLECTED
from bot.store.job_store import Store
from bot.store.personal_data import _QUERIES, PersonalDataStore
from sandbox.new_database import place_new_database

PERSON: Final = re.compile(r"(?:user|owner|subject)_id|by_user|given_by")
NOT_EXPORTED: Final = {
    "user_totals": "sums of the ledger, which is exported",
    "person_totals": "sums of the ledger, which is exported",
    "request_origins": "whose pictures are in somebody's request; theirs are in the request itself",
    "operator_state": "who paused the bot: the operator",
}
FORGOTTEN_ELSEWHERE: Final = {
    "jobs": "removed once they are over",
    "joins": "go at once, with the reports about them",
    "ledger": "loses the name once its month is over",
    "user_totals": "lose the name once their month is over",
    "person_totals": "go once their month is over",
    "request_origins": "go with the jobs",
    "policies": "go, but for a block",
    "grants": "lose the name",
    "audit": "loses the name",
    "erasures": "go once nothing bears the name any more",
}
KEPT: Final = {"bans": "the operator's: forgetting is no way around one", "operator_state": "the operator's"}


async def personal_tables(folder: Path) -> set[str]:
    """The tables with a column for somebody's id."""
    store = await Store.open(place_new_database(folder / "bot.sqlite3"))
    await store.close()
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table
            for table in tables
            if any(PERSON.fullmatch(row[1]) for row in connection.execute(f"PRAGMA table_info({table})"))
        }


async def test_each_is_in_the_export_or_says_why_not(tmp_path: Path) -> None:
    exported = {name for sql in _QUERIES.values() for name in re.findall(r"(?:FROM|JOIN) (\w+)", sql)}
    assert await personal_tables(tmp_path) - exported == NOT_EXPORTED.keys()


async def test_each_is_forgotten_or_says_why_not(tmp_path: Path) -> None:
    assert await personal_tables(tmp_path) == {*_COLLECTED, *FORGOTTEN_ELSEWHERE, *KEPT}


async def test_every_part_of_the_export_can_be_read(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"))
    exported = await PersonalDataStore(store.database, utc_now).export(7)
    await store.close()
    assert {name for name, value in exported.items() if value == []} == _QUERIES.keys()
