"""``python -m bot backup`` and ``restore``: what an operator does before an update, and after a disk died."""

from __future__ import annotations

import io
import sqlite3
import stat
import subprocess
import tarfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.store.job_store import Store
from bot.store.picture_files import PictureFiles
from sandbox.new_database import place_new_database
from tests.operations.terminal import tree, type_command
from tests.support import job, picture_bytes

pytestmark = pytest.mark.slow

POLICY = Policy(daily_seconds=60, max_active=9)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    """A bot's database in a folder, while a bot has it."""
    store = await Store.open(place_new_database(folder / "data" / "bot.sqlite3"))
    try:
        yield store
    finally:
        await store.close()


async def keep_picture(folder: Path, seed: int = 1) -> Path:
    """A picture beside the database."""
    kept = folder / "data" / "bot.sqlite3.pictures"
    source = await PictureFiles(kept).put(picture_bytes(seed), "png")
    return kept / f"{source.digest}.png"


async def backed_up(folder: Path) -> Path:
    """A backup of a database with one job and one picture, made while a bot has it."""
    await keep_picture(folder)
    async with opened(folder) as store:
        await store.accept(job(1), POLICY)
        made = type_command(folder, "backup", "backup.tar")
    assert (made.returncode, made.stderr) == (0, "")
    return folder / "backup.tar"


async def jobs_in(folder: Path) -> set[str]:
    async with opened(folder) as store:
        return {one.id for one in await store.unfinished()}


async def test_a_backup_is_made_beside_a_running_bot_and_is_the_operators_alone(tmp_path: Path) -> None:
    backup = await backed_up(tmp_path)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert {name.partition("/")[0] for name in tree(tmp_path)} == {"backup.tar", "data"}


async def test_a_restored_folder_has_the_jobs_and_the_pictures(tmp_path: Path) -> None:
    backup = await backed_up(tmp_path / "there")
    here = tmp_path / "here"
    here.mkdir()
    done = type_command(here, "restore", str(backup))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 videos and 1 kept pictures" in done.stdout
    assert await jobs_in(here) == {job(1).id}
    [picture] = (here / "data" / "bot.sqlite3.pictures").iterdir()
    assert picture.read_bytes() == picture_bytes(1)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (here / "data").rglob("*") if path.is_file()}
    assert modes == {0o600}


async def test_what_a_restore_replaces_is_kept(tmp_path: Path) -> None:
    backup = await backed_up(tmp_path / "there")
    here = tmp_path / "here"
    other = await keep_picture(here, seed=2)
    async with opened(here) as store:
        await store.accept(job(2), POLICY)
    done = type_command(here, "restore", str(backup))
    assert done.returncode == 0
    [kept] = (here / "data").glob("bot.sqlite3.replaced-*")
    assert kept.name in done.stdout
    with closing(sqlite3.connect(kept / "bot.sqlite3")) as connection:
        assert connection.execute("SELECT id FROM jobs").fetchall() == [(job(2).id,)]
    assert (kept / "bot.sqlite3.pictures" / other.name).is_file()
    assert await jobs_in(here) == {job(1).id}


async def test_a_backup_of_what_is_still_in_the_write_ahead_log_is_whole(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in range(1, 8):
            await store.accept(job(number), POLICY)
        assert (tmp_path / "data" / "bot.sqlite3-wal").stat().st_size > 0
        assert type_command(tmp_path, "backup", "backup.tar").returncode == 0
    assert type_command(tmp_path, "restore", "backup.tar").returncode == 0
    assert len(await jobs_in(tmp_path)) == 7


async def test_a_restore_over_a_running_bot_is_refused(tmp_path: Path) -> None:
    backup = await backed_up(tmp_path)
    async with opened(tmp_path) as store:
        await store.accept(job(2), POLICY)
        refused = type_command(tmp_path, "restore", str(backup))
    assert_refused(refused, "another bot is running")
    assert await jobs_in(tmp_path) == {job(1).id, job(2).id}


def assert_refused(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    """Status 2, and one sentence on the error stream."""
    assert (ended.returncode, ended.stdout) == (2, "")
    [sentence] = ended.stderr.splitlines()
    for word in words:
        assert word in sentence
    assert "Traceback" not in sentence
    assert "secret" not in sentence


def newer(path: Path) -> None:
    rewrite_database(path, "PRAGMA user_version = 999")


def rewrite_database(path: Path, sql: str) -> None:
    """Change the database inside a backup."""
    members = read(path)
    copy = path.with_name("copy.sqlite3")
    copy.write_bytes(members["database.sqlite3"])
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(sql)
        connection.commit()
    write(path, {**members, "database.sqlite3": copy.read_bytes()})
    copy.unlink()


def read(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        contents = {member.name: archive.extractfile(member) for member in archive}
        return {name: content.read() for name, content in contents.items() if content is not None}


def write(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def damage_a_picture(path: Path) -> None:
    write(path, {name: data[:-1] + b"!" if "pictures/" in name else data for name, data in read(path).items()})


def leave_out(start: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        write(path, {name: data for name, data in read(path).items() if not name.startswith(start)})

    return change


def climb_out(path: Path) -> None:
    write(path, {**read(path), "../../stolen": b"!"})


def link(path: Path) -> None:
    members = read(path)
    write(path, members)
    with tarfile.open(path, "a") as archive:
        info = tarfile.TarInfo("database.sqlite3")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)


def garble_the_database(path: Path) -> None:
    members = read(path)
    data = bytearray(members["database.sqlite3"])
    data[8192:40960] = bytes(len(data[8192:40960]))
    write(path, {**members, "database.sqlite3": bytes(data)})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def replace(data: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_bytes(data)

    return change


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (newer, "newer version"),
        (damage_a_picture, "not a whole backup"),
        (leave_out("manifest"), "not a whole backup"),
        (leave_out("database"), "no database"),
        (leave_out("pictures"), "not whole"),
        (climb_out, "not a whole backup"),
        (link, "not a whole backup"),
        (garble_the_database, "database"),
        (cut, "not a whole backup"),
        (replace(b""), "not a whole backup"),
        (replace(b"this is a text and no backup" * 100), "not a whole backup"),
    ],
)
async def test_a_backup_that_is_not_whole_or_newer_is_refused_and_changes_nothing(
    tmp_path: Path, change: Callable[[Path], None], word: str
) -> None:
    backup = await backed_up(tmp_path / "there")
    change(backup)
    here = tmp_path / "here"
    async with opened(here) as store:
        await store.accept(job(2), POLICY)
    before = tree(here)
    assert_refused(type_command(here, "restore", str(backup)), word)
    assert tree(here) == before
    assert not [name for name in tree(tmp_path) if "stolen" in name]


async def test_a_bad_backup_leaves_an_empty_place_empty(tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(b"nothing")
    assert_refused(type_command(tmp_path, "restore", "backup.tar"), "backup.tar")
    assert list(tree(tmp_path)) == ["backup.tar"]


@pytest.mark.parametrize("file", ["missing.tar", "."])
def test_a_file_that_is_not_there_cannot_be_restored(tmp_path: Path, file: str) -> None:
    assert_refused(type_command(tmp_path, "restore", file), "no file")
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("target", "word"), [("taken.tar", "already"), ("missing/b.tar", "no folder missing"), (".", "already")]
)
async def test_a_backup_overwrites_nothing_and_makes_no_folder(tmp_path: Path, target: str, word: str) -> None:
    (tmp_path / "taken.tar").write_text("mine")
    async with opened(tmp_path):
        pass
    before = tree(tmp_path)
    assert_refused(type_command(tmp_path, "backup", target), word)
    assert tree(tmp_path) == before


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    assert_refused(type_command(tmp_path, "backup", "b.tar"), "nothing to back up")
    assert tree(tmp_path) == {}


def test_a_file_that_is_no_database_is_not_backed_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bot.sqlite3").write_bytes(b"this is not a database" * 100)
    assert_refused(type_command(tmp_path, "backup", "b.tar"))
    assert list(tree(tmp_path)) == ["data", "data/bot.sqlite3"]


@pytest.mark.parametrize("arguments", [("backup",), ("restore",), ("backup", "a", "b"), ("restore", "--force", "a")])
def test_a_command_that_is_not_understood_says_how_it_is_used(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = type_command(tmp_path, *arguments)
    assert ended.returncode == 2
    assert "usage" in ended.stderr.lower()
    assert tree(tmp_path) == {}
