"""Where a whole bot fetches from, when nobody said that it may fetch from this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.texts import saying
from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive

SEND_HERE = saying("button.send_here")


async def test_a_result_on_this_machine_is_not_asked_for_and_the_video_is_kept(tmp_path: Path) -> None:
    async with harness(tmp_path, RESULT_HOSTS_ALLOW_PRIVATE="false") as here, here.bot() as bot:
        await here.ask()
        here.oxen.succeed(await here.made())
        await here.discord.wait_for(lambda: bool(here.discord.threads(here.channel)))
        [thread] = here.discord.threads(here.channel)
        await here.discord.wait_for(lambda: SEND_HERE in str([m.buttons for m in here.discord.messages(thread)]))
        assert here.outcomes() == []
        assert here.oxen.downloads == []
        assert here.ledger() == {"reserve": 5}
        assert "may not be asked" in bot.output
        assert await bot.stop() == 0
