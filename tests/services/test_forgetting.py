"""What somebody asks to have deleted goes at once and for good, whatever comes between."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.prompt_checks import PendingRequest
from bot.domain.saved_element import SavedElement
from bot.errors import StoreError
from bot.store.library import LibraryStore
from bot.store.pending_requests import PendingRequestStore
from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.saved_elements import answer, bob_in, element, pictures_in, save
from tests.cogs.videos import made
from tests.services.retention import Kept, kept
from tests.support import element as pictures_of
from tests.support import picture, private, request, text_of


def says(folder: Path, word: str) -> list[str]:
    """Which files of the database have a word somewhere in their bytes."""
    return sorted(
        path.name for path in folder.glob("bot.sqlite3*") if path.is_file() and word.encode() in path.read_bytes()
    )


async def collect(here: Kept, name: str, user: int = 7) -> None:
    """An element, a draft and a request that waits, each with a name in it."""
    cast = LibraryStore(here.store.database, lambda: here.now)
    saved = SavedElement(name=name, owner_id=user, owner_name="ada", guild_id=9, element=pictures_of(1))
    await cast.save(saved, 20)
    await cast.change_draft(user, lambda _: (picture(filename=f"{name}.png"),))
    await ask_about(here, name, user)


async def ask_about(here: Kept, name: str, user: int = 7) -> None:
    waiting = PendingRequest(
        id=f"{name:0>16}", user_id=user, request=request(name), use=None, asked=False, asked_at=here.now
    )
    await PendingRequestStore(here.store.database, lambda: here.now).keep(waiting)


@contextmanager
def refusing(folder: Path, table: str) -> Iterator[None]:
    """A database that deletes nothing from one table meanwhile."""
    with closing(sqlite3.connect(folder / "bot.sqlite3", isolation_level=None)) as connection:
        connection.execute(f"CREATE TRIGGER no BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END")
        yield
        connection.execute("DROP TRIGGER no")


async def test_a_request_asked_about_after_the_deletion_keeps_its_buttons(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await here.retention.forget(7)
        here.now += timedelta(days=2)
        await ask_about(here, "later")
        await here.retention.reconcile()
        assert here.says("later")


async def test_what_was_collected_goes_and_what_others_collected_stays(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await collect(here, "bloxy")
        await collect(here, "rex", user=8)
        await here.retention.forget(7)
        assert not here.says("bloxy")
        for table in ("saved_elements", "drafts", "pending_requests"):
            assert here.rows(f"SELECT user_id FROM {table}") == [(8,)]


async def test_what_was_collected_after_the_deletion_stays(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await here.retention.forget(7)
        await collect(here, "bloxy")
        await here.retention.reconcile()
        for table in ("saved_elements", "drafts", "pending_requests"):
            assert here.rows(f"SELECT user_id FROM {table}") == [(7,)]


@pytest.mark.parametrize("table", ["jobs", "job_history"])
async def test_a_deletion_that_breaks_halfway_is_taken_up_by_itself(tmp_path: Path, table: str) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await collect(here, "bloxy")
        with refusing(tmp_path, table):
            with pytest.raises(StoreError):
                await here.retention.forget(7)
            assert not here.says("bloxy")
            assert here.says("secret 1")
        await here.retention.reconcile()
        assert not here.says("secret 1")


@pytest.mark.parametrize("table", ["saved_elements", "drafts", "pending_requests"])
async def test_a_deletion_that_breaks_at_once_deletes_nothing(tmp_path: Path, table: str) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await collect(here, "bloxy")
        before = here.rows("SELECT * FROM saved_elements, drafts, pending_requests, jobs")
        with refusing(tmp_path, table), pytest.raises(StoreError):
            await here.retention.forget(7)
        assert before
        assert here.rows("SELECT * FROM saved_elements, drafts, pending_requests, jobs") == before
        assert here.rows("SELECT * FROM erasures") == []


async def test_a_deleted_prompt_is_in_no_file_while_the_bot_runs_on(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await here.job(2, user=8)
        await collect(here, "bloxy")
        assert says(tmp_path, "secret 1")
        await here.retention.forget(7)
        assert says(tmp_path, "secret 1") == []
        assert says(tmp_path, "bloxy") == []
        assert says(tmp_path, "secret 2")


async def test_an_old_prompt_is_in_no_file_after_it_was_removed(tmp_path: Path) -> None:
    async with kept(tmp_path, days=30) as here:
        await here.job(1)
        here.now += timedelta(days=31)
        await here.job(2)
        assert await here.retention.reconcile() == 1
        assert says(tmp_path, "secret 1") == []
        assert says(tmp_path, "secret 2")


async def test_a_deletion_beside_somebody_who_reads_succeeds_and_the_next_sweep_empties_the_log(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as backup:
            backup.execute("BEGIN")
            backup.execute("SELECT count(*) FROM jobs").fetchall()
            assert await here.retention.forget(7) == 0
            await here.job(2)  # the bot is not held up
            assert says(tmp_path, "secret 1")
        await here.retention.reconcile()
        assert says(tmp_path, "secret 1") == []


async def test_a_deletion_that_takes_long_is_answered_first_and_told_when_it_is_done(
    tmp_path: Path, here: World
) -> None:
    await save(here)
    shown = await here.alice.slash(here.channel, "privacy")
    asked = await here.alice.click(shown.response, label="Delete my data")
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")  # nothing can be written meanwhile
        clicking = asyncio.create_task(here.alice.click(asked.response, label=ENGLISH("answer.privacy.confirm")))
        await here.until(lambda: any(one.loading for one in here.env.backend.interactions.values()))
        assert pictures_in(tmp_path) != []
    deleted = await clicking
    assert answer(deleted).startswith("Deleted your prompts")
    assert pictures_in(tmp_path) == []
    assert "bloxy" not in await element(here, "list")


@pytest.mark.slow
async def test_the_request_of_somebody_else_does_not_keep_the_name_of_whose_element_it_used(
    tmp_path: Path, here: World
) -> None:
    await save(here, share=True)
    bob = bob_in(here)
    question = private(await bob.slash(here.channel, "video", prompt="@bloxy dances"))
    await bob.click(question, label=ENGLISH("answer.use_it"))
    await made(here)
    shown = await here.alice.slash(here.channel, "privacy")
    asked = await here.alice.click(shown.response, label="Delete my data")
    await here.alice.click(asked.response, label=ENGLISH("answer.privacy.confirm"))
    assert "of others" not in text_of(shown.response)
    [job] = await here.parts.store.unfinished()
    assert job.request.elements[1].front.filename.startswith("bloxy-front")
    assert says(tmp_path, "alice") == []
