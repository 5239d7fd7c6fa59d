"""A loopback Discord with one channel and one member, for the tests of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.discord import Channel, LoopbackDiscord, User
from sandbox.process import BotProcess
from tests.sandbox.loopback_discord_caller import Api, calling

PROGRAM = Path(__file__).with_name("loopback_discord_bot.py")


def program_at(discord: LoopbackDiscord) -> BotProcess:
    """The program with discord.py, not started yet."""
    environment = discord.environment(guild_ready_seconds=0.05)
    return BotProcess(environment, arguments=[str(PROGRAM)], ready="ready", is_forked=True)


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as server:
        yield server


@pytest.fixture
def channel(discord: LoopbackDiscord) -> Channel:
    return discord.add_channel(discord.add_guild())


@pytest.fixture
def ada(discord: LoopbackDiscord, channel: Channel) -> User:
    assert channel.guild is not None
    return discord.add_user("ada", channel.guild)


@pytest.fixture
async def api(discord: LoopbackDiscord) -> AsyncIterator[Api]:
    async with calling(discord) as api:
        yield api


@pytest.fixture
async def bot(discord: LoopbackDiscord, channel: Channel) -> AsyncIterator[BotProcess]:
    async with program_at(discord) as process:
        await discord.wait_ready()
        yield process
