"""What Discord may do to the connection itself, and what the operator is told of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.texts import saying
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

COMMANDS = ("PUT", "/applications/*/commands")


def told_commands(here: Harness) -> int:
    """How often Discord was told which commands there are."""
    return sum(request.method == "PUT" for request in here.discord.requests)


@pytest.mark.parametrize("status", [503, None], ids=["503", "connection lost"])
async def test_commands_that_discord_does_not_take_now_are_there_soon(tmp_path: Path, status: int | None) -> None:
    async with harness(tmp_path, seconds=0.1) as here:
        if status is None:
            here.discord.faults.lose(*COMMANDS, times=3)
        else:
            here.discord.faults.refuse(*COMMANDS, status, times=3)
        async with here.bot() as bot:
            await here.ask()
            assert saying("result.ready") in (await here.outcome()).text
            assert told_commands(here) == 4
            assert await bot.stop() == 0
        assert "Traceback" not in bot.stderr


async def test_commands_that_discord_refuses_are_not_told_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.discord.faults.refuse(*COMMANDS, 400)
        async with here.bot(ready=False) as bot:
            await bot.wrote("Discord refuses the commands")
            await here.discord.wait_for(lambda: here.discord.gateway.live)
            await here.oxen.wait_for_listener()
            assert await bot.stop() == 0
        assert told_commands(here) == 1
        assert "Traceback" not in bot.stderr


async def test_the_bot_comes_online_while_discord_still_thinks_about_the_commands(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        hold = here.discord.faults.hold(*COMMANDS)
        async with here.bot(ready=False) as bot:
            await hold.reached()
            await here.discord.wait_for(lambda: here.discord.gateway.live)
            assert await bot.stop() == 0
            hold.release()


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me"])
async def test_a_page_in_the_place_of_an_answer_to_the_login_does_not_end_the_bot(tmp_path: Path, path: str) -> None:
    async with harness(tmp_path, seconds=0.1) as here:
        here.discord.faults.refuse("GET", path, 200, "<html>Sign in to this network</html>")
        async with here.bot() as bot:
            assert "was not understood" in bot.output
            await here.ask()
            assert saying("result.ready") in (await here.outcome()).text
            assert await bot.stop() == 0


async def test_a_lost_connection_is_noticed_and_made_again(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot() as bot:
        await bot.wrote("Connected to Discord")
        await here.discord.gateway.drop()
        await bot.wrote("The connection to Discord is lost")
        await here.discord.wait_ready()
        await here.ask()
        assert saying("result.ready") in (await here.outcome()).text


async def test_a_channel_of_a_kind_that_nobody_knows_ends_neither_the_bot_nor_the_other_notices(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here:
        async with here.bot() as bot:
            assert await bot.stop() == 0
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3")) as connection:
            rows = [(123, "into the void"), (here.channel.id, "to be read")]
            connection.executemany("INSERT INTO notices (channel_id, text, at) VALUES (?, ?, 0)", rows)
            connection.commit()
        here.discord.faults.refuse("GET", "/channels/123", 200, {"id": "123", "type": 99, "guild_id": "1"})
        async with here.bot() as bot:
            await here.discord.wait_for(
                lambda: any("to be read" in m.text for m in here.discord.messages(here.channel))
            )
            assert "A channel takes no notice" in bot.output
            await here.ask()
            assert saying("result.ready") in (await here.outcome()).text
            assert "Traceback" not in bot.output
            assert await bot.stop() == 0


async def test_a_database_that_lost_a_table_ends_with_status_2_and_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            assert await bot.stop() == 0
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3")) as connection:
            connection.execute("PRAGMA legacy_alter_table = ON")
            connection.execute("ALTER TABLE jobs RENAME TO lost")
        async with here.bot(quick=False, ready=False) as bot:
            assert await bot.exited() == 2
            assert bot.stderr.splitlines()[-1].startswith("DATABASE_PATH: the database refused")
            assert "Traceback" not in bot.stderr
