"""A real ``kill -9`` while a story is joined: its video is there once, whatever the moment."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from tests.process.harness import Harness, harness
from tests.process.stories import story

pytestmark = pytest.mark.exhaustive

JOINED = saying("join.ready")


def joined(here: Harness) -> list[Any]:
    return [message for message in here.outcomes() if JOINED in message.text]


def downloading(here: Harness) -> Any:
    return here.oxen.faults.result.stall(after_bytes=500)


def sending(*, after_effect: bool) -> Callable[[Harness], Any]:
    def hold(here: Harness) -> Any:
        [thread] = here.discord.threads(here.channel)
        return here.discord.faults.hold("POST", f"/channels/{thread.id}/messages", after_effect=after_effect)

    return hold


MOMENTS = {
    "while it is fetched": downloading,
    "before it is sent": sending(after_effect=False),
    "after it is sent": sending(after_effect=True),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_join_that_was_killed_is_posted_once_by_the_next_process(tmp_path: Path, moment: str) -> None:
    async with harness(tmp_path, QUOTA_DAILY_SECONDS="600") as here:
        async with here.bot() as bot:
            second = await story(here)
            hold = MOMENTS[moment](here)
            await here.discord.click(second, ENGLISH("button.join", count=2), here.alice)
            await hold.reached()
            await bot.kill()
            getattr(hold, "drop", hold.release)()
        here.discord.advance(timedelta(hours=1))  # no nonce holds that long
        async with here.bot() as bot:
            await bot.wrote("A story was joined and posted")
            assert await bot.stop() == 0
        assert told(here) == [("delivered", joined(here)[0].id)]
        assert len(joined(here)) == 1
        assert here.ledger() == {"reserve": 10, "settle": 10}
        assert here.discord.mistakes == []
        assert list((tmp_path / "data" / "bot.sqlite3.work").glob("*.mp4")) == []


def told(here: Harness) -> list[tuple[str, int]]:
    """The joins whose outcome was recorded."""
    with closing(sqlite3.connect(here.folder / "data" / "bot.sqlite3")) as connection:
        sql = "SELECT state, outcome_message_id FROM joins WHERE outcome_message_id IS NOT NULL"
        return list(connection.execute(sql))
