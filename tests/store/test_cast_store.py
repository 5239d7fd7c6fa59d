"""What people keep: saved elements, drafts, and the pictures that these use."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.job import JobState
from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.quota import Policy
from bot.domain.request import Element, Picture
from bot.domain.saved_element import SavedElement
from bot.errors import RequestError
from bot.store.job_store import Store
from bot.store.library import LibraryStore
from bot.store.picture_files import PictureFiles
from bot.text import verbatim
from sandbox.new_database import place_new_database
from tests.support import job, picture, request

NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)
ALICE, BOB, HERE, ELSEWHERE = 1, 2, 10, 20


def source(number: int) -> StoredPictureAddress:
    return StoredPictureAddress(digest=f"{number:064x}", ending="png")


def kept(number: int) -> Picture:
    return picture(number, url=str(source(number)))


def saved(name: str, *numbers: int, owner: int = ALICE, guild: int = 0) -> SavedElement:
    front, *angles = map(kept, numbers or (1,))
    return SavedElement(
        name=name,
        owner_id=owner,
        owner_name=f"user {owner}",
        guild_id=guild,
        element=Element(front=front, angles=dict(enumerate(angles, start=1))),
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: NOON)
    yield opened
    await opened.close()


@pytest.fixture
def cast(store: Store) -> LibraryStore:
    return LibraryStore(store.database, lambda: NOON)


async def test_an_element_comes_back_as_it_was_saved(cast: LibraryStore) -> None:
    one = saved("Bloxy", 1, 2, 3, guild=HERE)
    one = replace(one, element=Element(front=kept(1), angles={1: kept(2), 3: kept(3)}))
    await cast.save(one, 20)
    assert await cast.named(ALICE, 0, ["bloxy", "other"]) == {"bloxy": one}


async def test_the_own_ones_come_first_then_those_shared_in_that_server(cast: LibraryStore) -> None:
    for one in (
        saved("zed", owner=BOB, guild=HERE),
        saved("ann", owner=BOB),
        saved("bloxy", owner=BOB, guild=HERE),
        saved("bloxy"),
        saved("far", owner=BOB, guild=ELSEWHERE),
    ):
        await cast.save(one, 20)
    assert [(e.name, e.owner_id) for e in await cast.listed(ALICE, HERE, limit=9)] == [("bloxy", ALICE), ("zed", BOB)]
    assert [e.name for e in await cast.listed(ALICE, 0, limit=9)] == ["bloxy"]
    assert (await cast.named(ALICE, HERE, ["bloxy"]))["bloxy"].owner_id == ALICE
    assert (await cast.named(3, HERE, ["bloxy"]))["bloxy"].owner_id == BOB
    assert await cast.named(3, 0, ["bloxy"]) == {}


async def test_a_name_is_taken_in_every_spelling_and_only_by_whom_it_concerns(cast: LibraryStore) -> None:
    await cast.save(saved("bloxy", guild=HERE), 20)
    with pytest.raises(RequestError, match=r"element\.name_taken.*BLOXY"):
        await cast.save(saved("BLOXY"), 20)
    with pytest.raises(RequestError, match=rf"element\.name_shared.*{ALICE}.*Bloxy"):
        await cast.save(saved("Bloxy", owner=BOB, guild=HERE), 20)
    await cast.save(saved("bloxy", owner=BOB), 20)
    await cast.save(saved("bloxy", owner=3, guild=ELSEWHERE), 20)


async def test_a_shared_element_cannot_be_renamed_into_the_name_of_another(cast: LibraryStore) -> None:
    await cast.save(saved("bloxy", guild=HERE), 20)
    other = saved("rex", owner=BOB, guild=HERE)
    await cast.save(other, 20)
    with pytest.raises(RequestError, match=r"element\.name_shared.*bloxy"):
        await cast.rename(other, "bloxy")
    assert set(await cast.named(BOB, HERE, ["rex"])) == {"rex"}


async def test_what_is_over_the_limit_is_not_written(cast: LibraryStore) -> None:
    await cast.save(saved("one"), 2)
    await cast.save(saved("two"), 2)
    with pytest.raises(RequestError, match=r'element\.too_many.*"count":2,"limit":2'):
        await cast.save(saved("three"), 2)
    assert len(await cast.listed(ALICE, 0, limit=9)) == 2


async def test_an_element_that_is_gone_cannot_be_renamed(cast: LibraryStore) -> None:
    await cast.save(saved("bloxy"), 20)
    await cast.delete(saved("Bloxy"))
    with pytest.raises(RequestError, match=r"element\.gone.*bloxy"):
        await cast.rename(saved("bloxy"), "rex")


async def test_a_draft_survives_a_restart(tmp_path: Path) -> None:
    for expected in ((), (kept(2), kept(1))):
        store = await Store.open(tmp_path / "bot.sqlite3", lambda: NOON)
        cast = LibraryStore(store.database, lambda: NOON)
        assert await cast.draft(ALICE) == expected
        await cast.change_draft(ALICE, lambda draft: (*draft, kept(2), kept(1)))
        assert await cast.draft(BOB) == ()
        await store.close()


async def test_a_change_that_is_refused_leaves_the_draft_as_it_was(cast: LibraryStore) -> None:
    def refuse(_: object) -> tuple[Picture, ...]:
        raise RequestError(verbatim("no"))

    await cast.change_draft(ALICE, lambda _: (kept(1),))
    with pytest.raises(RequestError):
        await cast.change_draft(ALICE, refuse)
    assert await cast.draft(ALICE) == (kept(1),)


async def test_pictures_are_in_use_by_elements_and_drafts(cast: LibraryStore) -> None:
    await cast.save(saved("bloxy", 1, 2), 20)
    await cast.change_draft(BOB, lambda _: (kept(2), kept(3)))
    assert await cast.kept() == {source(1), source(2), source(3)}
    await cast.delete(saved("bloxy"))
    assert await cast.kept() == {source(2), source(3)}


async def test_pictures_are_in_use_by_a_job_until_they_are_on_its_board(store: Store, cast: LibraryStore) -> None:
    one = job(1, request=request(images={1: kept(1)}), created_at=NOON - timedelta(days=9))
    await store.accept(one, Policy(daily_seconds=60, max_active=9))
    assert await cast.kept() == {source(1)}
    await store.move(one, JobState.PREPARED, "test", board={"image1": "board:1/2/x.png"})
    assert await cast.kept() == set()


async def test_a_job_that_failed_before_its_board_keeps_its_pictures_for_a_day(
    store: Store, cast: LibraryStore
) -> None:
    for number, age in ((1, timedelta(hours=23)), (2, timedelta(hours=25))):
        one = job(number, request=request(images={1: kept(number)}), created_at=NOON - age)
        await store.accept(one, Policy(daily_seconds=60, max_active=9))
        await store.move(one, JobState.FAILED, "test")
    assert await cast.kept() == {source(1)}


async def test_only_what_is_wanted_stays_in_the_folder(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "pictures")
    assert await files.keep_only([]) == 0
    one, two = await files.put(b"one", "png"), await files.put(b"two", "jpg")
    (tmp_path / "pictures" / f"{0:064x}.part").write_bytes(b"x")
    assert await files.keep_only([two]) == 2
    assert await files.get(one) is None
    assert await files.get(two) == b"two"
