"""The sign of life that the container's health check looks at, and what it knows of the shards."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.client import VideoBot
from bot.health import Heartbeat, is_alive
from bot.shards import ShardStatus


@dataclass(slots=True)
class Connection:
    """What can tell until when it was connected."""

    connected_until: float | None


@dataclass(slots=True)
class Clock:
    """Seconds that pass when they are told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def beat(folder: Path, connected_until: float | None) -> Path:
    """The database whose sign of life was given once."""
    database = folder / "bot.sqlite3"
    Heartbeat(database, Connection(connected_until)).beat()
    return database


async def receive_completion(bot: VideoBot, event: str, shard: int = 0) -> bool:
    """Whether the bot counts as connected once discord.py has told it of an event."""
    bot.dispatch(event, shard)
    ours = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord.py")]
    await asyncio.gather(*ours)
    return bot.shard_status.all_connected


async def test_a_bot_whose_connection_is_lost_is_not_connected_although_it_was_ready() -> None:
    async with VideoBot() as bot:
        bot.shard_status.begin(1, 1)
        assert not bot.shard_status.all_connected
        assert await receive_completion(bot, "shard_connect")
        assert await receive_completion(bot, "shard_ready")
        assert not await receive_completion(bot, "shard_disconnect")
        assert not await receive_completion(bot, "shard_disconnect")
        assert await receive_completion(bot, "shard_resumed")
        assert not await receive_completion(bot, "shard_disconnect")
        assert await receive_completion(bot, "shard_connect")


async def test_a_bot_of_two_shards_is_connected_with_both_of_them() -> None:
    async with VideoBot() as bot:
        bot.shard_status.begin(2, 1)
        assert not await receive_completion(bot, "shard_connect", 0)
        assert await receive_completion(bot, "shard_connect", 1)
        assert not await receive_completion(bot, "shard_disconnect", 0)
        assert await receive_completion(bot, "shard_resumed", 0)


def test_no_sign_of_life_is_given_before_the_first_connection(tmp_path: Path) -> None:
    assert not is_alive(beat(tmp_path, None))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("ago", "alive"), [(0, True), (50, True), (61, False)])
def test_a_lost_connection_is_no_illness_for_a_minute(tmp_path: Path, ago: float, *, alive: bool) -> None:
    assert is_alive(beat(tmp_path, time.time() - ago)) is alive


def test_a_sign_of_life_counts_for_a_minute_also_when_no_other_follows(tmp_path: Path) -> None:
    database = beat(tmp_path, time.time())
    assert is_alive(database)
    beat(tmp_path, time.time() - 61)
    assert not is_alive(database)


def test_the_shard_that_is_away_for_the_longest_says_how_long_ago_all_were_there() -> None:
    clock = Clock()
    shards = ShardStatus(clock)
    shards.begin(3, 3)
    for shard in range(3):
        shards.connect(shard)
    clock.seconds = 1_010.0
    assert shards.connected_until == 1_010.0
    shards.disconnect(1)
    clock.seconds = 1_020.0
    shards.disconnect(2)
    clock.seconds = 1_030.0
    assert shards.connected_until == 1_010.0
    shards.connect(1)
    assert shards.connected_until == 1_020.0
    shards.connect(2)
    assert shards.connected_until == 1_030.0


def test_before_the_first_connection_nobody_knows_until_when_the_shards_were_there() -> None:
    shards = ShardStatus(Clock())
    shards.begin(3, 3)
    assert shards.connected_until is None


def test_shards_that_wait_for_their_turn_at_the_start_are_not_away() -> None:
    clock = Clock()
    shards = ShardStatus(clock)
    shards.begin(40, 1)
    shards.connect(0)
    clock.seconds = 1_100.0
    for shard in range(1, 20):
        shards.connect(shard)
    assert shards.connected_until == 1_100.0
    clock.seconds = 1_300.0
    assert shards.connected_until == pytest.approx(1_110, abs=1)


def test_shards_that_are_begun_again_are_away_since_they_were_lost() -> None:
    clock = Clock()
    shards = ShardStatus(clock)
    shards.begin(1, 1)
    shards.connect(0)
    shards.disconnect(0)
    clock.seconds = 1_050.0
    shards.begin(2, 2)
    clock.seconds = 1_060.0
    assert shards.connected_until == 1_000.0


async def test_a_bot_that_never_began_can_be_closed() -> None:
    bot = VideoBot()
    await bot.close()
    assert bot.is_closed()
