"""A request that waits for its turn survives a ``kill -9`` at every point: it is made once, and told once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.process import BotProcess
from sandbox.texts import saying
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

MAKE = ENGLISH("waiting.make")
READY = saying("result.ready")


async def queue_one(here: Harness) -> str:
    """Have a second request wait while a first one runs; the first one's generation."""
    await here.priced()
    await here.ask(prompt="first, @Image1")
    generation = await here.made()
    refused = (await (await here.ask(prompt="second, @Image1")).answered()).message
    answer = await (await here.discord.click(refused, MAKE, here.alice)).answered()
    assert answer.message is not None
    assert "Queued" in answer.message.text
    return generation


def found(here: Harness, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(here.folder / "data" / "bot.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def cards(here: Harness) -> list[Any]:
    return [m for m in here.discord.messages(here.channel) if "for <@" in m.text]


async def see_it_through(here: Harness, bot: BotProcess) -> None:
    """Let the second one be made, stop the bot, and look that all of it happened once."""
    here.oxen.succeed(await here.made(2))
    await here.discord.wait_for(lambda: sum(READY in m.text for m in here.outcomes()) == 2)
    assert await bot.stop() == 0
    assert here.oxen.started == 2
    assert found(here, "SELECT count(*) FROM jobs") == [(2,)]
    assert found(here, "SELECT count(*) FROM waiting_requests") == [(0,)]
    assert here.ledger() == {"reserve": 10, "settle": 10}
    assert len(cards(here)) == 2
    assert len(here.discord.threads(here.channel)) == 2
    assert here.discord.mistakes == []


async def test_killed_while_it_waits_it_is_made_by_the_next_process(tmp_path: Path) -> None:
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="1") as here:
        async with here.bot() as bot:
            generation = await queue_one(here)
            await bot.kill()
        here.oxen.succeed(generation)
        async with here.bot() as bot:
            await see_it_through(here, bot)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before its card is posted", "after its card is posted"])
async def test_killed_when_its_turn_has_come_it_has_one_card_and_is_made_once(
    tmp_path: Path, *, after_effect: bool
) -> None:
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="1") as here:
        async with here.bot() as bot:
            generation = await queue_one(here)
            hold = here.discord.faults.hold("POST", f"/channels/{here.channel.id}/messages", after_effect=after_effect)
            here.oxen.succeed(generation)
            await hold.reached()
            await bot.kill()
            hold.drop()
        assert found(here, "SELECT count(*) FROM waiting_requests") == [(0,)]
        async with here.bot() as bot:
            await see_it_through(here, bot)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before it is told", "after it is told"])
async def test_killed_while_its_user_is_told_that_it_was_refused_they_are_told_once(
    tmp_path: Path, *, after_effect: bool
) -> None:
    words = tmp_path / "words.txt"
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="1") as here:
        async with here.bot() as bot:
            generation = await queue_one(here)
            await bot.kill()
        words.write_text("second\n")
        here.settings["BLOCKED_WORDS_FILE"] = str(words)
        here.oxen.succeed(generation)
        hold = here.discord.faults.hold("POST", f"/channels/{here.channel.id}/messages", after_effect=after_effect)
        async with here.bot() as bot:
            await hold.reached()
            await bot.kill()
            hold.drop()
        async with here.bot() as bot:
            await here.discord.wait_for(lambda: found(here, "SELECT count(*) FROM waiting_requests") == [(0,)])
            assert READY in (await here.outcome()).text
            said = [m for m in here.discord.messages(here.channel) if "I couldn't start" in m.text]
            assert await bot.stop() == 0
        assert len(said) == 1
        assert here.oxen.started == 1
        assert here.ledger() == {"reserve": 5, "settle": 5}
