"""The SQLite file: opening, locking, migrating, and the two ways through which everything is written and read."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final, Self, TypeVar

from bot.errors import StoreBusy, StoreError
from bot.store import data_folders
from bot.store.connection import BUSY_SECONDS, Connection, is_busy
from bot.store.write_queue import Intent, WriteQueue

ANSWER_SECONDS: Final = 1.8
"""How long the database may keep somebody waiting who waits at Discord, which takes no answer after 3 s."""

_T = TypeVar("_T")
Query = Callable[[sqlite3.Connection], _T]
"""Reads at one moment, and writes nothing. It may be called again where the database was locked."""


class Database:
    """One writer and one reader on one file, which no other process of ours may have open.

    WAL keeps readers off the writer's way; ``synchronous=FULL`` keeps what was committed through a
    power cut, since a lost intent could be paid twice. ``secure_delete`` overwrites what is deleted with
    zeros; ``scrub`` does away with the copy of it in the write-ahead log.

    Everything goes through ``write`` and ``read``, each one trip to a connection's thread. Where another process holds
    the database, whoever gave no time waits until it is free: a job must not fail of a backup.
    """

    def __init__(self, writer: Connection, reader: Connection, lock_file: int) -> None:
        self._writer = writer
        self._reader = reader
        self._lock_file = lock_file
        self._writes = WriteQueue(writer)

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file, make its folder, and bring it up to date. Nobody but the bot's own user may read them.

        Raises:
            StoreError: another process has it, it is newer than this program, or it is not usable.
        """
        try:
            data_folders.make_folder(path.parent)
            lock_file = lock(path)
        except OSError as error:
            raise _unusable(f"{path} cannot be used ({error.strerror}).") from error
        except ValueError as error:  # a path without a name, or with a NUL
            raise _unusable(f"{path} is not a database that this bot can use ({error}).") from error
        connections: list[Connection] = []
        try:
            _create(path)
            for prepare in (partial(_prepare_writer, path), _prepare_reader):
                connection = Connection(path)
                await connection
                connections.append(connection)
                await connection.run(prepare)
        except BaseException as error:
            for connection in connections:
                await connection.close()
            os.close(lock_file)
            if isinstance(error, (sqlite3.Error, OSError)):
                raise _unusable(f"{path} is not a database that this bot can use ({error}).") from error
            raise
        return cls(connections[0], connections[1], lock_file)

    async def close(self) -> None:
        """Finish what is being written, then close."""
        await self._writes.close()
        await self._reader.close()
        await self._writer.close()
        os.close(self._lock_file)

    @property
    def commits(self) -> int:
        """How many transactions were committed since it was opened."""
        return self._writes.commits

    @property
    def commit_seconds(self) -> float:
        """How long those took together."""
        return self._writes.commit_seconds

    @property
    def hops(self) -> int:
        """How many trips to a thread and back were made since it was opened."""
        return self._writer.hops + self._reader.hops

    async def write(self, intent: Intent[_T], *, name: str, within: float | None = None, patience: float = 0.0) -> _T:
        """Carry out one intent, whole or not at all, also when its task is cancelled; what it gives.

        ``name`` says what it is, for errors. ``within`` is for how long (seconds) it may wait for its turn. Intents
        that wait at the same time share a transaction; each is answered after its COMMIT. One that nobody waits for can
        wait up to ``patience`` (seconds) for another's.

        Raises:
            StoreBusy: its time was over. It was not carried out, and never will be.
            StoreError: the database refused (a full disk, a broken rule); nothing was written.
        """
        try:
            return await self._writes.write(intent, within=within, patience=patience)
        except sqlite3.Error as error:
            raise _refused(name, error) from error

    async def read(self, query: Query[_T], *, name: str, within: float | None = None) -> _T:
        """What a query gives, as of the last commit; all that it looks at is of one moment.

        Raises:
            StoreBusy: it did not come in time (``within``, in seconds).
            StoreError: the database refused.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        return await self._reader.run(partial(_look, query))
                    except sqlite3.Error as error:
                        if not is_busy(error):
                            raise _refused(name, error) from error
        except TimeoutError as error:
            raise StoreBusy from error

    async def rows(
        self, sql: str, parameters: tuple[object, ...] = (), *, within: float | None = None
    ) -> list[sqlite3.Row]:
        """Every row of one query, as of the last commit.

        Raises:
            StoreBusy: they did not come in time (``within``, in seconds).
            StoreError: the database refused.
        """
        return await self.read(
            lambda connection: connection.execute(sql, parameters).fetchall(), name="rows", within=within
        )

    async def scrub(self) -> bool:
        """Empty the write-ahead log, so that what was deleted is in no file any more; whether that could be done now.

        The writer is held up for a moment where somebody else, a backup for example, reads from the log.

        Raises:
            StoreError: the database refused (a full disk).
        """
        try:
            return await self._writer.run(_empty_log)
        except sqlite3.Error as error:
            raise _refused("scrub", error) from error


def _look(query: Query[_T], connection: sqlite3.Connection) -> _T:
    connection.execute("BEGIN")
    try:
        return query(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _empty_log(connection: sqlite3.Connection) -> bool:
    [row] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return bool(row[0] == 0)


def _refused(name: str, error: sqlite3.Error) -> StoreError:
    return StoreError(f"the database refused ({name}): {error}")


def _create(path: Path) -> None:
    """Make the file, so that its mode is ours; SQLite gives its log the same. Where it exists, see that it opens.

    aiosqlite leaves a thread behind where it cannot be opened.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    sqlite3.connect(path).close()


def _prepare_writer(path: Path, connection: sqlite3.Connection) -> None:
    _set_up(connection)
    _migrate(connection, path)
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1_000)}")


def _prepare_reader(connection: sqlite3.Connection) -> None:
    _set_up(connection)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1_000)}")


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def lock(path: Path) -> int:
    """Hold a database against other bots until what is returned, a file descriptor, is closed.

    Raises:
        StoreError: a bot is running with it.
        OSError: its folder cannot be written in.
    """
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


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file up to date. One that is needs no lock, so another process may hold it meanwhile."""
    known = migrations()
    while _version(connection, path, known[-1][0]) < known[-1][0]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection, path, known[-1][0])
            number, script = next(migration for migration in known if migration[0] > version)
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    [(version,)] = connection.execute("PRAGMA user_version").fetchall()
    if version > newest:
        raise _unusable(
            f"{path} was written by a newer version of this bot "
            f"(database {version}, this program knows {newest}). Please update the bot."
        )
    return int(version)
