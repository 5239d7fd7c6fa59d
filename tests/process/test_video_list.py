"""The list of one's videos on a Discord that is strict about what it is sent, over a restart."""

from pathlib import Path

import pytest

from cogs.ui.texts import ENGLISH
from tests.process.harness import harness
from tests.process.stories import result, story

pytestmark = pytest.mark.exhaustive


async def test_the_list_filters_opens_and_starts_a_join_after_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, QUOTA_DAILY_SECONDS="600") as here:
        async with here.bot() as bot:
            await story(here)
            await here.ask("A fox beside @Image1")
            await result(here, 3)
            listing = await here.discord.slash(here.channel, here.alice, "videos", {"search": "@Image1"})
            listed = await listing.message()
            assert await bot.stop() == 0
        async with here.bot() as bot:
            [subject] = [part["custom_id"] for part in listed.parts() if ":story:" in str(part.get("custom_id"))]
            [choice] = [
                option["value"]
                for part in listed.parts()
                if part.get("custom_id") == subject
                for option in part["options"]
                if option["value"].startswith("chain ")
            ]
            await (await here.discord.choose(listed, subject, [choice], here.alice)).answered()
            assert "fox" not in listed.text
            assert "**Story**" in listed.text
            await here.discord.click(listed, ENGLISH("button.join", count=2), here.alice)
            await bot.wrote("A story was joined and posted")
            assert await bot.stop() == 0
        assert here.discord.mistakes == []
