"""Jobs of a bot that runs as a process, as its database has them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.process.harness import Harness

REASON = "The provider lost it; please ask again."


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite3")) as connection:
        return list(connection.execute(sql))


def audit(here: Harness) -> list[tuple[object, ...]]:
    return rows(here.folder, "SELECT by_user, action FROM audit ORDER BY id")


async def in_state(here: Harness, state: str) -> str:
    """The id of the newest job, once it is in a state."""
    await here.discord.wait_for(lambda: here.job()["state"] == state, timeout=30)
    return str(here.job()["id"])
