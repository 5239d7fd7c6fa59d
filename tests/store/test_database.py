"""The SQLite file itself."""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store.database import Database, migrations
from bot.store.picture_files import PictureFiles


async def test_the_folder_and_the_tables_are_made_at_the_first_start(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "bot.sqlite3"
    database = await Database.open(path)
    rows = await database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    await database.close()
    assert {"jobs", "job_history", "ledger"} <= {row["name"] for row in rows}


async def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    for _ in range(2):
        database = await Database.open(tmp_path / "bot.sqlite3")
        [row] = await database.rows("PRAGMA user_version")
        await database.close()
        assert row[0] == migrations()[-1][0]


async def test_a_newer_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreError, match=r"newer version.*999.*update the bot"):
        await Database.open(path)


async def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(b"this is not a database, it is a text" * 100)
    with pytest.raises(StoreError, match="DATABASE_PATH"):
        await Database.open(path)


async def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="DATABASE_PATH"):
        await Database.open(tmp_path / "file" / "bot.sqlite3")


async def test_a_second_bot_on_the_same_file_is_refused(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "bot.sqlite3")
    with pytest.raises(StoreError, match="another bot is running"):
        await Database.open(tmp_path / "bot.sqlite3")
    await database.close()
    await (await Database.open(tmp_path / "bot.sqlite3")).close()


async def test_an_intent_that_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "bot.sqlite3")

    def fail_halfway(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (x)")
        connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="nowhere"):
        await database.write(fail_halfway, name="half")
    assert await database.rows("SELECT 1 FROM sqlite_master WHERE name = 'half'") == []
    await database.close()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
async def test_nobody_else_can_read_what_is_written_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        database = await Database.open(tmp_path / "data" / "deep" / "bot.sqlite3")
        files = PictureFiles(tmp_path / "data" / "deep" / "bot.sqlite3.pictures")
        await files.put(b"one", "png")
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in sorted((tmp_path / "data").rglob("bot.sqlite3*"))} == {
        "bot.sqlite3": 0o600,
        "bot.sqlite3-shm": 0o600,
        "bot.sqlite3-wal": 0o600,
        "bot.sqlite3.lock": 0o600,
        "bot.sqlite3.pictures": 0o700,
    }
    for folder in (tmp_path / "data", tmp_path / "data" / "deep"):
        assert folder.stat().st_mode & 0o777 == 0o700
    await database.close()


async def test_a_folder_that_is_there_already_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o750)
    await (await Database.open(tmp_path / "data" / "bot.sqlite3")).close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o750


_WRITER = """
import asyncio, sys
from pathlib import Path
from bot.store.database import Database
async def main():
    database = await Database.open(Path(sys.argv[1]))
    def pair(connection):
        connection.execute("INSERT INTO pair VALUES (1)")
        connection.execute("INSERT INTO pair VALUES (2)")
    await database.write(lambda c: c.execute("CREATE TABLE IF NOT EXISTS pair (x)") and None, name="table")
    while True:
        await asyncio.gather(*(database.write(pair, name="pair") for _ in range(3)))
        print("written", flush=True)
asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_killed_process_leaves_a_sound_database_with_every_answered_intent_whole(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITER, str(path), stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    for _ in range(20):
        await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    database = await Database.open(path)
    [(check,)] = await database.rows("PRAGMA integrity_check")
    [(count,)] = await database.rows("SELECT count(*) FROM pair")
    await database.close()
    assert check == "ok"
    assert count >= 120
    assert count % 2 == 0
