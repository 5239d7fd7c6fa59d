"""A backup of a bot at work, restored into a new folder: the videos that were in the making end there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.terminal import type_command
from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive


async def test_a_bot_with_a_restored_folder_finishes_what_was_in_the_making(tmp_path: Path) -> None:
    async with harness(tmp_path / "there") as here:
        async with here.bot():
            await here.ask()
            generation = await here.made()
            made = type_command(here.folder, "backup", str(tmp_path / "backup.tar"))
            assert (made.returncode, made.stderr) == (0, "")
        here.folder = tmp_path / "elsewhere"
        here.folder.mkdir()
        restored = type_command(here.folder, "restore", str(tmp_path / "backup.tar"))
        assert (restored.returncode, restored.stderr) == (0, "")
        async with here.bot():
            here.oxen.succeed(generation)
            await here.outcome()
            assert here.oxen.started == 1
            assert len(here.outcomes()) == 1


async def test_a_bot_that_is_told_where_makes_a_backup_at_its_first_start_and_says_so(tmp_path: Path) -> None:
    async with harness(tmp_path, BACKUP_DIR=str(tmp_path / "backups")) as here, here.bot() as bot:
        await bot.wrote("Backed up")
        [file] = (tmp_path / "backups").glob("bot.sqlite3-*.tar")
        assert str(file) in bot.output


async def test_a_backup_that_cannot_be_made_is_said_and_the_bot_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with harness(tmp_path, BACKUP_DIR=str(tmp_path / "file" / "backups")) as here, here.bot() as bot:
        await bot.wrote("The backup failed: BACKUP_DIR")
        await here.ask()
        await here.made()
