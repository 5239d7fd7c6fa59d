"""Each command, given what it cannot do anything with: a sentence, status 2, and nothing changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.store.job_store import Store
from sandbox.process import BotProcess
from tests.support import job

pytestmark = pytest.mark.exhaustive

AWAY = "http://127.0.0.1:9/api"
LINES = [
    ("nonsense", "Usage"),
    ("health now", "Usage"),
    ("history", "Usage"),
    ("history nobody", "nobody"),
    ("backup", "FILE"),
    ("backup {folder}", "is there already"),
    ("backup {folder}/none/backup.tar", "none"),
    ("restore", "FILE"),
    ("restore {folder}/none", "none"),
    ("restore {folder}/data/bot.sqlite3", "not a whole backup"),
    ("doctor extra", "extra"),
    ("doctor --yes", "--make"),
    ("doctor --make", "--make"),
    ("doctor --make=fax", "fax"),
    ("doctor --make=queue", "price"),
    ("doctor --make=sync --yes --output {folder}/none/video.mp4", "folder is not there"),
    ("models extra", "extra"),
    ("models", "Oxen could not be asked"),
    ("books --month 2026-13", "2026-13"),
    ("books --month soon", "soon"),
    ("books", "Oxen's history cannot be read"),
    ("jobs extra", "extra"),
    ("jobs --state stuck", "stuck"),
    ("jobs --user alice", "alice"),
    ("jobs --limit many", "many"),
    ("jobs --older 99999999999d", "99999999999d"),
    ("fail nobody --reason why", "nobody"),
    ("resend nobody", "nobody"),
    ("resume nobody", "nobody"),
    ("price reject", "reject"),
    ("price show 5", "accept"),
    ("price accept free", "free"),
    ("price accept -1", "-1"),
    ("price accept 1e99", "1e99"),
    ("price accept 0.1 --model nobody", "nobody"),
]


def contents(folder: Path) -> tuple[list[str], list[str]]:
    """Everything in the database, and the names of all files."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite3")) as connection:
        rows = list(connection.iterdump())
    return rows, sorted(str(path) for path in folder.rglob("*") if not path.name.startswith("bot.sqlite3-"))


@pytest.mark.parametrize(("line", "words"), LINES)
async def test_it_says_why_and_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    store = await Store.open(tmp_path / "data" / "bot.sqlite3")
    await store.accept(job(), Policy(daily_seconds=60, max_active=9))
    await store.close()
    before = contents(tmp_path)
    environment = {
        "DISCORD_TOKEN": "the-token-of-the-bot",
        "OXEN_API_KEY": "the-key-of-the-account",
        "OXEN_API_URL": AWAY,
        "DATABASE_PATH": str(tmp_path / "data" / "bot.sqlite3"),
    }
    arguments = ("-m", "bot", *(word.format(folder=tmp_path) for word in line.split()))
    async with BotProcess(environment, arguments=arguments, is_forked=True) as command:
        assert await command.exited() == 2
    assert words in command.stderr
    assert "Traceback" not in command.stderr
    assert command.stdout == "" or "Oxen could not be asked" in command.stderr
    assert contents(tmp_path) == before
