"""What an operator reads of each job, with the settings that everybody has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.process import BotProcess
from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive

PROMPT = "The secret ox of @Image1 dances"


def transitions(bot: BotProcess) -> list[dict[str, Any]]:
    """The log's lines about transitions, in order."""
    lines = [json.loads(line) for line in bot.stderr.splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == "bot.services.jobs.transition_log"]


async def test_each_transition_of_a_delivered_video_is_one_line_with_who_what_and_why(tmp_path: Path) -> None:
    async with harness(tmp_path, LOG_FORMAT="json") as here, here.bot(quick=False) as bot:
        await here.ask(PROMPT)
        here.oxen.succeed(await here.made())
        await bot.wrote("delivering → delivered")
        lines = transitions(bot)
        assert [line["message"] for line in lines] == [
            "job accepted",
            "job accepted → prepared",
            "job prepared → submitting",
            "job submitting → running",
            "job running → delivering",
            "job delivering → delivered",
        ]
        assert {line["level"] for line in lines} == {"INFO"}
        job = here.job()
        for line in lines:
            assert (line["job"], line["user"], line["guild"], line["seconds"]) == (
                job["id"],
                job["user_id"],
                job["guild_id"],
                5,
            )
            assert line["why"]
        elapsed = [line["elapsed"] for line in lines]
        assert elapsed == sorted(elapsed)
        assert elapsed[-1] == (job["updated_at"] - job["created_at"]) / 1000
        assert "secret ox" not in bot.output


async def test_a_failed_video_is_one_line_with_its_cause(tmp_path: Path) -> None:
    async with harness(tmp_path, LOG_FORMAT="json") as here, here.bot(quick=False) as bot:
        here.oxen.faults.refuse("POST", "/api/ai/queue", 400, {"error": {"title": PROMPT}})
        await here.ask(PROMPT)
        await bot.wrote("submitting → failed")
        await here.ask(PROMPT)
        here.oxen.fail(await here.made(), "too dark")
        await bot.wrote("running → failed")
        refused, failed = (line for line in transitions(bot) if line["message"].endswith("failed"))
        assert refused["cause"] == "OxenRefused"
        assert "secret ox" not in refused["why"]
        assert failed["why"] == "Oxen failed it"
