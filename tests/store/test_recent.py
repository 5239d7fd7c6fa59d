"""What ``/videos`` asks the database for: the right ones, at a cost that does not grow with what a user ever made."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.store.sql import jobs
from sandbox.new_database import place_new_database

SHOWN = 8
STATES = ("delivered", "failed", "undeliverable", "running", "expired")


@contextmanager
def filled(path: Path, rows: list[tuple[str, int, int, str, int]]) -> Iterator[sqlite3.Connection]:
    """A database with jobs: id, user, server, state, when."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO jobs (id, user_id, guild_id, channel_id, state, request, seconds, created_at, updated_at,"
            " outcome_message_id) VALUES (?1, ?2, ?3, 11, ?4, '{}', 5, ?5, 0,"
            " iif(?4 IN ('delivered', 'failed'), 1, NULL))",
            rows,
        )
        connection.execute("COMMIT")
        yield connection


def asked(connection: sqlite3.Connection, user: int, guild: int) -> list[str]:
    """The ids that the query of ``/videos`` gives."""
    return [row[0] for row in connection.execute(*jobs.recent(user, guild, SHOWN))]


@pytest.mark.parametrize("seed", range(20))
async def test_those_that_no_place_took_come_first_then_the_newest(tmp_path: Path, seed: int) -> None:
    place_new_database(tmp_path / "bot.sqlite3")
    rng = random.Random(seed)
    rows = [
        (
            str(n),
            rng.choice((7, 8)),
            rng.choice((0, 9, 10)),
            rng.choice(STATES[: rng.choice((2, 5))]),
            rng.randrange(30),
        )
        for n in range(rng.choice((3, 60)))
    ]
    with filled(tmp_path / "bot.sqlite3", rows) as connection:
        for guild in (0, 9, 10, 12):
            mine = [row for row in rows if row[1] == 7 and guild in (0, row[2])]
            mine.sort(key=lambda row: (row[3] == "undeliverable", row[4], int(row[0])), reverse=True)
            assert asked(connection, 7, guild) == [row[0] for row in mine[:SHOWN]]


@pytest.mark.parametrize("guild", [0, 9, 10])
@pytest.mark.slow
async def test_it_costs_the_same_however_many_videos_somebody_made(tmp_path: Path, guild: int) -> None:
    """Counted in steps of SQLite's machine; nearly all jobs are in server 9."""
    steps: list[int] = []
    for many in (100, 4_000):
        path = tmp_path / f"{many}.sqlite3"
        place_new_database(path)
        rows = [(str(n), 7, 10 if n < 10 else 9, "delivered", n) for n in range(many)]
        with filled(path, rows) as connection:
            ticks: list[None] = []
            connection.set_progress_handler(partial(ticks.append, None), 1)
            assert len(asked(connection, 7, guild)) == SHOWN
            steps.append(len(ticks))
    assert steps[1] < steps[0] * 1.5
