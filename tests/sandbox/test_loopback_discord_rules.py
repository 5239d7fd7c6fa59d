"""What messages the loopback Discord takes, and what becomes of them, asked over plain HTTP."""

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.discord import Channel, LoopbackDiscord, Upload, User
from tests.sandbox.loopback_discord_caller import Api, picture

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | changes]}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "flags": V2, "components": [text("y")]}, 50035),
        ({"embeds": [{"title": "x"}], "flags": V2, "components": [text("y")]}, 50035),
        ({"flags": V2}, 50006),
        ({"components": [text("y")]}, 50035),
        ({"flags": V2, "components": [text("")]}, 50035),
        ({"flags": V2, "components": [text("x")] * 41}, 50035),
        ({"flags": V2, "components": [{"type": 17, "components": [text("x")] * 40}]}, 50035),
        ({"flags": V2, "components": [text("x" * 2001), text("y" * 2000)]}, 50035),
        ({"flags": V2, "components": [gallery()]}, 50035),
        ({"flags": V2, "components": [gallery(*["https://x.test/a.png"] * 11)]}, 50035),
        ({"flags": V2, "components": [gallery("attachment://none.png")]}, 50035),
        ({"flags": V2, "components": [{"type": 13, "file": {"url": "https://x.test/a.png"}}]}, 50035),
        ({"flags": V2, "components": [{"type": 17, "components": []}]}, 50035),
        ({"content": "x", "components": [button(label="x" * 81)]}, 50035),
        ({"content": "x", "components": [button(custom_id="x" * 101)]}, 50035),
        ({"content": "x", "components": [button(label=None)]}, 50035),
        ({"content": "x", "components": [button(), button()]}, 50035),
        ({"content": "x", "components": [button()] * 6}, 50035),
        ({"content": "x", "nonce": "x" * 26}, 50035),
        ({"content": "x", "embeds": [{"title": "x"}] * 11}, 50035),
        ({"content": "x", "embeds": [{"description": "x" * 3500}] * 2}, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
        ({"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]}, 50035),
    ],
)
async def test_a_bad_message_is_refused_and_counted_as_a_mistake(
    discord: LoopbackDiscord, channel: Channel, api: Api, body: dict[str, Any], code: int
) -> None:
    answer = await api.send(channel, body)
    assert (answer.status, answer.code) == (400, code)
    assert [entry.code for entry in discord.mistakes] == [code]
    assert discord.messages(channel) == []


async def test_forty_components_and_four_thousand_characters_are_taken(channel: Channel, api: Api) -> None:
    parts = [
        {"type": 17, "components": [text("x" * 100)] * 39},
    ]
    assert (await api.send(channel, {"flags": V2, "components": parts})).status == 200
    assert (await api.send(channel, {"flags": V2, "components": [text("x" * 4000)]})).status == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain"])
async def test_a_body_that_is_not_exactly_json_is_refused(
    discord: LoopbackDiscord, channel: Channel, api: Api, kind: str
) -> None:
    headers = {"Content-Type": kind}
    answer = await api("POST", f"/channels/{channel.id}/messages", {"content": "x"}, headers=headers)
    assert (answer.status, answer.code) == (400, 50035)


async def test_who_has_no_token_and_who_asks_for_the_unknown_is_told_so(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    assert (await api("GET", "/users/@me", headers={"Authorization": "Bot wrong"})).status == 401
    assert (await api("GET", "/stages/1")).status == 404
    assert len(discord.mistakes) == 2


async def test_files_have_limits_each_and_in_all(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    discord.limits.request_bytes = 3000
    assert channel.guild is not None
    channel.guild.upload_limit = 1000
    files = [Upload(filename=f"{n}.bin", data=bytes(1000)) for n in range(11)]
    assert (await api.send(channel, {}, files[:3])).status == 200
    assert (await api.send(channel, {}, files[:4])).code == 40005
    over = await api.send(channel, {}, [Upload(filename="a.bin", data=bytes(1001))])
    assert (over.status, over.code) == (413, 40005)
    discord.limits.request_bytes = 100_000
    assert (await api.send(channel, {}, files)).code == 50035


async def test_media_is_resolved_with_fresh_links_that_expire(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    body = {"flags": V2, "components": [gallery("attachment://a.png")], "attachments": [{"id": 0}]}
    sent = (await api.send(channel, body, [picture()])).data
    media = sent["components"][0]["items"][0]["media"]
    (attachment,) = sent["attachments"]
    assert (media["width"], media["height"], media["content_type"]) == (30, 20, "image/png")
    assert media["attachment_id"] == attachment["id"]
    assert await status_and_body(api, media["url"]) == (200, picture().data)
    assert await status_and_body(api, media["url"].replace("hm=", "hm=0")) != (200, picture().data)
    discord.advance(timedelta(hours=25))
    assert (await status_and_body(api, media["url"]))[0] == 404
    again = (await api("GET", f"/channels/{channel.id}/messages/{sent['id']}")).data
    assert (await status_and_body(api, again["components"][0]["items"][0]["media"]["url"]))[0] == 200
    refreshed = await api("POST", "/attachments/refresh-urls", {"attachment_urls": [media["url"]]})
    assert (await status_and_body(api, refreshed.data["refreshed_urls"][0]["refreshed"]))[0] == 200


async def status_and_body(api: Api, url: str) -> tuple[int, bytes]:
    async with api.session.get(url) as response:
        return response.status, await response.read()


async def test_an_edit_keeps_or_drops_files_as_it_says(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    sent = (await api.send(channel, {"content": "x"}, [picture(), picture("b.png")])).data
    one = f"/channels/{channel.id}/messages/{sent['id']}"
    kept = await api("PATCH", one, {"content": "y"})
    assert [entry["filename"] for entry in kept.data["attachments"]] == ["a.png", "b.png"]
    fewer = await api("PATCH", one, {"attachments": [{"id": sent["attachments"][1]["id"]}]})
    assert [entry["filename"] for entry in fewer.data["attachments"]] == ["b.png"]
    assert (await status_and_body(api, sent["attachments"][0]["url"]))[0] == 404


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [(None, True), ({"parse": []}, False), ({"users": ["ADA"]}, True), ({"parse": ["everyone"]}, False)],
)
async def test_pings_are_what_allowed_mentions_says(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api, allowed: Any, pinged: bool
) -> None:
    body = {"flags": V2, "components": [text(f"{ada.mention} @everyone")]}
    if allowed is not None:
        body["allowed_mentions"] = json.loads(json.dumps(allowed).replace("ADA", str(ada.id)))
    await api.send(channel, body)
    (message,) = discord.messages(channel)
    assert (ada.id in message.pings) is pinged
    assert message.pings_everyone is (allowed is None or "everyone" in allowed.get("parse", []))


async def test_nobody_is_pinged_from_code_by_an_edit_or_outside_the_guild(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    stranger = discord.add_user("stranger")
    sent = await api.send(channel, {"content": f"`{ada.mention}` {stranger.mention}"})
    await api("PATCH", f"/channels/{channel.id}/messages/{sent.data['id']}", {"content": ada.mention})
    assert discord.messages(channel)[0].pings == frozenset()


async def test_a_nonce_is_remembered_for_minutes_only(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    body = {"content": "x", "nonce": "job", "enforce_nonce": True}
    first, second = await api.send(channel, body), await api.send(channel, body)
    assert first.data["id"] == second.data["id"]
    assert first.data["nonce"] == "job"
    discord.advance(timedelta(minutes=6))
    assert (await api.send(channel, body)).data["id"] != first.data["id"]


async def test_a_nonce_that_is_not_enforced_sends_twice(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    for _ in range(2):
        await api.send(channel, {"content": "x", "nonce": "job"})
    assert len(discord.messages(channel)) == 2
