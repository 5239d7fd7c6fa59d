"""Mentions into a wall: where Discord takes nothing of the bot, it falls silent after a few refused calls."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Permission, Upload
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

pytestmark = pytest.mark.exhaustive

MENTIONS = 30
MOST_REFUSED = 20
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


def mention(here: Harness, who: Any, number: int) -> None:
    """Somebody mentions the bot under a picture."""
    file = Upload(filename="ox.png", data=picture_bytes(number), content_type="image/png")
    here.discord.say(here.channel, who, f"<@{here.discord.bot.id}> @Image1 dances", [file])


def refused(here: Harness) -> list[str]:
    """The calls that Discord refused."""
    return [f"{r.method} {r.path}" for r in here.discord.requests if r.status in (401, 403, 429)]


async def test_thirty_mentions_where_every_message_is_refused_are_twenty_refused_calls_at_most(tmp_path: Path) -> None:
    async with harness(tmp_path, MAX_COMMANDS_PER_MINUTE="1000", MAX_ACTIVE_JOBS_PER_USER="100") as here:
        people = [here.discord.add_user(f"user{n}", here.channel.guild) for n in range(3)]
        async with here.bot() as bot:
            for path in ("/channels/*/messages", "/channels/*/messages/*/threads", "/users/@me/channels"):
                here.discord.faults.refuse("POST", path, 403, FORBIDDEN, times=1_000)
            for number in range(MENTIONS):
                mention(here, people[number % 3], number)
            await here.discord.wait_for(lambda: len(refused(here)) >= 3)
            for number in range(MENTIONS):
                mention(here, people[number % 3], number)
            assert await bot.stop() == 0
        assert 3 <= len(refused(here)) <= MOST_REFUSED
        assert here.oxen.generations == {}


@pytest.mark.parametrize("permission", [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES])
async def test_where_the_bot_may_not_write_thirty_mentions_are_no_refused_call(
    tmp_path: Path, permission: Permission
) -> None:
    async with harness(tmp_path, MAX_COMMANDS_PER_MINUTE="1000") as here:
        admins = here.discord.add_role(here.channel.guild, "admins", Permission.ADMINISTRATOR, members=(here.alice,))
        here.discord.deny(here.channel, permission)
        async with here.bot() as bot:
            for number in range(MENTIONS):
                mention(here, here.alice, number)
            assert await bot.stop() == 0
        assert admins is not None
        assert refused(here) == []
        assert here.discord.messages(here.channel)[-1].author is here.alice
