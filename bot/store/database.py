"""The SQLite file: opening, locking, migrating, and transactions."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Final, Self, TypeVar

import aiosqlite

from bot.errors import StoreError

_BUSY_SECONDS: Final = 5.0
_SCRUB_SECONDS: Final = 0.25
"""How long the writer may be held up while somebody else, a backup for example, reads from the log."""

_T = TypeVar("_T")


class Database:
    """One writer and one reader on one file, which no other process of ours may have open.

    WAL keeps readers off the writer's way; ``synchronous=FULL`` keeps what was committed through a
    power cut, since a lost intent could be paid twice. ``secure_delete`` overwrites what is deleted with
    zeros; ``scrub`` does away with the copy of it in the write-ahead log.
    """

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, lock_file: int) -> None:
        self._writer = writer
        self._reader = reader
        self._lock_file = lock_file
        self._one_writer = asyncio.Lock()
        self._one_reader = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file, make its folder, and bring it up to date.

        Raises:
            StoreError: another process has it, it is newer than this program, or it is not usable.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock_file = _lock(path)
        except OSError as error:
            raise _unusable(f"{path} cannot be used ({error.strerror}).") from error
        except ValueError as error:  # a path without a name, or with a NUL
            raise _unusable(f"{path} is not a database that this bot can use ({error}).") from error
        connections: list[aiosqlite.Connection] = []
        try:
            sqlite3.connect(path).close()  # aiosqlite leaves a thread behind where this cannot be done
            for pragma in ("PRAGMA query_only = OFF", "PRAGMA query_only = ON"):
                connection = await aiosqlite.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
                connections.append(connection)
                connection.row_factory = sqlite3.Row
                await connection.execute("PRAGMA journal_mode = WAL")
                await connection.execute("PRAGMA synchronous = FULL")
                await connection.execute("PRAGMA foreign_keys = ON")
                await connection.execute("PRAGMA secure_delete = ON")
                if not pragma.endswith("ON"):
                    await _migrate(connection, path)
                await connection.execute(pragma)
        except BaseException as error:
            for connection in connections:
                await connection.close()
            os.close(lock_file)
            if isinstance(error, sqlite3.Error):
                raise _unusable(f"{path} is not a database that this bot can use ({error}).") from error
            raise
        return cls(connections[0], connections[1], lock_file)

    async def close(self) -> None:
        """Finish what is being written, then close."""
        async with self._one_writer, self._one_reader:
            await self._reader.close()
            await self._writer.close()
            os.close(self._lock_file)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """One intent, written whole or not at all, also when its task is cancelled.

        Raises:
            StoreError: the database refused (a full disk, a broken rule); nothing was written.
        """
        async with self._one_writer:
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                await _finish(self._writer.commit())
            except BaseException as error:
                await _finish(self._writer.rollback())
                if isinstance(error, sqlite3.Error):
                    raise StoreError(f"the database refused: {error}") from error
                raise

    async def scrub(self) -> bool:
        """Empty the write-ahead log, so that what was deleted is in no file any more; whether that could be done now.

        Raises:
            StoreError: the database refused (a full disk).
        """
        async with self._one_writer:
            try:
                return await _finish(self._empty_log())
            except sqlite3.Error as error:
                raise StoreError(f"the database refused: {error}") from error

    async def _empty_log(self) -> bool:
        await self._writer.execute(f"PRAGMA busy_timeout = {int(_SCRUB_SECONDS * 1_000)}")
        try:
            [row] = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            await self._writer.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1_000)}")
        return bool(row[0] == 0)

    async def read(self, sql: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Every row of a query, as of the last commit.

        Raises:
            StoreError: the database refused.
        """
        async with self._one_reader:
            try:
                return list(await self._reader.execute_fetchall(sql, parameters))
            except sqlite3.Error as error:
                raise StoreError(f"the database refused: {error}") from error

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[aiosqlite.Connection]:
        """Several looks at one moment. ``read`` waits until they are done, so it must not be called among them.

        Raises:
            StoreError: the database refused.
        """
        async with self._one_reader:
            try:
                await self._reader.execute("BEGIN")
                yield self._reader
            except sqlite3.Error as error:
                raise StoreError(f"the database refused: {error}") from error
            finally:
                await _finish(self._reader.rollback())


async def _finish(step: Awaitable[_T]) -> _T:
    """Await a step to its end even when cancelled meanwhile, and only then be cancelled."""
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _lock(path: Path) -> int:
    lock_file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock_file)
        raise _unusable(
            f"another bot is running with {path}. Two on one file would pay twice; stop the other first."
        ) from error
    return lock_file


def _unusable(sentence: str) -> StoreError:
    return StoreError(f"DATABASE_PATH: {sentence}", user_message=f"DATABASE_PATH: {sentence}")


def migrations() -> list[tuple[int, str]]:
    """The numbered migrations of this program, in order: number and SQL."""
    folder = resources.files("bot.store") / "migrations"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(int(name.partition("_")[0]), (folder / name).read_text(encoding="utf-8")) for name in files]


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    known = migrations()
    for _ in range(len(known) + 1):
        await connection.execute("BEGIN IMMEDIATE")
        try:
            version = await _version(connection, path, known[-1][0])
            pending = [(number, script) for number, script in known if number > version]
            if pending:
                number, script = pending[0]
                for statement in _statements(script):
                    await connection.execute(statement)
                await connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            await _finish(connection.rollback())
            raise
        await _finish(connection.commit())


async def _version(connection: aiosqlite.Connection, path: Path, newest: int) -> int:
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    if version > newest:
        raise _unusable(
            f"{path} was written by a newer version of this bot "
            f"(database {version}, this program knows {newest}). Please update the bot."
        )
    return int(version)
