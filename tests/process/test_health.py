"""The sign of life that the container's health check looks at."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.client import VideoBot
from bot.health import Heartbeat, is_alive


@dataclass(slots=True)
class Client:
    """What can tell whether it is connected."""

    is_connected: bool


async def heard(bot: VideoBot, event: str) -> bool:
    """Whether the bot counts as connected once discord.py has told it of an event."""
    bot.dispatch(event)
    ours = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord.py")]
    await asyncio.gather(*ours)
    return bot.is_connected


async def test_a_bot_whose_connection_is_lost_is_not_connected_although_it_was_ready() -> None:
    async with VideoBot() as bot:
        assert not bot.is_connected
        assert await heard(bot, "connect")
        assert await heard(bot, "ready")
        assert not await heard(bot, "disconnect")
        assert not await heard(bot, "disconnect")
        assert await heard(bot, "resumed")
        assert not await heard(bot, "disconnect")
        assert await heard(bot, "connect")


@pytest.mark.parametrize("connected", [True, False])
def test_a_sign_of_life_is_given_only_while_connected(tmp_path: Path, *, connected: bool) -> None:
    database = tmp_path / "bot.sqlite3"
    Heartbeat(database, Client(connected)).beat()
    assert is_alive(database) is connected


def test_a_sign_of_life_counts_for_a_minute_so_that_a_reconnect_is_no_illness(tmp_path: Path) -> None:
    database = tmp_path / "bot.sqlite3"
    client = Client(is_connected=True)
    Heartbeat(database, client).beat()
    client.is_connected = False
    Heartbeat(database, client).beat()
    assert is_alive(database)
    [sign] = tmp_path.iterdir()
    given = sign.stat().st_mtime - 61
    os.utime(sign, (given, given))
    assert not is_alive(database)
