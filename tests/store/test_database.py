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


async def test_the_folder_and_the_tables_are_made_at_the_first_start(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "bot.sqlite3"
    database = await Database.open(path)
    rows = await database.read("SELECT name FROM sqlite_master WHERE type = 'table'")
    await database.close()
    assert {"jobs", "job_history", "ledger"} <= {row["name"] for row in rows}


async def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    for _ in range(2):
        database = await Database.open(tmp_path / "bot.sqlite3")
        [row] = await database.read("PRAGMA user_version")
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

    async def fail_halfway() -> None:
        async with database.transaction() as connection:
            await connection.execute("CREATE TABLE half (x)")
            await connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="nowhere"):
        await fail_halfway()
    assert await database.read("SELECT 1 FROM sqlite_master WHERE name = 'half'") == []
    await database.close()


@pytest.mark.parametrize("steps", range(1, 12))
async def test_an_intent_that_is_cancelled_anywhere_is_whole_or_not_there_and_the_next_one_works(
    tmp_path: Path, steps: int
) -> None:
    database = await Database.open(tmp_path / "bot.sqlite3")
    async with database.transaction() as connection:
        await connection.execute("CREATE TABLE pair (x)")

    async def write_a_pair() -> None:
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO pair VALUES (1)")
            await connection.execute("INSERT INTO pair VALUES (2)")

    task = asyncio.create_task(write_a_pair())
    for _ in range(steps):
        await asyncio.sleep(0)
        if task.done():
            break
        await asyncio.wait({task}, timeout=0.0005)
    task.cancel()
    await asyncio.wait({task})
    [row] = await database.read("SELECT count(*) FROM pair")
    assert row[0] in (0, 2)
    await write_a_pair()
    [row] = await database.read("SELECT count(*) FROM pair")
    assert row[0] in (2, 4)
    await database.close()


_WRITER = """
import asyncio, sys
from pathlib import Path
from bot.store.database import Database
async def main():
    database = await Database.open(Path(sys.argv[1]))
    async with database.transaction() as c:
        await c.execute("CREATE TABLE IF NOT EXISTS pair (x)")
    while True:
        async with database.transaction() as c:
            await c.execute("INSERT INTO pair VALUES (1)")
            await c.execute("INSERT INTO pair VALUES (2)")
        print("written", flush=True)
asyncio.run(main())
"""


async def test_a_killed_process_leaves_a_sound_database_with_whole_intents(tmp_path: Path) -> None:
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
    [(check,)] = await database.read("PRAGMA integrity_check")
    [(count,)] = await database.read("SELECT count(*) FROM pair")
    await database.close()
    assert check == "ok"
    assert count >= 40
    assert count % 2 == 0
