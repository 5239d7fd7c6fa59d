"""A video that is asked for in the first second of a first start is made: its price is waited for."""

from __future__ import annotations

from pathlib import Path

from sandbox.texts import saying
from tests.process.harness import harness

MODEL = ("GET", "/api/ai/models/*")


async def test_a_request_that_comes_before_its_price_is_made_once_oxen_has_named_it(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        holds = [here.oxen.faults.hold(*MODEL) for _ in range(2)]  # the prices ask for it, and so do the models
        async with here.bot() as bot:
            for hold in holds:
                await hold.reached()
            asked = await here.ask()
            for hold in holds:
                hold.release()
            await here.made()
            assert "Getting ready" in (await asked.answered()).message.text
            assert await bot.stop() == 0


async def test_a_request_is_refused_within_discords_three_seconds_where_oxen_names_no_price(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.oxen.faults.refuse(*MODEL, status=503, times=None)
        async with here.bot() as bot:
            refused = (await (await here.ask()).answered()).message
            assert saying("budget.unknown_price") in refused.text
            assert here.oxen.started == 0
            assert here.discord.mistakes == []
            assert await bot.stop() == 0
