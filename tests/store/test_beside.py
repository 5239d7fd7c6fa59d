"""What lies beside the database: the bot takes away files of its own making, and nobody else's."""

from pathlib import Path

import pytest

from bot.app import composed
from bot.domain.clock import utc_now
from bot.errors import StoreError
from bot.services.jobs.download import Workspace
from bot.store.job_store import Store
from bot.store.library import LibraryStore
from bot.store.picture_files import PictureFiles
from sandbox.new_database import place_new_database
from sandbox.oxen import SimulatedOxen
from sandbox.world import sandbox_settings
from tests.support import job, picture

OURS_AT_WORK = (
    f"{1:016x}-original.mp4",
    f"{2:016x}-8000.mp4.part",
    f"{4:016x}-original.picture",
    f"{4:016x}-8000.png",
    f"{5:016x}-8000.webp",
    f"{6:016x}-part-2.mp4",
    f"{6:016x}-joined-8000.mp4",
    f"scratch-{3:016x}.mp4",
    f"scratch-{3:016x}.mp4.part",
)
OURS_KEPT = (f"{'a' * 64}.png", f"{'b' * 64}.part")
STRANGERS = (
    "thesis.txt",
    "holiday.jpg",
    "scratch-notes.txt",
    f"{'a' * 63}.png",
    f"{'a' * 64}.png.bak",
    "0123-original.mp4",
    "album/first.jpg",
    f"{1:016x}-album/first.jpg",
    f"{'c' * 64}.png/first.jpg",
)


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


async def start(folder: Path) -> None:
    """One start of the bot, up to where it would connect; and one tidying of what it keeps."""
    async with SimulatedOxen() as oxen, composed(sandbox_settings(folder, oxen)) as parts:
        await parts.services.picture_storage.collect_garbage()


async def test_a_folder_of_somebody_else_beside_the_database_stays_as_it_is(tmp_path: Path) -> None:
    fill(tmp_path / "work", *STRANGERS)
    fill(tmp_path / "pictures", *STRANGERS, *OURS_KEPT)
    for _ in range(2):
        await start(tmp_path)
    assert files_in(tmp_path / "work") == sorted(STRANGERS)
    assert files_in(tmp_path / "pictures") == sorted([*STRANGERS, *OURS_KEPT])


async def test_strangers_in_the_bots_own_folders_stay_and_what_a_crash_left_goes(tmp_path: Path) -> None:
    for name in ("bot.sqlite3.work", "bot.sqlite3.pictures"):
        fill(tmp_path / name, *STRANGERS, *OURS_AT_WORK, *OURS_KEPT)
    await start(tmp_path)
    assert files_in(tmp_path / "bot.sqlite3.work") == sorted([*STRANGERS, *OURS_KEPT])
    assert files_in(tmp_path / "bot.sqlite3.pictures") == sorted([*STRANGERS, *OURS_AT_WORK])


async def test_the_files_of_a_job_go_and_those_of_others_stay(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    mine = [workspace.file(job(1), kind) for kind in ("original.mp4", "poster.jpg")]
    fill(tmp_path, *(path.name for path in mine), workspace.file(job(2), "original.mp4").name, *STRANGERS)
    workspace.clear(job(1))
    assert files_in(tmp_path) == sorted([workspace.file(job(2), "original.mp4").name, *STRANGERS])


async def test_two_databases_in_one_folder_do_not_take_each_others_pictures(tmp_path: Path) -> None:
    fill(tmp_path / "other.sqlite3.pictures", *OURS_KEPT)
    fill(tmp_path / "other.sqlite3.work", *OURS_AT_WORK)
    await start(tmp_path)
    assert files_in(tmp_path / "other.sqlite3.pictures") == sorted(OURS_KEPT)
    assert files_in(tmp_path / "other.sqlite3.work") == sorted(OURS_AT_WORK)


async def test_pictures_of_an_earlier_version_or_of_a_backup_move_to_where_they_are_looked_for(tmp_path: Path) -> None:
    fill(tmp_path / "pictures", *OURS_KEPT)
    fill(tmp_path / "work", *OURS_AT_WORK)
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"))
    await LibraryStore(store.database, utc_now).change_draft(7, lambda _: (picture(url=f"stored:{OURS_KEPT[0]}"),))
    await store.close()
    await start(tmp_path)
    assert files_in(tmp_path / "bot.sqlite3.pictures") == [OURS_KEPT[0]]
    assert files_in(tmp_path / "pictures") == [OURS_KEPT[1]]
    assert not (tmp_path / "work").exists()


async def test_a_folder_that_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3.work").write_text("in the way")
    with pytest.raises(StoreError) as refused:
        await start(tmp_path)
    assert "DATABASE_PATH" in str(refused.value.user_message)


async def test_of_the_bots_own_pictures_only_those_that_are_wanted_stay(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path)
    one, two = await files.put(b"one", "png"), await files.put(b"two", "jpg")
    fill(tmp_path, *STRANGERS, *OURS_KEPT)
    assert await files.keep_only([two]) == 3
    assert await files.get(one) is None
    assert await files.get(two) == b"two"
    assert files_in(tmp_path) == sorted([*STRANGERS, f"{two.digest}.jpg"])
