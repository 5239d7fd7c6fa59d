"""Names of saved elements without their pictures: what is offered while somebody types, and what comes close."""

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.clock import utc_now
from bot.domain.saved_element import name_key
from bot.store.database import Database
from bot.store.json_columns import dump_picture
from bot.store.library import LibraryStore
from sandbox.new_database import place_new_database
from tests.support import picture

ALICE, BOB, HERE, ELSEWHERE = 1, 2, 10, 20


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[LibraryStore]:
    database = await Database.open(place_new_database(tmp_path / "bot.sqlite3"))
    yield LibraryStore(database, utc_now)
    await database.close()


def keep(folder: Path, names: Iterable[str], *, owner: int = BOB, guild: int = HERE) -> None:
    """Have somebody keep elements of two views, shared in a server unless that is 0."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        for name in names:
            one = connection.execute(
                "INSERT INTO saved_elements (user_id, user_name, guild_id, name, name_key, created_at)"
                " VALUES (?, ?, ?, ?, ?, 0)",
                (owner, f"user {owner}", guild, name, name_key(name)),
            ).lastrowid
            views = [(one, angle, dump_picture(picture(angle))) for angle in range(2)]
            connection.executemany("INSERT INTO saved_views VALUES (?, ?, ?)", views)
        connection.commit()


async def offered(cast: LibraryStore, typed: str = "", *, own: bool = False, limit: int = 25) -> list[str]:
    found = await cast.listed(ALICE, HERE, typed=name_key(typed), own=own, limit=limit)
    return [one.name for one in found]


async def test_ones_own_come_first_each_with_whose_it_is_and_how_many_views_it_has(
    cast: LibraryStore, tmp_path: Path
) -> None:
    keep(tmp_path, ["Ant", "zebra"])
    keep(tmp_path, ["moth"], owner=ALICE, guild=0)
    found = await cast.listed(ALICE, HERE, limit=25)
    assert [(one.name, one.owner_id, one.owner_name, one.is_shared, one.views) for one in found] == [
        ("moth", ALICE, "user 1", False, 2),
        ("Ant", BOB, "user 2", True, 2),
        ("zebra", BOB, "user 2", True, 2),
    ]
    assert await cast.count(ALICE, HERE) == 3


async def test_what_is_typed_is_looked_for_letter_by_letter_and_nothing_in_it_is_a_pattern(
    cast: LibraryStore, tmp_path: Path
) -> None:
    keep(tmp_path, ["red_ox", "redrox", "Ärger", "r-x"])
    assert await offered(cast, "RED_O") == ["red_ox"]
    assert await offered(cast, "ÄRG") == ["Ärger"]
    assert await offered(cast, "%") == []
    assert await offered(cast, "_") == ["red_ox"]


async def test_a_name_is_offered_once_and_stands_for_ones_own(cast: LibraryStore, tmp_path: Path) -> None:
    keep(tmp_path, ["Bloxy", "rex"])
    keep(tmp_path, ["bloxy"], owner=ALICE, guild=0)
    assert await offered(cast) == ["bloxy", "rex"]
    assert await offered(cast, own=True) == ["bloxy"]


async def test_what_others_keep_for_themselves_or_share_elsewhere_is_not_offered(
    cast: LibraryStore, tmp_path: Path
) -> None:
    keep(tmp_path, ["secret"], guild=0)
    keep(tmp_path, ["far"], guild=ELSEWHERE)
    assert await offered(cast) == []
    assert await cast.listed(ALICE, 0, limit=25) == []
    assert await cast.count(ALICE, HERE) == await cast.count(ALICE, 0) == 0


@pytest.mark.slow
async def test_of_thousands_only_the_first_are_read_and_all_are_counted(cast: LibraryStore, tmp_path: Path) -> None:
    keep(tmp_path, [f"n{number}x" for number in range(2_000)])
    assert len(await offered(cast, "n1")) == 25
    assert await cast.count(ALICE, HERE) == 2_000


@pytest.mark.slow
async def test_of_thousands_the_names_that_a_mistyped_one_likely_means_are_found(
    cast: LibraryStore, tmp_path: Path
) -> None:
    keep(tmp_path, [f"bl{number:04}" for number in range(2_000)])
    keep(tmp_path, ["bloxy", "b"])
    keep(tmp_path, ["blixo"], owner=ALICE, guild=0)
    for typed in ("bloxi", "blxy", "bloxyy", "bolxy", "bloxy"):
        near = await cast.near(ALICE, HERE, [typed])
        assert {"bloxy", "blixo"} <= near
        assert len(near) <= 21


async def test_names_of_others_or_of_elsewhere_are_near_to_nothing(cast: LibraryStore, tmp_path: Path) -> None:
    keep(tmp_path, ["bloxy"], guild=0)
    keep(tmp_path, ["bloxa"], guild=ELSEWHERE)
    assert await cast.near(ALICE, HERE, ["bloxi"]) == set()
    assert await cast.near(ALICE, 0, ["bloxi"]) == set()
