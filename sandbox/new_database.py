"""The database as a bot's first start leaves it: made once in a process, then copied, which is 10 times as fast."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bot.store import data_folders
from bot.store.database import Database


def place_new_database(path: Path) -> Path:
    """Have an empty, migrated database at ``path``, unless there is something already; ``path``."""
    if not path.exists():
        data_folders.make_folder(path.parent)
        path.touch(mode=0o600)
        path.write_bytes(_new_database())
    return path


@cache
def _new_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:  # an event loop may run in this one
        path = Path(folder) / "bot.sqlite3"
        thread.submit(asyncio.run, _make(path)).result()
        return path.read_bytes()


async def _make(path: Path) -> None:
    await (await Database.open(path)).close()
