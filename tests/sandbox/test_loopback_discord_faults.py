"""Trouble between the bot and Discord, and what discord.py makes of it."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.discord import Channel, LoopbackDiscord, User
from sandbox.process import BotProcess


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def post(discord: LoopbackDiscord, http: aiohttp.ClientSession, channel: Channel) -> Any:
    url = f"{discord.origin}/api/v10/channels/{channel.id}/messages"
    headers = {"Authorization": f"Bot {discord.world.token}"}
    return http.post(url, json={"content": "x"}, headers=headers)


async def outcome(discord: LoopbackDiscord, channel: Channel, ada: User) -> str:
    return (await (await discord.slash(channel, ada, "fail", {"what": "x"})).message()).text


async def test_a_rate_limit_is_waited_for_and_then_over(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.faults.refuse("POST", "/channels/*/messages", 429)
    assert await outcome(discord, channel, ada) == "fine"
    assert [r.status for r in discord.requests if r.path == f"/channels/{channel.id}/messages"] == [429, 200]


async def test_a_refusal_has_the_status_and_code_asked_for(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.faults.refuse("POST", "/channels/*/messages", 403, {"code": 50013, "message": "Missing Permissions"})
    assert await outcome(discord, channel, ada) == "403 50013"
    assert discord.violations == []


async def test_what_was_refused_after_its_effect_is_there(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.faults.refuse("POST", "/channels/*/messages", 503, after_effect=True)
    assert await outcome(discord, channel, ada) == "503 0"
    assert [message.text for message in discord.messages(channel)].count("x") == 1


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_lost_answer_leaves_its_effect_only_when_asked_to(
    discord: LoopbackDiscord, channel: Channel, http: aiohttp.ClientSession, after_effect: bool
) -> None:
    discord.faults.lose("POST", "/channels/*/messages", after_effect=after_effect)
    with pytest.raises(aiohttp.ClientError):
        await post(discord, http, channel)
    assert len(discord.messages(channel)) == int(after_effect)
    async with post(discord, http, channel) as response:
        assert response.status == 200


async def test_a_held_request_does_its_work_when_released(
    discord: LoopbackDiscord, channel: Channel, http: aiohttp.ClientSession
) -> None:
    hold = discord.faults.hold("POST", "/channels/*/messages")
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(status_of(discord, http, channel))
        await hold.reached()
        assert discord.messages(channel) == []
        hold.release()
    assert waiting.result() == 200
    assert len(discord.messages(channel)) == 1


async def status_of(discord: LoopbackDiscord, http: aiohttp.ClientSession, channel: Channel) -> int:
    async with post(discord, http, channel) as response:
        return int(response.status)


async def test_a_bot_killed_before_its_answer_came_has_sent_the_message(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    hold = discord.faults.hold("POST", "/channels/*/messages", after_effect=True)
    await discord.slash(channel, ada, "fail", {"what": "x"})
    await hold.reached()
    await bot.kill()
    hold.release()
    await discord.wait_gone()
    assert [message.text for message in discord.messages(channel)][1:] == ["x"]


async def test_a_bot_resumes_and_gets_what_it_missed(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.gateway.refusals = 1
    await discord.gateway.drop()
    await discord.wait_gone()
    discord.limits.first_answer *= 10
    answer = await (await discord.slash(channel, ada, "slow")).answered()
    assert answer.ephemeral
    assert discord.gateway.identified == 1


async def test_a_forgotten_session_makes_the_bot_identify_again(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    await discord.gateway.drop(4000)
    await discord.wait_gone()
    discord.gateway.forget_sessions()
    await discord.wait_for(lambda: discord.gateway.identified == 2, timeout=30)


async def test_a_bot_that_asks_for_message_content_is_turned_away(
    discord: LoopbackDiscord, http: aiohttp.ClientSession
) -> None:
    async with http.ws_connect(discord.world.gateway_url + "?v=10&encoding=json") as socket:
        assert (await socket.receive_json())["op"] == 10
        properties = {"os": "linux", "browser": "x", "device": "x"}
        wanted = {"token": discord.world.token, "intents": 1 << 15, "properties": properties}
        await socket.send_str(json.dumps({"op": 2, "d": wanted}))
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4014
    assert [entry.code for entry in discord.mistakes] == [4014]


async def test_a_wait_that_fails_tells_what_was_asked_last(
    discord: LoopbackDiscord, channel: Channel, http: aiohttp.ClientSession
) -> None:
    assert await status_of(discord, http, channel) == 200
    with pytest.raises(TimeoutError, match=f"POST /channels/{channel.id}/messages -> 200"):
        await discord.wait_for(lambda: False, timeout=0.01)


async def test_a_held_request_can_be_dropped_without_effect(
    discord: LoopbackDiscord, channel: Channel, http: aiohttp.ClientSession
) -> None:
    hold = discord.faults.hold("POST", "/channels/*/messages")
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(is_lost(discord, http, channel))
        await hold.reached()
        hold.drop()
    assert waiting.result()
    assert discord.messages(channel) == []


async def is_lost(discord: LoopbackDiscord, http: aiohttp.ClientSession, channel: Channel) -> bool:
    try:
        await status_of(discord, http, channel)
    except aiohttp.ClientError:
        return True
    return False


async def test_a_gateway_asked_for_zlib_compresses_one_stream(
    discord: LoopbackDiscord, http: aiohttp.ClientSession
) -> None:
    stream = zlib.decompressobj()
    async with http.ws_connect(discord.world.gateway_url + "?v=10&encoding=json&compress=zlib-stream") as socket:
        hello = json.loads(stream.decompress(await socket.receive_bytes()))
        await socket.send_str(json.dumps({"op": 1, "d": None}))
        beat = json.loads(stream.decompress(await socket.receive_bytes()))
    assert (hello["op"], beat["op"]) == (10, 11)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 3, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {"os": "x"}}}, 4004),
        ({"d": {}}, 4002),
    ],
)
async def test_a_client_that_breaks_the_gateways_rules_is_closed_with_the_reason(
    discord: LoopbackDiscord, http: aiohttp.ClientSession, frame: dict[str, Any], code: int
) -> None:
    async with http.ws_connect(discord.world.gateway_url + "?v=10&encoding=json") as socket:
        await socket.receive()
        await socket.send_str(json.dumps(frame))
        await socket.receive()
        assert socket.close_code == code


async def test_a_bot_that_was_closed_for_good_is_not_let_in_again(
    discord: LoopbackDiscord, http: aiohttp.ClientSession
) -> None:
    await discord.gateway.drop(4004)
    async with http.ws_connect(discord.world.gateway_url + "?v=10&encoding=json") as socket:
        assert (await socket.receive_json())["op"] == 10
        properties = {"os": "linux", "browser": "x", "device": "x"}
        wanted = {"token": discord.world.token, "intents": 1, "properties": properties}
        await socket.send_str(json.dumps({"op": 2, "d": wanted}))
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4004
    assert discord.gateway.identified == 0
