"""A bot in several shards at the loopback Discord's gateway, and how fast they may begin."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.discord import LoopbackDiscord
from tests.sandbox.loopback_discord_caller import Api

GUILDS_AND_MESSAGES = 1 << 0 | 1 << 9 | 1 << 12


class Shard:
    """One connection of a bot, whose events are kept as they come."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, discord: LoopbackDiscord) -> None:
        self.socket, self._discord = socket, discord

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def identify(self, number: int, count: int) -> None:
        wanted = {"token": self._discord.world.token, "intents": GUILDS_AND_MESSAGES, "properties": {"os": "x"}}
        await self.send(2, wanted | {"shard": [number, count]})

    async def resume(self, session: str, sequence: int) -> None:
        await self.send(6, {"token": self._discord.world.token, "session_id": session, "seq": sequence})

    async def next(self) -> Any:
        """The next frame, which is not the answer to a heartbeat."""
        frame = await self.socket.receive_json(timeout=5)
        return await self.next() if frame["op"] == 11 else frame

    async def events(self) -> list[Any]:
        """All events until now: up to the answer to a heartbeat."""
        await self.send(1, None)
        found = []
        while (frame := await self.socket.receive_json(timeout=5))["op"] != 11:
            found.append(frame)
        return found

    async def closed(self) -> int | None:
        """The code with which Discord closes the connection."""
        while (await self.socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.socket.close_code


@pytest.fixture
def discord_of_two(discord: LoopbackDiscord) -> LoopbackDiscord:
    discord.limits.shards = discord.limits.max_concurrency = 2
    return discord


@asynccontextmanager
async def connected(discord: LoopbackDiscord, number: int | None = None, count: int = 2) -> AsyncIterator[Shard]:
    """A connection after HELLO, identified where a number is given."""
    url = discord.world.gateway_url + "?v=10&encoding=json"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        assert (await socket.receive_json())["op"] == 10
        shard = Shard(socket, discord)
        if number is not None:
            await shard.identify(number, count)
        yield shard


def names(frames: list[Any]) -> list[str]:
    return [frame["t"] for frame in frames]


async def test_the_gateway_tells_how_many_shards_it_recommends_and_how_fast(
    discord_of_two: LoopbackDiscord, api: Api
) -> None:
    told = (await api("GET", "/gateway/bot")).data
    assert told["shards"] == 2
    assert told["session_start_limit"] == {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 0,
        "max_concurrency": 2,
    }
    async with connected(discord_of_two, 0) as shard:
        await shard.events()
        limit = (await api("GET", "/gateway/bot")).data["session_start_limit"]
    assert limit["remaining"] == 999
    assert 86_000_000 < limit["reset_after"] <= 86_400_000


@pytest.mark.parametrize("number", [0, 1])
async def test_a_shard_is_told_of_its_own_servers_alone(discord_of_two: LoopbackDiscord, number: int) -> None:
    guilds = [discord_of_two.add_guild(shard=shard) for shard in (0, 1, 0, 1)]
    assert [(guild.id >> 22) % 2 for guild in guilds] == [0, 1, 0, 1]
    async with connected(discord_of_two, number) as shard:
        ready, *rest = await shard.events()
        assert ready["d"]["shard"] == [number, 2]
        mine = [str(guild.id) for guild in guilds[number::2]]
        assert [entry["id"] for entry in ready["d"]["guilds"]] == mine
        assert [frame["d"]["id"] for frame in rest if frame["t"] == "GUILD_CREATE"] == mine


async def test_events_go_to_their_shard_and_direct_messages_to_the_first(discord_of_two: LoopbackDiscord) -> None:
    guilds = [discord_of_two.add_guild(shard=shard) for shard in (0, 1)]
    channels = [discord_of_two.add_channel(guild) for guild in guilds]
    ada = discord_of_two.add_user("ada", *guilds)
    async with connected(discord_of_two, 0) as first, connected(discord_of_two, 1) as second:
        await first.events()
        await second.events()
        discord_of_two.say(channels[0], ada, "to the first")
        discord_of_two.say(channels[1], ada, "to the second")
        discord_of_two.say(discord_of_two.direct(ada), ada, "directly")
        assert [frame["d"]["channel_id"] for frame in await first.events()] == [
            str(channels[0].id),
            str(discord_of_two.direct(ada).id),
        ]
        assert [frame["d"]["channel_id"] for frame in await second.events()] == [str(channels[1].id)]


async def test_too_few_shards_are_closed_with_4011(discord: LoopbackDiscord) -> None:
    discord.limits.shards = discord.limits.least_shards = 2
    async with connected(discord, 0, 1) as shard:
        assert await shard.closed() == 4011


async def test_wanting_more_shards_ends_the_sessions_that_have_fewer(discord: LoopbackDiscord, api: Api) -> None:
    async with connected(discord, 0, 1) as shard:
        session = (await shard.next())["d"]["session_id"]
        await discord.gateway.require_shards(3)
        assert await shard.closed() == 4011
    assert (await api("GET", "/gateway/bot")).data["shards"] == 3
    async with connected(discord) as shard:
        await shard.resume(session, 1)
        assert (await shard.next())["op"] == 9


async def test_a_second_identify_within_five_seconds_is_an_invalid_session(discord: LoopbackDiscord) -> None:
    discord.limits.shards = 2
    async with connected(discord, 0) as first, connected(discord, 1) as second:
        assert (await first.next())["t"] == "READY"
        refused = await second.next()
        assert (refused["op"], refused["d"]) == (9, False)
        discord.advance(timedelta(seconds=5))
        await second.identify(1, 2)
        assert (await second.next())["t"] == "READY"
    assert discord.gateway.identified_too_soon == 1


async def test_as_many_shards_as_max_concurrency_says_begin_at_once(discord: LoopbackDiscord) -> None:
    discord.limits.shards, discord.limits.max_concurrency = 4, 2
    async with connected(discord, 0, 4) as first, connected(discord, 1, 4) as second, connected(discord, 2, 4) as third:
        assert (await first.next())["t"] == "READY"
        assert (await second.next())["t"] == "READY"
        assert (await third.next())["op"] == 9


async def test_a_bot_that_begins_too_many_sessions_loses_its_token(discord: LoopbackDiscord) -> None:
    discord.limits.session_starts, discord.limits.identify_seconds = 1, 0.0
    async with connected(discord, 0, 1) as first:
        await first.events()
        async with connected(discord, 0, 1) as second:
            assert await second.closed() == 4004


async def test_each_shard_resumes_its_own_session(discord_of_two: LoopbackDiscord) -> None:
    guilds = [discord_of_two.add_guild(shard=shard) for shard in (0, 1)]
    channels = [discord_of_two.add_channel(guild) for guild in guilds]
    ada = discord_of_two.add_user("ada", *guilds)
    async with connected(discord_of_two, 0) as other:
        await other.events()
        async with connected(discord_of_two, 1) as shard:
            seen = await shard.events()
            await discord_of_two.gateway.drop(4000, shard=1)
            await shard.closed()
        for place in channels:
            discord_of_two.say(place, ada, "meanwhile")
        assert names(await other.events()) == ["MESSAGE_CREATE"]
        async with connected(discord_of_two) as shard:
            await shard.resume(seen[0]["d"]["session_id"], seen[-1]["s"])
            missed, resumed = await shard.events()
        assert missed["d"]["channel_id"] == str(channels[1].id)
        assert resumed["t"] == "RESUMED"


async def test_a_bot_is_ready_with_its_last_shard(discord_of_two: LoopbackDiscord, api: Api) -> None:
    await api("PUT", f"/applications/{discord_of_two.bot.id}/commands", [{"name": "x", "type": 1, "description": "x"}])
    async with connected(discord_of_two, 1) as second:
        await second.events()
        assert not discord_of_two.gateway.complete
        async with connected(discord_of_two, 0):
            await discord_of_two.wait_ready(timeout=5)
