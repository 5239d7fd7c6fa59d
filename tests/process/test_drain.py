"""``SIGUSR1``: an update that nobody notices. Nothing new is taken, what runs is finished, then the bot stops."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive


async def test_a_draining_bot_finishes_what_runs_takes_nothing_new_and_stops_with_0(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        await here.ask()
        generation = await here.made()
        await here.discord.wait_for(lambda: here.job()["state"] == "running")
        os.kill(bot.pid, signal.SIGUSR1)
        await bot.wrote("Draining: 1 videos")
        refused = (await (await here.ask()).answered()).message
        assert "about to be updated" in refused.text
        assert "No seconds used." in refused.text
        here.oxen.succeed(generation)
        assert "Your video is ready" in (await here.outcome()).text
        assert await bot.exited() == 0
        assert here.oxen.started == 1
        assert here.ledger() == {"reserve": 5, "settle": 5}


async def test_a_bot_with_nothing_in_the_making_stops_at_once(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        os.kill(bot.pid, signal.SIGUSR1)
        assert await bot.exited() == 0


async def test_a_draining_bot_can_still_be_stopped_and_the_next_one_takes_everything_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await here.ask()
            generation = await here.made()
            await here.discord.wait_for(lambda: here.job()["state"] == "running")
            os.kill(bot.pid, signal.SIGUSR1)
            await bot.wrote("Draining: 1 videos")
            assert await bot.stop() == 0
        async with here.bot():
            await here.ask()
            await here.made(2)
            here.oxen.succeed(generation)
            await here.outcome()
