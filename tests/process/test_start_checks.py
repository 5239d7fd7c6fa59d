"""At its start the bot says in three lines what holds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.process import BotProcess
from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive


async def test_a_bot_that_is_set_up_says_what_holds_in_three_lines(tmp_path: Path) -> None:
    backups = str(tmp_path / "backups")
    async with harness(tmp_path, BUDGET_USD_PER_DAY="20", BACKUP_DIR=backups) as here, here.bot() as bot:
        await bot.wrote("Oxen: it takes the key, and a second of kling-video-o1-reference-to-video costs $0.11")
        lines = [line for line in bot.stderr.splitlines() if "bot.operations.start_checks" in line]
        assert len(lines) == 3
        assert all(" INFO " in line for line in lines)
        assert "at most $20.00 a day" in bot.stderr
        assert here.oxen.api_key not in bot.stderr


async def test_what_does_not_hold_is_a_warning_with_what_to_do(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.settings["OXEN_API_KEY"] = "wrong-key"
        async with here.bot(ready=False) as bot:
            await bot.wrote("Oxen: it refuses the key; set OXEN_API_KEY")
            assert "Set BACKUP_DIR" in bot.stderr
            assert "wrong-key" not in bot.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="there is Landlock on Linux alone")
async def test_a_kernel_that_cannot_shut_in_a_decoder_is_warned_about_once_before_anybody_sent_a_picture(
    tmp_path: Path,
) -> None:
    words = "cannot keep a decoder from files and network"
    async with harness(tmp_path) as here:
        program = str(Path(__file__).with_name("without_landlock.py"))
        async with BotProcess(here.environment(), arguments=(program, "-m", "bot")) as bot:
            await bot.wrote(words)
            await here.discord.wait_ready()
            await here.oxen.wait_for_listener()
            await here.priced()
            await here.ask()
            await here.made()
            assert bot.output.count("decoder") == 1
