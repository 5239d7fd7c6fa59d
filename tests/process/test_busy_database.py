"""Another process has the database's write lock: people are told so in time, and no job suffers from it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.discord import Permission, Upload
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

ROUNDS = 3
"""Each takes as long as the bot lets somebody wait: together longer than SQLite's usual patience."""


@contextmanager
def locked(here: Harness) -> Iterator[None]:
    """Another process writes to the database, until the end of the block."""
    with closing(sqlite3.connect(here.folder / "data" / "bot.sqlite3", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        yield
        another.execute("ROLLBACK")


def rows(here: Harness, sql: str) -> list[Any]:
    """What a query finds."""
    with closing(sqlite3.connect(here.folder / "data" / "bot.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def ox() -> Upload:
    """A picture."""
    return Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")


async def running(here: Harness, count: int) -> Any:
    """A job that Oxen has: what came of its command."""
    asked = await here.ask()
    await asked.answered()
    await here.made(count)
    await here.discord.wait_for(lambda: rows(here, "SELECT 1 FROM jobs WHERE state = 'running'"))
    return asked


async def everything(here: Harness, delivered: Any, asked: Any) -> list[str]:
    """What alice is told who does everything that writes, all at once."""
    discord, alice = here.discord, here.alice

    async def told(doing: Any) -> str:
        invocation = await doing
        answer = await invocation.answered()  # in time, by Discord's own rule
        return str((await invocation.message() if answer.message.loading else answer.message).text)

    async def mentioned() -> str:
        assert discord.bot is not None
        said = discord.say(here.channel, alice, f"<@{discord.bot.id}> The ox of @Image1 dances", [ox()])
        return await discord.wait_for(
            lambda: next((m.text for m in discord.messages(here.channel) if m.reply_to is said), "")
        )

    return list(
        await asyncio.gather(
            told(here.ask()),
            told(discord.click(delivered, ENGLISH("button.run_again", seconds=5), alice)),
            told(discord.click(asked.original, "Cancel", alice)),
            told(discord.slash(here.channel, alice, "element save", {"name": "other", "front": ox()})),
            told(discord.slash(here.channel, alice, "element rename", {"name": "rex", "new_name": "max"})),
            told(discord.slash(here.channel, alice, "element delete", {"name": "rex"})),
            told(discord.slash(here.channel, alice, "admin quota set", {"daily_seconds": 1})),
            told(discord.slash(here.channel, alice, "admin grant", {"user": alice, "seconds": 9})),
            mentioned(),
        )
    )


@pytest.mark.exhaustive
async def test_whoever_writes_is_told_in_time_and_nothing_of_it_is_ever_done_while_jobs_go_on_afterwards(
    tmp_path: Path,
) -> None:
    async with harness(tmp_path, MAX_COMMANDS_PER_MINUTE="1000", MAX_ACTIVE_JOBS_PER_USER="9") as here, here.bot():
        discord, alice = here.discord, here.alice
        discord.add_role(here.channel.guild, "boss", Permission.MANAGE_GUILD, members=(alice,))
        save = await discord.slash(here.channel, alice, "element save", {"name": "rex", "front": ox()})
        await save.message()
        await running(here, 1)
        here.oxen.succeed(await here.made(1))
        delivered = await here.outcome()
        asked = await running(here, 2)
        jobs = rows(here, "SELECT id, cancel_requested_by FROM jobs ORDER BY id")
        with locked(here):
            here.oxen.succeed(await here.made(2))
            for _ in range(ROUNDS):
                for sentence in await everything(here, delivered, asked):
                    assert "I'm busy right now" in sentence
            quota = await discord.slash(here.channel, alice, "quota")
            assert "busy" not in (await quota.message()).text
            assert len(here.outcomes()) == 1
        await discord.wait_for(lambda: len(here.outcomes()) == 2)
        await discord.wait_for(lambda: here.ledger() == {"reserve": 10, "settle": 10})
        assert rows(here, "SELECT id, cancel_requested_by FROM jobs ORDER BY id") == jobs
        assert rows(here, "SELECT name FROM saved_elements") == [("rex",)]
        assert rows(here, "SELECT 1 FROM policies UNION ALL SELECT 1 FROM grants UNION ALL SELECT 1 FROM audit") == []
        assert len(here.oxen.generations) == 2
        again = await here.ask()
        assert not (await again.answered()).ephemeral
        assert discord.mistakes == []


async def test_a_bot_that_is_stopped_meanwhile_stops_in_order_and_the_next_one_delivers(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await running(here, 1)
            with locked(here):
                here.oxen.succeed(await here.made(1))
                busy = await here.ask()
                assert "I'm busy right now" in (await busy.answered()).message.text
                assert await bot.stop() == 0
            assert "Traceback" not in bot.output
        async with here.bot():
            await here.outcome()
            await here.discord.wait_for(lambda: here.ledger() == {"reserve": 5, "settle": 5})
