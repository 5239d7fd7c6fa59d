"""What the loopback Discord refuses for its content, and the refusals that can be asked of it by their code."""

from typing import Any

import pytest

from sandbox.discord import Channel, LoopbackDiscord, User
from sandbox.discord.errors import REFUSALS
from tests.sandbox.loopback_discord_caller import Api, picture

TEXT_DISPLAY = {"flags": 1 << 15, "components": [{"type": 10, "content": "a Dragon"}]}


@pytest.mark.parametrize("body", [{"content": "A dragon!"}, TEXT_DISPLAY, {"embeds": [{"description": "dragons"}]}])
async def test_a_message_with_a_refused_word_is_refused_and_an_edit_too(
    discord: LoopbackDiscord, channel: Channel, api: Api, body: Any
) -> None:
    discord.moderation.words.add("dragon")
    first = await api.send(channel, {"content": "fine"})
    refused = await api.send(channel, body)
    edited = await api("PATCH", f"/channels/{channel.id}/messages/{first.data['id']}", {"content": ""} | body)
    assert (refused.status, refused.code) == (edited.status, edited.code) == (400, 200000)
    assert [message.text for message in discord.messages(channel)] == ["fine"]


async def test_a_thread_with_a_refused_word_in_its_name_is_refused_and_the_next_one_made(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    discord.moderation.title_words.add("dragon")
    message = await api.send(channel, {"content": "a dragon"})
    path = f"/channels/{channel.id}/messages/{message.data['id']}/threads"
    assert (await api("POST", path, {"name": "The Dragon"})).code == 200001
    made = await api("POST", path, {"name": "The video"})
    assert made.status == 201
    assert (await api("PATCH", f"/channels/{made.data['id']}", {"name": "dragon"})).code == 200001


async def test_bots_can_be_exempt_from_words_but_from_nothing_else(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    discord.moderation.words.add("dragon")
    discord.moderation.links.add("bad.example")
    discord.moderation.exempts_bots = True
    assert (await api.send(channel, {"content": "dragon"})).status == 200
    assert (await api.send(channel, {"content": "see https://bad.example/x"})).code == 240000
    with pytest.raises(Exception, match="200000"):
        discord.say(channel, ada, "dragon")


async def test_words_are_watched_in_servers_alone_and_links_everywhere(
    discord: LoopbackDiscord, ada: User, api: Api
) -> None:
    discord.moderation.words.add("dragon")
    discord.moderation.links.add("bad.example")
    direct = discord.direct(ada)
    assert (await api.send(direct, {"content": "dragon"})).status == 200
    assert (await api.send(direct, {"content": "https://bad.example"})).code == 240000


async def test_an_explicit_picture_is_refused(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    discord.moderation.explicit_files.add("a.png")
    assert (await api.send(channel, files=[picture("a.png")])).code == 20009
    assert (await api.send(channel, files=[picture("b.png")])).status == 200


async def test_an_answer_to_a_command_with_a_refused_word_leaves_the_command_unanswered(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    discord.moderation.words.add("dragon")
    command = [{"name": "video", "type": 1, "description": "x"}]
    await api("PUT", f"/applications/{discord.bot.id}/commands", command)
    asked = await discord.slash(channel, ada, "video")
    assert (await api.answer(asked, 4, {"content": "dragon"})).code == 200000
    assert (await api.answer(asked, 4, {"content": "fine"})).status == 200


@pytest.mark.parametrize("code", sorted(REFUSALS))
async def test_every_refusal_can_be_had_by_its_code(
    discord: LoopbackDiscord, channel: Channel, api: Api, code: int
) -> None:
    discord.faults.refuse_with("POST", "/channels/*/messages", code)
    refused = await api.send(channel, {"content": "x"})
    assert (refused.status, refused.code) == (REFUSALS[code][0], code)
    assert ("retry_after" in refused.data) == (refused.status == 429)
    assert (await api.send(channel, {"content": "x"})).status == 200
