"""``python -m bot books``: what our books say beside what Oxen charged, job by job."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox.oxen import REFERENCE_TO_VIDEO
from sandbox.process import BotProcess
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

THIS_MONTH = f"{datetime.now(UTC):%Y-%m}"


class Ended(NamedTuple):
    """A command that ended."""

    status: int
    stdout: str
    stderr: str


async def books(here: Harness, *arguments: str, **settings: str) -> Ended:
    environment = {
        "DISCORD_TOKEN": "secret-token",
        "OXEN_API_KEY": here.oxen.api_key,
        "OXEN_API_URL": here.oxen.url,
        "DATABASE_PATH": str(here.folder / "data" / "bot.sqlite3"),
        **settings,
    }
    async with BotProcess(environment, arguments=("-m", "bot", "books", *arguments), is_forked=True) as command:
        status = await command.exited()
        return Ended(status, command.stdout, command.stderr)


async def delivered(here: Harness, number: int) -> str:
    await here.ask()
    generation = await here.made(number)
    here.oxen.succeed(generation)
    await here.discord.wait_for(lambda: here.job()["state"] == "delivered", timeout=20)
    return str(here.job()["id"])


async def failed(here: Harness, number: int) -> tuple[str, str]:
    await here.ask()
    generation = await here.made(number)
    here.oxen.fail(generation, "the ox ran away")
    await here.discord.wait_for(lambda: here.job()["state"] == "failed", timeout=20)
    return str(here.job()["id"]), generation


def rows(ended: Ended) -> dict[str, dict[str, str]]:
    """The table's rows by their jobs, or else generations."""
    return {row["job"] or row["generation"]: row for row in csv.DictReader(io.StringIO(ended.stdout))}


async def test_books_that_agree_say_so(tmp_path: Path) -> None:
    async with harness(tmp_path, BUDGET_USD_PER_DAY="20") as here, here.bot():
        await here.priced()
        job = await delivered(here, 1)
        said = await books(here)
        assert (said.status, said.stderr) == (0, "")
        assert "1 videos. Our books: $0.56. Oxen charged: $0.56." in said.stdout
        assert "the same of every video" in said.stdout
        assert rows(await books(here, "--csv", "--month", THIS_MONTH))[job]["compared"] == "same"


async def test_each_difference_is_named_with_its_job(tmp_path: Path) -> None:
    async with harness(tmp_path, BUDGET_USD_PER_DAY="20") as here, here.bot():
        await here.priced()
        billed, generation = await failed(here, 1)
        here.oxen.charge(generation)
        here.oxen.models[REFERENCE_TO_VIDEO]["pricing"]["cost_per_second"] = 0.2
        dearer = await delivered(here, 2)
        lost = await delivered(here, 3)
        here.oxen.vanish(list(here.oxen.generations)[-1])
        stranger = here.oxen._generations.enqueue(  # somebody else with the same key
            {"model": REFERENCE_TO_VIDEO, "prompt": "mine", "input_image": [], "duration": 10},
            media_type="video",
            namespace="sandbox",
        )
        here.oxen.succeed(stranger.id)
        table = rows(await books(here, "--csv"))
        assert {name: row["compared"] for name, row in table.items()} == {
            billed: "billed and failed",
            dearer: "priced otherwise",
            lost: "unknown to Oxen",
            stranger.id: "unknown to us",
        }
        assert table[dearer]["oxen_usd"] == "1.000000"
        assert table[stranger.id]["oxen_usd"] == "2.000000"
        shown = (await books(here)).stdout
        for words in ("billed and failed: 1 ($0.56 at Oxen", "unknown to us: 1", "priced otherwise: 1", billed, dearer):
            assert words in shown
        assert "private" not in shown


async def test_a_history_that_may_not_be_read_is_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await bot.stop()
        here.oxen.history_refused_with = 403
        said = await books(here)
        assert (said.status, said.stdout) == (2, "")
        assert "cannot be read" in said.stderr


@pytest.mark.parametrize("month", ["2026", "2026-13", "next", "1999-01", "2999-01"])
async def test_a_month_that_is_none_is_a_sentence(tmp_path: Path, month: str) -> None:
    async with harness(tmp_path) as here:
        said = await books(here, "--month", month)
        assert (said.status, said.stdout, here.oxen.requests) == (2, "", [])
        assert month in said.stderr


async def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        (tmp_path / "data" / "bot.sqlite3").unlink()
        said = await books(here)
        assert (said.status, said.stdout) == (2, "")
        assert "DATABASE_PATH" in said.stderr
