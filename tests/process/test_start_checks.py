"""At its start the bot says in three lines what holds."""

from __future__ import annotations

from pathlib import Path

from tests.process.harness import harness


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
