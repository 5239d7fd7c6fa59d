"""Group commit: intents that wait at the same time share one transaction, and none of them harms another."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, cast

from bot.errors import StoreBusy, StoreError
from bot.store.connection import Connection, is_busy

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
Intent = Callable[[sqlite3.Connection], _T]
"""Writes one thing, inside a transaction that is not its own. What it raises undoes what it wrote.

It may be called again where the transaction was lost before its end, so it has no effect beside the database.
"""
_WARN_AFTER: Final = 10
"""Attempts that found the database locked, before the log says so: about 2 s."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of an intent: what it gave, or what it raised."""

    result: object = None
    error: Exception | None = None


@dataclass(slots=True, eq=False)
class _Write:
    """An intent and whoever waits for it."""

    intent: Intent[object]
    answer: asyncio.Future[Any]
    is_withdrawn: bool = False


class WriteQueue:
    """Carries out intents in the order in which they came, as many together as wait; those with patience last.

    Each is written whole or not at all, and answered only after the COMMIT that holds it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[_Write] = []
        self._patient: list[_Write] = []
        self._working: asyncio.Task[None] | None = None
        self._is_closed = False
        self.commits = 0
        """How many transactions were committed."""
        self.commit_seconds = 0.0
        """How long those took, from their turn to their answer, together."""

    async def write(self, intent: Intent[_T], *, within: float | None = None, patience: float = 0.0) -> _T:
        """Carry out an intent; what it gives.

        ``within`` is for how long (seconds) it may wait for its turn; without it, until it has it. An intent that was
        withdrawn, since its time was over or since its task was cancelled, was not carried out and never will be,
        unless it is being committed: then its outcome is waited for. ``patience`` is for how long (seconds) it waits
        for another one to share its commit with, before it begins one of its own.

        Raises:
            StoreBusy: its time was over.
            StoreError: the database is closed.
            sqlite3.Error: the database refused; nothing of it was written.
        """
        if self._is_closed:
            raise StoreError("the database is closed")
        write = _Write(intent=intent, answer=asyncio.get_running_loop().create_future())
        if patience:
            self._patient.append(write)
            asyncio.get_running_loop().call_later(patience, self._begin_with, [write])
        else:
            self._waiting.append(write)
            self._begin()
        try:
            await asyncio.wait({write.answer}, timeout=within)
            if not write.answer.done():
                self._withdraw(write)
                await asyncio.wait({write.answer})
        except asyncio.CancelledError:
            self._withdraw(write)
            await asyncio.wait({write.answer})
            write.answer.exception()  # nobody is left to raise it to
            raise
        return cast("_T", write.answer.result())

    async def close(self) -> None:
        """Finish what is being written, and take nothing more. What could not begin, since it is locked, is dropped."""
        self._is_closed = True
        self._begin_with(self._patient)
        if self._working is not None:
            await asyncio.wait({self._working})

    def _begin(self) -> None:
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="database-writer")

    def _begin_with(self, writes: Sequence[_Write]) -> None:
        """Have those of these that still wait for another's commit begin one."""
        due = [write for write in writes if write in self._patient]
        if due:
            self._patient = [write for write in self._patient if write not in due]
            self._waiting += due
            self._begin()

    def _withdraw(self, write: _Write) -> None:
        write.is_withdrawn = True
        for waiting in (self._waiting, self._patient):
            if write in waiting:
                waiting.remove(write)
                write.answer.set_exception(StoreBusy())

    async def _work(self) -> None:
        """Commit one batch after another, until nothing waits."""
        batch: list[_Write] = []
        attempts = 0
        try:
            while self._waiting:
                batch, self._waiting, self._patient = [*self._waiting, *self._patient], [], []
                again = await self._commit(batch)
                attempts = attempts + 1 if again is batch else 0
                if attempts == _WARN_AFTER:
                    _log.warning("Another process has the database locked; what is to be written waits")
                self._put_back(again)
                batch = []
        except BaseException:  # it was cancelled itself
            left, self._waiting, self._patient = [*batch, *self._waiting, *self._patient], [], []
            for write in left:
                write.answer.cancel()
            raise
        finally:
            self._working = None

    async def _commit(self, batch: list[_Write]) -> list[_Write]:
        """Commit a batch and answer it; those of it that are still to be carried out."""
        begun = time.monotonic()
        try:
            outcomes = await self._connection.run(partial(_commit_together, [write.intent for write in batch]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is their answer
            if isinstance(error, sqlite3.Error) and is_busy(error):
                return batch
            for write in batch:
                write.answer.set_exception(error)
            return []
        if any(outcome is not None and outcome.error is None for outcome in outcomes):
            self.commits += 1
            self.commit_seconds += time.monotonic() - begun
        for write, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                continue
            if outcome.error is not None:
                write.answer.set_exception(outcome.error)
            else:
                write.answer.set_result(outcome.result)
        return [write for write, outcome in zip(batch, outcomes, strict=True) if outcome is None]

    def _put_back(self, writes: Sequence[_Write]) -> None:
        """Have writes carried out before all that came since, but for those that nobody waits for any more."""
        for write in writes:
            if write.is_withdrawn:
                write.answer.set_exception(StoreBusy())
            elif self._is_closed:
                write.answer.set_exception(StoreError("the database was closed while it was locked"))
        self._waiting[:0] = [write for write in writes if not write.answer.done()]


def _commit_together(intents: Sequence[Intent[object]], connection: sqlite3.Connection) -> list[_Outcome | None]:
    """Carry out intents in one transaction; what came of each. ``None``: it is to be carried out again.

    SQLite itself undoes the whole transaction where the disk is full, for example. Then the intent that met it has
    failed, and the others have neither failed nor been written.
    """
    connection.execute("BEGIN IMMEDIATE")
    outcomes: list[_Outcome | None] = []
    try:
        for intent in intents:
            outcomes.append(_carry_out(intent, connection))
            if not connection.in_transaction:
                failed = len(outcomes) - 1
                return [outcomes[failed] if number == failed else None for number in range(len(intents))]
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return outcomes


def _carry_out(intent: Intent[object], connection: sqlite3.Connection) -> _Outcome:
    connection.execute("SAVEPOINT intent")
    try:
        result = intent(connection)
    except Exception as error:  # noqa: BLE001 - it is the answer to whoever waits, and must not end the others
        if connection.in_transaction:
            connection.execute("ROLLBACK TO intent")
            connection.execute("RELEASE intent")
        return _Outcome(error=error)
    connection.execute("RELEASE intent")
    return _Outcome(result=result)
