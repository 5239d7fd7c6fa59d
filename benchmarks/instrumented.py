"""Run a module as a program, with slower or counted commits: ``python benchmarks/instrumented.py [options] MODULE``.

The module needs no code for it: SQLite's connections are replaced by ones that wait before each COMMIT that has
something to write, as a cloud disk does, and that count. Counted are commits, and what aiosqlite hands to its threads.
"""

from __future__ import annotations

import argparse
import mmap
import runpy
import sqlite3
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

_LAYOUT = struct.Struct("<qq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many transactions were committed, and how often a thread of the database was handed something."""

    commits: int
    hops: int

    def __sub__(self, other: Counts) -> Counts:
        return Counts(commits=self.commits - other.commits, hops=self.hops - other.hops)


def read_counts(path: Path) -> Counts:
    """What a program that runs with ``--counters`` has counted so far."""
    commits, hops = _LAYOUT.unpack(path.read_bytes())
    return Counts(commits=commits, hops=hops)


class _Counters:
    """The two counters, in a file that another process reads; each is written by one thread at a time."""

    def __init__(self, path: Path | None) -> None:
        self._memory: mmap.mmap | bytearray = bytearray(_LAYOUT.size)
        if path is not None:
            path.write_bytes(bytes(_LAYOUT.size))
            with path.open("r+b") as file:
                self._memory = mmap.mmap(file.fileno(), _LAYOUT.size)

    def add(self, commits: int = 0, hops: int = 0) -> None:
        before = _LAYOUT.unpack_from(self._memory)
        _LAYOUT.pack_into(self._memory, 0, before[0] + commits, before[1] + hops)


def _connection_class(delay: float, counters: _Counters) -> type[sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        _written = 0

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - sqlite3's own
            if sql.lstrip()[:6].upper() == "COMMIT":
                self._before_commit()
            return super().execute(sql, parameters)

        def commit(self) -> None:
            self._before_commit()
            super().commit()

        def _before_commit(self) -> None:
            if self.in_transaction and self.total_changes != self._written:
                self._written = self.total_changes
                counters.add(commits=1)
                time.sleep(delay)

    return Connection


def _install(delay: float, counters: _Counters) -> None:
    connect: Any = sqlite3.connect
    # Every statement of aiosqlite goes to its thread through this one, which has no public name.
    hand_over: Any = aiosqlite.Connection._execute  # noqa: SLF001
    connection_class = _connection_class(delay, counters)

    def connect_instrumented(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - sqlite3's own
        return connect(*args, **{"factory": connection_class, **kwargs})

    async def hand_over_counted(self: aiosqlite.Connection, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        counters.add(hops=1)
        return await hand_over(self, *args, **kwargs)

    setattr(sqlite3, "connect", connect_instrumented)  # noqa: B010 - to mypy it is a function of another type
    setattr(aiosqlite.Connection, "_execute", hand_over_counted)  # noqa: B010


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit-delay", type=float, default=0.0, metavar="SECONDS", help="added to each COMMIT")
    parser.add_argument("--counters", type=Path, metavar="FILE", help="where commits and hops are counted")
    parser.add_argument("module")
    chosen = parser.parse_args()
    _install(chosen.commit_delay, _Counters(chosen.counters))
    sys.path.pop(0)  # this file's own folder: the module comes from PYTHONPATH
    sys.argv = [chosen.module]
    runpy.run_module(chosen.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
