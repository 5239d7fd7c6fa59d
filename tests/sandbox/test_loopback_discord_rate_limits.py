"""How often the loopback Discord lets a bot call, and what it does to one that calls more often."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Channel, Limits, LoopbackDiscord, Rate, User
from sandbox.process import BotProcess
from tests.sandbox.loopback_discord_caller import Api

SENDER = Path(__file__).with_name("loopback_discord_sender.py")
SEND = "POST /channels/{channel}/messages"
EDIT = "PATCH /channels/{channel}/messages/{message}"


async def headers_of(api: Api, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """The status and the headers of one answer."""
    sent = {"Authorization": f"Bot {api.discord.world.token}"}
    async with api.session.request(method, f"{api.discord.origin}/api/v10{path}", json=body, headers=sent) as answer:
        return answer.status, answer.headers


def send(api: Api, channel: Channel) -> Any:
    return api.send(channel, {"content": "x"})


async def test_five_messages_pass_in_a_channel_and_the_sixth_says_when_to_come_back(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    for _ in range(5):
        assert (await send(api, channel)).status == 200
    sixth = await send(api, channel)
    assert sixth.status == 429
    assert 0 < sixth.data["retry_after"] <= 5
    assert sixth.data["global"] is False
    discord.advance(timedelta(seconds=sixth.data["retry_after"]))
    assert (await send(api, channel)).status == 200
    assert len(channel.messages) == 6


async def test_the_headers_tell_of_the_bucket(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    path = f"/channels/{channel.id}/messages"
    left = []
    for _ in range(6):
        status, headers = await headers_of(api, "POST", path, {"content": "x"})
        left.append((status, headers["X-RateLimit-Remaining"]))
    assert left == [(200, "4"), (200, "3"), (200, "2"), (200, "1"), (200, "0"), (429, "0")]
    assert headers["X-RateLimit-Limit"] == "5"
    assert headers["X-RateLimit-Bucket"]
    assert headers["X-RateLimit-Scope"] == "user"
    assert headers["Via"]
    assert int(headers["Retry-After"]) >= float(headers["X-RateLimit-Reset-After"]) > 0
    assert float(headers["X-RateLimit-Reset"]) == pytest.approx(
        discord.world.now().timestamp() + float(headers["X-RateLimit-Reset-After"]), abs=0.5
    )


async def test_another_channel_and_a_thread_have_buckets_of_their_own(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    other = discord.add_channel(discord.add_guild())
    for _ in range(5):
        await send(api, channel)
    assert (await send(api, channel)).status == 429
    made = await api("POST", f"/channels/{channel.id}/threads", {"name": "a", "type": 11})
    assert (await send(api, discord.world.channels[int(made.data["id"])])).status == 200
    assert (await send(api, other)).status == 200


async def test_edits_count_apart_from_messages_and_together_whichever_message_is_edited(
    channel: Channel, api: Api
) -> None:
    sent = [(await send(api, channel)).data["id"] for _ in range(5)]
    found = [
        (await api("PATCH", f"/channels/{channel.id}/messages/{sent[number % 5]}", {"content": "y"})).status
        for number in range(6)
    ]
    assert found == [200] * 5 + [429]


async def test_fifty_threads_can_be_made_in_a_channel_in_five_minutes(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    discord.limits.global_rate = Rate(1000, 1.0)
    statuses = []
    for number in range(51):
        message = discord.say(channel, discord.world.owner, "x")
        path = f"messages/{message.id}/threads" if number % 2 else "threads"
        made = await api("POST", f"/channels/{channel.id}/{path}", {"name": "a", "type": 11})
        statuses.append(made.status)
    assert statuses == [201] * 50 + [429]
    assert 290 < made.data["retry_after"] <= 300


async def test_fifty_calls_in_a_second_pass_over_all(discord: LoopbackDiscord, api: Api) -> None:
    discord.limits.other_rate = Rate(1000, 1.0)
    discord.limits.global_rate = Rate(50, 60.0)
    channels = [discord.add_channel(discord.add_guild()) for _ in range(51)]
    for channel in channels[:50]:
        assert (await send(api, channel)).status == 200
    status, headers = await headers_of(api, "POST", f"/channels/{channels[50].id}/messages", {"content": "x"})
    assert (status, headers["X-RateLimit-Global"], headers["X-RateLimit-Scope"]) == (429, "true", "global")
    assert headers["Via"]
    assert (await send(api, channels[50])).data["global"] is True
    assert discord.rate_limits.global_refused == 2


async def test_callbacks_of_interactions_are_exempt(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    discord.limits.global_rate = Rate(1, 60.0)
    commands = [{"name": "video", "type": 1, "description": "x"}]
    assert (await api("PUT", f"/applications/{discord.bot.id}/commands", commands)).status == 200
    for _ in range(30):
        assert (await api.answer(await discord.slash(channel, ada, "video"), 4, {"content": "x"})).status == 200


async def test_follow_ups_are_limited_by_their_interaction_alone(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    commands = [{"name": "video", "type": 1, "description": "x"}]
    await api("PUT", f"/applications/{discord.bot.id}/commands", commands)
    discord.limits.global_rate = Rate(0, 60.0)
    asked = [await discord.slash(channel, ada, "video") for _ in range(2)]
    for one in asked:
        await api.answer(one, 5)
    found = [(await api("POST", api.hook(asked[0]) + "?wait=1", {"content": "x"})).status for _ in range(6)]
    assert found == [200] * 5 + [429]
    assert (await api("POST", api.hook(asked[1]) + "?wait=1", {"content": "x"})).status == 200


async def test_the_limits_can_be_switched_off(channel: Channel, api: Api, discord: LoopbackDiscord) -> None:
    discord.limits.rate_limited = False
    assert {(await send(api, channel)).status for _ in range(60)} == {200}


async def test_calls_are_counted_by_route_and_channel(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    other = discord.add_channel(discord.add_guild())
    for _ in range(7):
        await send(api, channel)
    await send(api, other)
    limits = discord.rate_limits
    assert (limits.usage(SEND).calls, limits.usage(SEND).refused) == (8, 2)
    assert limits.usage(SEND, other).calls == 1
    assert limits.usage(channel=channel).refused == 2
    assert limits.usage(EDIT).calls == 0
    assert 0 < limits.usage().longest_wait <= 5
    assert limits.by_route[SEND, str(channel.id)].calls == 7


async def test_refusals_are_counted_and_too_many_are_a_ban(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    discord.limits.invalid_requests = 4
    guild = discord.add_guild()
    hidden = discord.add_channel(guild)
    discord.remove_bot(guild)
    assert (await send(api, hidden)).status == 403
    assert (await api("GET", "/users/@me", headers={"Authorization": "Bot nonsense"})).status == 401
    for _ in range(5):
        await send(api, channel)
    assert (await api("GET", "/channels/1")).status == 404
    assert discord.rate_limits.invalid == 2
    assert (await send(api, channel)).status == 429
    assert (discord.rate_limits.invalid, discord.rate_limits.banned) == (3, False)
    assert (await send(api, channel)).status == 429
    assert discord.rate_limits.banned
    status, headers = await headers_of(api, "GET", "/users/@me")
    assert (status, headers["Content-Type"].split(";")[0], "Via" in headers) == (429, "text/html", False)
    discord.advance(discord.limits.ban)
    assert (await api("GET", "/users/@me")).status == 200


async def test_refusals_older_than_ten_minutes_count_no_more(discord: LoopbackDiscord, api: Api) -> None:
    discord.limits.invalid_requests = 3
    for _ in range(2):
        await api("GET", "/users/@me", headers={"Authorization": "Bot nonsense"})
    discord.advance(timedelta(minutes=10, seconds=1))
    for _ in range(2):
        await api("GET", "/users/@me", headers={"Authorization": "Bot nonsense"})
    assert not discord.rate_limits.banned
    assert (discord.rate_limits.invalid, discord.rate_limits.most_invalid) == (2, 2)


async def test_a_ban_needs_ten_thousand_refusals() -> None:
    assert Limits().invalid_requests == 10_000
    assert Limits().invalid_window == timedelta(minutes=10)


# --- discord.py itself, in a process of its own ---


async def send_by_discord_py(discord: LoopbackDiscord, *channels: Channel) -> str:
    """Send one message to each of the channels, all at once; "done", or what discord.py raised."""
    places = [str(SENDER), *(str(channel.id) for channel in channels)]
    async with BotProcess(discord.environment(), arguments=places) as process:
        assert await process.exited() == 0
        return process.stdout.strip()


async def test_discord_py_keeps_to_the_limits_of_a_channel_by_the_headers(
    discord: LoopbackDiscord, channel: Channel
) -> None:
    discord.limits.rates[SEND] = Rate(5, 0.5)
    assert await send_by_discord_py(discord, *[channel] * 12) == "done"
    assert len(channel.messages) == 12
    assert discord.rate_limits.usage(SEND, channel).calls == 12
    assert discord.rate_limits.invalid == 0


async def test_discord_py_comes_back_after_a_refusal_by_the_limit_over_all(discord: LoopbackDiscord) -> None:
    discord.limits.global_rate = Rate(10, 0.3)
    channels = [discord.add_channel(discord.add_guild()) for _ in range(15)]
    assert await send_by_discord_py(discord, *channels) == "done"
    assert all(channel.messages for channel in channels)
    assert discord.rate_limits.global_refused > 0


async def test_discord_py_gives_up_on_a_ban(discord: LoopbackDiscord, channel: Channel) -> None:
    discord.limits.invalid_requests = 1
    discord.limits.rates[SEND] = Rate(0, 0.1)
    assert "429" in await send_by_discord_py(discord, channel)
    assert discord.rate_limits.usage(SEND).calls == 1
