"""What the benchmarks measure with: the peer, counted and slowed commits, the worlds with their stamps."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.instrumented import Counts, read_counts
from benchmarks.simulated_services import BOT, PEER, worlds
from sandbox.discord.limits import Limits
from sandbox.process import PROJECT

PROGRAM = """
import asyncio, sqlite3, time
import aiosqlite

async def main():
    begun = time.perf_counter()
    async with aiosqlite.connect("database", isolation_level=None) as connection:
        await connection.execute("CREATE TABLE things (name TEXT)")
        for name in ("ox", "hen"):
            await connection.execute("BEGIN")
            await connection.execute("INSERT INTO things VALUES (?)", (name,))
            await connection.commit()
        await connection.execute("BEGIN")
        await connection.execute("SELECT * FROM things")
        await connection.execute("COMMIT")
    print(time.perf_counter() - begun)

asyncio.run(main())
"""


def instrumented(folder: Path, *options: str) -> float:
    """Run the program above; the seconds that it took by its own clock."""
    (folder / "program.py").write_text(PROGRAM)
    script = str(PROJECT / "benchmarks" / "instrumented.py")
    environment = {"PYTHONPATH": f"{folder}:{PROJECT}"}
    command = [sys.executable, script, *options, "program"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def test_commits_that_write_and_hand_overs_are_counted(tmp_path: Path) -> None:
    counters = tmp_path / "counters"
    instrumented(tmp_path, "--counters", str(counters))
    assert read_counts(counters).commits == 2
    assert read_counts(counters).hops > 2
    with sqlite3.connect(tmp_path / "database") as connection:
        assert connection.execute("SELECT name FROM things").fetchall() == [("ox",), ("hen",)]


def test_each_commit_that_writes_takes_so_much_longer(tmp_path: Path) -> None:
    assert instrumented(tmp_path, "--commit-delay", "0.2") >= 0.4


async def test_the_peer_answers_enqueues_and_delivers_with_four_calls_to_discord_and_two_to_oxen(
    tmp_path: Path,
) -> None:
    async with (
        worlds(tmp_path / "worlds", people=3, limits=Limits()) as here,
        here.running(PEER) as process,
    ):
        before = len(here.discord.requests), len(here.oxen.requests)
        accepted = await here.accept(3)
        delivered = await here.deliver()
        assert [len(accepted.answers), len(accepted.enqueued), len(delivered.videos)] == [3, 3, 3]
        assert not here.discord.mistakes
        calls = len(here.discord.requests) - before[0]
        asked = len(here.oxen.requests) - before[1] + len(here.oxen.downloads)
        assert (calls, asked) == (12, 6)
        assert process.returncode is None


@pytest.mark.exhaustive
async def test_the_bots_own_commits_and_hops_are_counted_from_outside(tmp_path: Path) -> None:
    async with (
        worlds(tmp_path / "worlds", people=1, limits=Limits()) as here,
        here.running(BOT, is_counted=True),
    ):
        accepted = await here.accept(1)
        assert accepted.counts is not None
        assert accepted.counts.commits > 0
        assert accepted.counts.hops >= accepted.counts.commits
        assert Counts(commits=3, hops=5) - Counts(commits=1, hops=1) == Counts(commits=2, hops=4)
