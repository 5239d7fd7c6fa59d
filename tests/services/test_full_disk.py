"""A disk that is full: an error with an id, nothing half written, and all is well once there is room again."""

import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.errors import StoreError
from bot.store.job_store import Store
from bot.store.picture_files import PictureFiles
from sandbox.new_database import place_new_database
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.saved_elements import pictures_in, save
from tests.cogs.videos import ask, made
from tests.support import job, picture_bytes, request, text_of, usage_of

POLICY = Policy(daily_seconds=600, max_active=100)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes meanwhile."""
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN, "else the process would be killed"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files_in(folder: Path) -> list[Path]:
    return list((folder / "bot.sqlite3.pictures").glob("*"))


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_picture_that_has_no_room_leaves_nothing_and_fits_later(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "pictures")
    with full_disk(1_000), pytest.raises(OSError, match="File too large"):
        await files.put(b"x" * 5_000, "png")
    assert list((tmp_path / "pictures").iterdir()) == []
    assert await files.get(await files.put(b"x" * 5_000, "png")) == b"x" * 5_000


async def test_a_picture_that_was_there_stays_whole_if_it_cannot_be_written_once_more(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "pictures")
    kept = await files.put(b"x" * 5_000, "png")
    with full_disk(1_000), pytest.raises(OSError, match="File too large"):
        await files.put(b"x" * 5_000, "png")
    assert await files.get(kept) == b"x" * 5_000


async def test_what_the_database_has_no_room_for_is_not_written_and_fits_later(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), lambda: job(1).created_at)
    await store.accept(job(1), POLICY)
    with full_disk((tmp_path / "bot.sqlite3-wal").stat().st_size + 5_000):
        for _ in range(3):
            with pytest.raises(StoreError, match="database refused"):
                await store.accept(job(2, request=request("x" * 50_000)), POLICY)
        assert await store.find(job(2).id) is None
        assert (await usage_of(store, 7, 9, lambda: job(1).created_at)).held == 5
        assert await store.find(job(1).id) is not None
    await store.accept(job(2, request=request("x" * 50_000)), POLICY)
    assert await store.find(job(2).id) is not None
    await store.close()
    assert is_sound(tmp_path / "bot.sqlite3")


@pytest.mark.parametrize("room", [500, 4_000], ids=["for nothing", "for the pictures but not for the database"])
async def test_an_element_that_has_no_room_is_an_error_with_an_id_and_leaves_no_file(
    tmp_path: Path, here: World, room: int
) -> None:
    assert 500 < len(picture_bytes(1)) < 4_000
    with full_disk(room):
        refused = await save(here)
    assert saying("reason.unexpected") in refused
    assert files_in(tmp_path) == []
    assert "Saved @bloxy" in await save(here)
    assert pictures_in(tmp_path) == [picture_bytes(1)]


async def test_a_video_that_has_no_room_is_an_error_with_an_id_and_charges_nothing(tmp_path: Path, here: World) -> None:
    with full_disk(500):
        refused = await ask(here)
    assert saying("reason.unexpected") in text_of(refused.response)
    assert await here.parts.store.unfinished() == []
    assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0
    await ask(here)
    await made(here)
    assert is_sound(tmp_path / "bot.sqlite3")
