"""Intents that wait at the same time share a transaction; each is whole or not there, and none harms another."""

import asyncio
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.errors import StoreBusy, StoreError
from bot.store.database import Database
from sandbox.new_database import place_new_database

WAIT_SECONDS = 20.0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(place_new_database(tmp_path / "bot.sqlite3"))
    await opened.write(add_table, name="table")
    yield opened
    await opened.close()


def add_table(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE pair (id INTEGER PRIMARY KEY, word TEXT)")


def pair(word: str) -> Callable[[sqlite3.Connection], str]:
    """An intent that writes two rows."""

    def intent(connection: sqlite3.Connection) -> str:
        for _ in range(2):
            connection.execute("INSERT INTO pair (word) VALUES (?)", (word,))
        return word

    return intent


def fail_halfway(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO pair (word) VALUES ('half')")
    raise LookupError("on purpose")


def fill_the_disk(connection: sqlite3.Connection) -> None:
    """Write more than there is room for: SQLite then undoes the whole transaction by itself."""
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    try:
        connection.execute("INSERT INTO pair (word) VALUES (?)", ("x" * 100_000,))
    finally:
        connection.execute("PRAGMA max_page_count = 1000000")


def spoil_the_commit(connection: sqlite3.Connection) -> None:
    """Write what only the COMMIT will refuse: a line of the history of no job."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.execute("INSERT INTO job_history (job_id, at, to_state, why) VALUES ('none', 0, 'failed', 'test')")


async def words(database: Database) -> list[str]:
    """What is written, in order."""
    return [row["word"] for row in await database.rows("SELECT word FROM pair ORDER BY id")]


@asynccontextmanager
async def writing_something(database: Database) -> AsyncIterator[None]:
    """What is asked to be written in the block waits until its end, and then goes together."""
    began, may_end = threading.Event(), threading.Event()

    def wait(_connection: sqlite3.Connection) -> None:
        began.set()
        may_end.wait(WAIT_SECONDS)

    task = asyncio.create_task(database.write(wait, name="wait"))
    await asyncio.to_thread(began.wait, WAIT_SECONDS)
    try:
        yield
        await asyncio.sleep(0)
    finally:
        may_end.set()
        await task


async def test_those_that_wait_at_the_same_time_share_one_commit(database: Database) -> None:
    before = database.commits
    async with writing_something(database):
        tasks = [asyncio.create_task(database.write(pair(str(n)), name="pair")) for n in range(50)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == [str(n) for n in range(50)]
    assert database.commits == before + 2
    assert await words(database) == [str(n) for n in range(50) for _ in range(2)]


async def test_one_that_fails_leaves_the_others_of_its_batch_alone(database: Database) -> None:
    async with writing_something(database):
        intents = [pair("a"), fail_halfway, pair("b"), fail_halfway, pair("c")]
        tasks = [asyncio.create_task(database.write(intent, name="one")) for intent in intents]
        await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [result if isinstance(result, str) else type(result) for result in results] == [
        "a",
        LookupError,
        "b",
        LookupError,
        "c",
    ]
    assert await words(database) == ["a", "a", "b", "b", "c", "c"]


async def test_one_that_meets_a_full_disk_fails_alone_although_sqlite_undoes_the_whole_batch(
    database: Database,
) -> None:
    async with writing_something(database):
        intents = [pair("a"), pair("b"), fill_the_disk, pair("c")]
        tasks = [asyncio.create_task(database.write(intent, name="one")) for intent in intents]
        await asyncio.sleep(0)
    *before, full, after = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(full, StoreError)
    assert "full" in str(full)
    assert [*before, after] == ["a", "b", "c"]
    assert await words(database) == ["a", "a", "b", "b", "c", "c"]


async def test_a_commit_that_fails_fails_all_of_its_batch_and_the_next_one_works(database: Database) -> None:
    async with writing_something(database):
        intents = [pair("a"), spoil_the_commit, pair("b")]
        tasks = [asyncio.create_task(database.write(intent, name="one")) for intent in intents]
        await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, StoreError) for result in results)
    assert await words(database) == []
    assert await database.write(pair("c"), name="pair") == "c"
    assert await words(database) == ["c", "c"]


async def test_an_answer_is_given_only_when_another_process_would_see_what_was_written(
    database: Database, tmp_path: Path
) -> None:
    async def write_and_look(word: str) -> list[str]:
        await database.write(pair(word), name="pair")
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as another:
            return [found for (found,) in another.execute("SELECT word FROM pair WHERE word = ?", (word,))]

    seen = await asyncio.gather(*(write_and_look(str(n)) for n in range(20)))
    assert seen == [[str(n)] * 2 for n in range(20)]


async def test_whoever_is_cancelled_while_waiting_has_written_nothing_and_the_others_have(database: Database) -> None:
    async with writing_something(database):
        tasks = [asyncio.create_task(database.write(pair(str(n)), name="pair")) for n in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [str, asyncio.CancelledError, str]
    assert await words(database) == ["0", "0", "2", "2"]


async def test_whoever_is_cancelled_while_it_is_being_written_has_written_it_whole(database: Database) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slowly(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO pair (word) VALUES ('slow')")
        began.set()
        may_end.wait(WAIT_SECONDS)
        connection.execute("INSERT INTO pair (word) VALUES ('slow')")

    task = asyncio.create_task(database.write(slowly, name="slowly"))
    await asyncio.to_thread(began.wait, WAIT_SECONDS)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    await asyncio.wait({task})
    assert task.cancelled()
    assert await words(database) == ["slow", "slow"]


@pytest.mark.parametrize("steps", range(1, 12))
async def test_whoever_is_cancelled_anywhere_has_written_all_or_nothing_and_the_next_one_works(
    database: Database, steps: int
) -> None:
    tasks = [asyncio.create_task(database.write(pair(str(n)), name="pair")) for n in range(2)]
    for _ in range(steps):
        await asyncio.sleep(0)
        if tasks[0].done():
            break
        await asyncio.wait({tasks[0]}, timeout=0.0005)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert await words(database) in (["1", "1"], ["0", "0", "1", "1"])
    await database.write(pair("2"), name="pair")
    assert (await words(database))[-2:] == ["2", "2"]


@pytest.mark.parametrize("seed", range(5))
async def test_what_one_asks_for_in_turn_is_written_in_that_order_whatever_others_do(
    database: Database, seed: int
) -> None:
    rng = random.Random(seed)

    async def several(who: str) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(10):
                tasks.create_task(database.write(pair(f"{who}{number}"), name="pair"))
                if rng.random() < 0.5:
                    await asyncio.sleep(0)
                if rng.random() < 0.2:
                    with pytest.raises(LookupError):
                        await database.write(fail_halfway, name="fails")

    await asyncio.gather(*(several(who) for who in "abc"))
    written = await words(database)
    for who in "abc":
        assert [word for word in written if word[0] == who] == [f"{who}{n}" for n in range(10) for _ in range(2)]


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Another process has the database's write lock until the end of the block."""
    with closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        yield
        another.execute("ROLLBACK")


async def test_whoever_gave_a_time_is_told_when_it_is_over_and_it_is_never_written(
    database: Database, tmp_path: Path
) -> None:
    async with locked(tmp_path / "bot.sqlite3"):
        with pytest.raises(StoreBusy) as busy:
            await database.write(pair("late"), name="pair", within=0.01)
        behind = asyncio.create_task(database.write(pair("patient"), name="pair"))
        with pytest.raises(StoreBusy):
            await database.write(pair("late"), name="pair", within=0.3)
    assert await behind == "patient"
    assert "busy" in str(busy.value.user_message)
    assert await words(database) == ["patient", "patient"]


async def test_whoever_gave_no_time_waits_for_another_process_and_is_written_in_its_turn(
    database: Database, tmp_path: Path
) -> None:
    tasks = []
    async with locked(tmp_path / "bot.sqlite3"):
        for number, seconds in enumerate((0.01, 0.01, 0.5)):
            tasks.append(asyncio.create_task(database.write(pair(str(number)), name="pair")))
            with pytest.raises(StoreBusy):
                await database.write(pair("late"), name="pair", within=seconds)
    assert await asyncio.gather(*tasks) == ["0", "1", "2"]
    assert await words(database) == ["0", "0", "1", "1", "2", "2"]


async def test_whoever_gave_a_time_is_told_although_a_batch_ahead_is_still_being_written(database: Database) -> None:
    async with writing_something(database):
        with pytest.raises(StoreBusy):
            await database.write(pair("late"), name="pair", within=0.01)
    assert await words(database) == []


async def test_a_locked_database_does_not_hold_up_the_end_of_the_bot(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "bot.sqlite3")
    async with locked(tmp_path / "bot.sqlite3"):
        task = asyncio.create_task(database.write(add_table, name="table"))
        await asyncio.sleep(0)
        async with asyncio.timeout(WAIT_SECONDS):
            await database.close()
        with pytest.raises(StoreError, match="closed"):
            await task
        with pytest.raises(StoreError, match="closed"):
            await database.write(add_table, name="table")


async def test_the_bot_starts_while_another_process_has_the_database_locked(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "bot.sqlite3")).close()
    async with locked(tmp_path / "bot.sqlite3"), asyncio.timeout(WAIT_SECONDS):
        await (await Database.open(tmp_path / "bot.sqlite3")).close()


async def test_one_with_patience_shares_the_commit_of_the_next_one(database: Database) -> None:
    before = database.commits
    patient = asyncio.create_task(database.write(pair("patient"), name="pair", patience=3_600.0))
    await asyncio.sleep(0)
    assert await words(database) == []
    await database.write(pair("soon"), name="pair")
    assert await patient == "patient"
    assert database.commits == before + 1


async def test_one_with_patience_begins_a_commit_when_no_other_comes(database: Database) -> None:
    assert await database.write(pair("alone"), name="pair", patience=0.01) == "alone"
    assert await words(database) == ["alone"] * 2


async def test_one_with_patience_is_written_before_the_database_closes(tmp_path: Path) -> None:
    path = place_new_database(tmp_path / "bot.sqlite3")
    opened = await Database.open(path)
    await opened.write(add_table, name="table")
    patient = asyncio.create_task(opened.write(pair("last"), name="pair", patience=3_600.0))
    await asyncio.sleep(0)
    await opened.close()
    assert await patient == "last"


async def test_one_with_patience_that_is_cancelled_is_not_written(database: Database) -> None:
    patient = asyncio.create_task(database.write(pair("never"), name="pair", patience=0.01))
    await asyncio.sleep(0)
    patient.cancel()
    await asyncio.wait({patient})
    await database.write(pair("after"), name="pair", patience=0.02)
    assert await words(database) == ["after"] * 2


async def test_one_with_patience_that_comes_during_a_commit_waits_for_the_next_one(database: Database) -> None:
    async with writing_something(database):
        patient = asyncio.create_task(database.write(pair("patient"), name="pair", patience=0.01))
        await asyncio.sleep(0)
    assert await patient == "patient"
    assert await words(database) == ["patient"] * 2
