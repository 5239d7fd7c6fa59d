"""A backup of a bot at work, restored into a new folder: the videos that were in the making end there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.operations.terminal import type_command
from tests.process.harness import Harness, harness

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


async def restored_over(here: Harness, backup: Path) -> None:
    """Put a backup in the place of a database that has gone on, an hour later: Discord knows no nonce any more."""
    here.discord.advance(timedelta(hours=1))
    restored = type_command(here.folder, "restore", str(backup))
    assert (restored.returncode, restored.stderr) == (0, "")


def backed_up(here: Harness) -> Path:
    """A backup of the bot that runs."""
    made = type_command(here.folder, "backup", str(here.folder / "backup.tar"))
    assert (made.returncode, made.stderr) == (0, "")
    return here.folder / "backup.tar"


async def written(is_written: Callable[[], bool]) -> None:
    """Wait until another process has written something into the database."""
    async with asyncio.timeout(60):
        while not is_written():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def delivered(here: Harness, count: int = 1) -> None:
    """Wait until so many videos are delivered, as the database has it."""
    await written(lambda: here.ledger().get("settle") == 5 * count)


async def test_a_video_that_was_sent_to_oxen_after_the_backup_is_not_paid_for_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        opening = here.discord.faults.hold("POST", "/channels/*/messages/*/threads")
        async with here.bot():
            await here.ask()
            await opening.reached()
            backup = backed_up(here)
            opening.release()
            here.oxen.succeed(await here.made())
            await delivered(here)
        await restored_over(here, backup)
        async with here.bot():
            await delivered(here)
        assert (here.oxen.started, len(here.outcomes())) == (1, 1)


async def test_a_video_that_was_delivered_after_the_backup_is_not_sent_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot():
            await here.ask()
            generation = await here.made()
            await written(lambda: here.job()["state"] == "running")
            backup = backed_up(here)
            here.oxen.succeed(generation)
            await delivered(here)
        await restored_over(here, backup)
        async with here.bot():
            await delivered(here)
        assert (here.oxen.started, len(here.outcomes())) == (1, 1)


async def test_what_waited_for_its_turn_when_the_backup_was_made_is_made_only_if_its_user_says_so(
    tmp_path: Path,
) -> None:
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="1") as here:
        async with here.bot():
            await here.ask()
            first = await here.made()
            refused = await (await here.ask("The ox of @Image1 sings")).message()
            await (await here.discord.click(refused, "Make it when one is done", here.alice)).message()
            backup = backed_up(here)
            here.oxen.succeed(first)
            here.oxen.succeed(await here.made(2))
            await delivered(here, 2)
        await restored_over(here, backup)
        async with here.bot():
            said = await here.discord.wait_for(
                lambda: [m for m in here.discord.messages(here.channel) if "restored from a backup" in m.text]
            )
            await delivered(here)
            assert here.oxen.started == 2
            await here.discord.click(said[0], "Try again", here.alice)
            await here.made(3)


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
