"""Forwarded messages, spoilers and languages at the loopback Discord, as a raw caller and as discord.py see them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.discord import Channel, LoopbackDiscord, User
from sandbox.process import BotProcess
from tests.sandbox.loopback_discord_caller import Api, picture

SPOILER_FLAG = 1 << 3


def events(discord: LoopbackDiscord) -> list[Mapping[str, Any]]:
    """Every MESSAGE_CREATE from now on."""
    seen: list[Mapping[str, Any]] = []
    discord.world.subscribe(lambda event, data, _: seen.append(data) if event == "MESSAGE_CREATE" else None)
    return seen


async def test_a_forwarded_message_carries_its_pictures_in_a_snapshot(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    other = discord.add_channel(channel.guild) if channel.guild else channel
    origin = discord.say(other, ada, "look", [picture(size=(30, 20))])
    sent = discord.forward(origin, channel, ada, f"{discord.bot.mention} dance")
    discord.delete(origin)
    shown = (await api("GET", f"/channels/{channel.id}/messages/{sent.id}")).data
    assert shown["attachments"] == []
    assert shown["message_reference"]["type"] == 1
    assert shown["message_reference"]["channel_id"] == str(other.id)
    assert shown["flags"] & 1 << 14
    [snapshot] = shown["message_snapshots"]
    assert snapshot["message"]["content"] == "look"
    assert "author" not in snapshot["message"]
    async with api.session.get(snapshot["message"]["attachments"][0]["url"]) as answer:
        assert answer.status == 200


async def test_a_forwarded_message_that_does_not_name_the_bot_tells_it_nothing(
    discord: LoopbackDiscord, channel: Channel, ada: User
) -> None:
    seen = events(discord)
    origin = discord.say(channel, ada, "look", [picture()])
    discord.forward(origin, channel, ada)
    discord.forward(origin, channel, ada, discord.bot.mention)
    assert [len(data["message_snapshots"]) for data in seen[1:]] == [0, 1]


async def test_discord_py_reads_forwarded_pictures_from_a_mention_and_from_a_message_command(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    origin = discord.say(channel, ada, "look", [picture(size=(31, 20)), picture("b.png", size=(32, 20))])
    sent = discord.forward(origin, channel, ada, f"{discord.bot.mention} dance")
    reply = await discord.wait_for(
        lambda: next((m for m in discord.messages(channel) if m.author is discord.bot), None)
    )
    assert reply is not None
    assert reply.text == "dance [31, 32]"
    asked = await discord.context_menu(channel, ada, "Widths", sent)
    assert (await asked.message()).text == "[31, 32]"


async def test_a_picture_sent_as_a_spoiler_says_so_in_its_name_and_its_flags(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess, api: Api
) -> None:
    hidden = replace(picture(), spoiler=True)
    sent = discord.say(channel, ada, f"{discord.bot.mention} dance", [hidden, picture("b.png")])
    shown = (await api("GET", f"/channels/{channel.id}/messages/{sent.id}")).data["attachments"]
    assert [(entry["filename"], entry.get("flags", 0)) for entry in shown] == [
        ("SPOILER_a.png", SPOILER_FLAG),
        ("b.png", 0),
    ]
    reply = await discord.wait_for(
        lambda: next((m for m in discord.messages(channel) if m.author is discord.bot), None)
    )
    assert reply is not None
    assert reply.text == "dance [30 hidden, 30]"


async def test_a_bot_marks_spoilers_by_name_by_flag_and_in_a_gallery(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    items = [{"media": {"url": f"attachment://{name}"}, "spoiler": name == "b.png"} for name in ("a.png", "b.png")]
    body = {"flags": 1 << 15, "components": [{"type": 12, "items": items}]}
    shown = (await api.send(channel, body, [picture("a.png"), picture("b.png")])).data
    assert [item["spoiler"] for item in shown["components"][0]["items"]] == [False, True]
    assert discord.messages(channel)[0].spoilers == ["attachment://b.png"]
    flagged = {"attachments": [{"id": 0, "is_spoiler": True}, {"id": 1}, {"id": 2}]}
    files = [picture("a.png"), picture("SPOILER_b.png"), picture("c.png")]
    sent = (await api.send(channel, flagged, files)).data
    assert [entry.get("flags", 0) for entry in sent["attachments"]] == [SPOILER_FLAG, SPOILER_FLAG, 0]
    assert [entry["filename"] for entry in sent["attachments"]] == ["a.png", "SPOILER_b.png", "c.png"]


async def test_a_spoiler_that_is_no_boolean_is_refused(channel: Channel, api: Api) -> None:
    item = {"media": {"url": "attachment://a.png"}, "spoiler": "yes"}
    body = {"flags": 1 << 15, "components": [{"type": 12, "items": [item]}]}
    assert (await api.send(channel, body, [picture("a.png")])).code == 50035


async def test_interactions_tell_the_language_of_the_user_and_of_the_server(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    assert channel.guild is not None
    assert (await (await discord.slash(channel, ada, "where")).message()).text == "en-US en-US"
    ada.locale, channel.guild.locale = "de", "fr"
    assert (await (await discord.slash(channel, ada, "where")).message()).text == "de fr"
