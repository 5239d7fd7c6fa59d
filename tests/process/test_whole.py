"""The bot as its operator runs it: a process between two servers."""

import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from sandbox.process import BotProcess
from sandbox.texts import saying
from tests.process.harness import harness


async def test_a_video_is_asked_for_made_and_delivered_with_nothing_to_complain_about(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(harness(tmp_path, seconds=0.1))
        (tmp_path / "data" / "bot.sqlite3").unlink()  # it is the bot's first start
        bot = await stack.enter_async_context(here.bot(quick=False))
        asked = await here.ask()
        card = await asked.answered()
        assert not card.ephemeral
        video = await here.outcome()
        assert list(video.pings) == [here.alice.id]
        assert video.attachments[0].filename == "video.mp4"
        assert here.discord.thread_of(card.message) is not None
        await here.discord.wait_for(lambda: saying("card.done") in asked.original.text)
        assert await bot.stop() == 0
        assert here.discord.mistakes == []
        assert here.discord.violations == []
        assert here.ledger() == {"reserve": 5, "settle": 5}
        assert here.discord.bot is not None
        for secret in (here.oxen.api_key, here.discord.environment()["DISCORD_TOKEN"]):
            assert secret not in bot.output


async def test_a_missing_setting_ends_with_status_2_and_one_sentence_that_names_it(tmp_path: Path) -> None:
    async with BotProcess({"DISCORD_TOKEN": "x"}, is_forked=True) as bot:
        assert await bot.exited() == 2
        assert bot.stderr.count("\n") == 1
        assert "OXEN_API_KEY is not set" in bot.stderr


async def test_a_bad_setting_ends_with_status_2_and_one_sentence_that_names_it(tmp_path: Path) -> None:
    settings = {"DISCORD_TOKEN": "x", "OXEN_API_KEY": "y", "QUOTA_DAILY_SECONDS": "many"}
    async with BotProcess(settings, is_forked=True) as bot:
        assert await bot.exited() == 2
        assert bot.stderr.count("\n") == 1
        assert "QUOTA_DAILY_SECONDS" in bot.stderr


async def test_a_token_that_discord_refuses_ends_with_status_2_and_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path, DISCORD_TOKEN="not-the-token") as here, here.bot(quick=False, ready=False) as bot:
        assert await bot.exited() == 2
        assert "DISCORD_TOKEN is not accepted by Discord" in bot.stderr
        assert "Traceback" not in bot.stderr


async def test_a_newer_database_ends_with_status_2_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3")) as connection:
        connection.execute("PRAGMA user_version = 999")
    async with harness(tmp_path) as here, here.bot(quick=False, ready=False) as bot:
        assert await bot.exited() == 2
        assert "newer version" in bot.stderr
        assert "Traceback" not in bot.stderr


async def test_an_oxen_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.oxen.faults.refuse_streams = True
        async with here.bot(ready=False) as bot:
            await here.discord.wait_ready()
            quota = await here.discord.slash(here.channel, here.alice, "quota", {})
            assert (await quota.answered()).ephemeral
            here.oxen.faults.refuse_streams = False
            await here.oxen.wait_for_listener()
            assert await bot.stop() == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("OXEN_API_URL", "http://user:secret@127.0.0.1/api", "must be an address alone"),
        ("OXEN_API_URL", "http://127.0.0.1/api?key=secret", "must be an address alone"),
        ("OXEN_API_URL", "ftp://127.0.0.1/api", "its URL scheme should be"),
        ("OXEN_MODEL", "  ", "it should have at least 1 character"),
        ("DATABASE_PATH", "/", "must be a file"),
    ],
)
async def test_a_setting_that_cannot_work_ends_with_status_2_and_one_sentence(name: str, value: str, says: str) -> None:
    settings = {"DISCORD_TOKEN": "token-of-the-bot", "OXEN_API_KEY": "key-of-the-bot", name: value}
    async with BotProcess(settings, is_forked=True) as bot:
        assert await bot.exited() == 2
        assert bot.stderr.count("\n") == 1
        assert bot.stderr.startswith(name)
        assert says in bot.stderr
        assert "secret" not in bot.stderr
