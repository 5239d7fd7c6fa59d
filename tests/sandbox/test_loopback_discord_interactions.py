"""What the loopback Discord holds a bot to when somebody uses it, asked over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.discord import Channel, Invocation, LoopbackDiscord, NotAnsweredError, User
from tests.sandbox.loopback_discord_caller import Api, calling


@pytest.fixture
async def api(discord: LoopbackDiscord) -> AsyncIterator[Api]:
    async with calling(discord) as api:
        commands = [
            {"name": "go", "description": "Go"},
            {"name": "admin", "description": "Rule", "default_member_permissions": "32"},
            {"name": "here", "description": "Servers only", "contexts": [0]},
        ]
        await api("PUT", f"/applications/{discord.bot.id}/commands", commands)
        yield api


async def test_an_interaction_is_answered_once(discord: LoopbackDiscord, channel: Channel, ada: User, api: Api) -> None:
    invocation = await discord.slash(channel, ada, "go")
    shown = await api.answer(invocation, 4, {"content": "hello"})
    assert shown.status == 200
    assert shown.data["resource"]["message"]["content"] == "hello"
    assert shown.data["interaction"]["response_message_id"] == shown.data["resource"]["message"]["id"]
    refused = await api.answer(invocation, 4, {"content": "again"})
    assert (refused.status, refused.code) == (400, 40060)
    assert [message.text for message in discord.messages(channel)] == ["hello"]


async def test_an_answer_after_three_seconds_is_too_late(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    discord.advance(timedelta(seconds=3.1))
    refused = await api.answer(invocation, 4, {"content": "late"})
    assert (refused.status, refused.code) == (404, 10062)
    discord.limits.first_answer = timedelta()
    with pytest.raises(NotAnsweredError):
        await invocation.answered()


async def test_a_refused_answer_leaves_the_interaction_open(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    assert (await api.answer(invocation, 4, {})).code == 50006
    assert (await api.answer(invocation, 4, {"content": "now"})).status == 200


@pytest.mark.parametrize("kind", [1, 6, 7, 8])
async def test_a_command_takes_only_answers_that_fit(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api, kind: int
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    assert (await api.answer(invocation, kind, {"content": "x"})).code == 50035


async def test_the_token_dies_after_fifteen_minutes(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    assert (await api("POST", api.hook(invocation), {"content": "x"})).code == 10015
    await api.answer(invocation, 4, {"content": "hello"})
    discord.advance(timedelta(minutes=14))
    assert (await api("PATCH", api.hook(invocation) + "/messages/@original", {"content": "y"})).status == 200
    discord.advance(timedelta(minutes=2))
    refused = await api("PATCH", api.hook(invocation) + "/messages/@original", {"content": "z"})
    assert (refused.status, refused.code) == (401, 50027)
    assert discord.messages(channel)[0].text == "y"


async def test_the_bots_own_token_reaches_the_answer_for_ever(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    shown = await api.answer(invocation, 4, {"content": "hello"})
    invocation.expire()
    path = f"/channels/{channel.id}/messages/{shown.data['resource']['message']['id']}"
    assert (await api("PATCH", path, {"content": "later"})).status == 200


async def test_an_ephemeral_answer_is_seen_by_its_user_alone(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    shown = await api.answer(invocation, 4, {"content": "psst", "flags": 64})
    one = f"/channels/{channel.id}/messages/{shown.data['resource']['message']['id']}"
    assert (await invocation.answered()).ephemeral
    assert (await api("GET", one)).code == 10008
    assert (await api("PATCH", one, {"content": "x"})).code == 10008
    assert (await api("POST", one + "/threads", {"name": "x"})).code == 10008
    assert (await api("GET", f"/channels/{channel.id}/messages")).data == []
    assert (await api("GET", api.hook(invocation) + "/messages/@original")).data["content"] == "psst"


async def test_the_first_follow_up_takes_the_place_of_thinking(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    await api.answer(invocation, 5)
    assert [message.loading for message in discord.messages(channel)] == [True]
    await api("POST", api.hook(invocation) + "?wait=1", {"content": "one"})
    await api("POST", api.hook(invocation) + "?wait=1", {"content": "two"})
    assert [message.text for message in discord.messages(channel)] == ["one", "two"]
    assert [message.text for message in invocation.followups] == ["two"]


async def test_a_click_may_change_the_message_it_was_on(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    await api("POST", f"/channels/{channel.id}/messages", {"content": "x", "components": [row]})
    (message,) = discord.messages(channel)
    clicked = await discord.click(message, "Go", ada)
    assert (await api.answer(clicked, 7, {"content": "y", "components": []})).status == 200
    assert (message.text, message.buttons) == ("y", [])
    with pytest.raises(ValueError, match="no button"):
        await discord.click(message, "Go", ada)


def form(**changes: Any) -> dict[str, Any]:
    label = {"type": 18, "label": "Prompt", "component": {"type": 4, "custom_id": "p", "style": 2}}
    return {"custom_id": "form", "title": "Video", "components": [label]} | changes


@pytest.mark.parametrize(
    "bad",
    [
        form(title="x" * 46),
        form(custom_id=""),
        form(components=[]),
        form(components=form()["components"] * 2),
        form(components=[{"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": "p", "style": 1}}]),
        form(components=[{"type": 19, "custom_id": "files"}]),
        form(components=[{"type": 18, "label": "x", "component": {"type": 19, "custom_id": "f", "max_values": 11}}]),
    ],
)
async def test_a_bad_form_is_refused(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api, bad: dict[str, Any]
) -> None:
    invocation = await discord.slash(channel, ada, "go")
    assert (await api.answer(invocation, 9, bad)).code == 50035


async def test_a_form_may_not_answer_a_form(discord: LoopbackDiscord, channel: Channel, ada: User, api: Api) -> None:
    invocation = await discord.slash(channel, ada, "go")
    await api.answer(invocation, 9, form())
    sent = await discord.submit_modal(await invocation.modal(), {"p": "A fox"})
    assert (await api.answer(sent, 9, form())).code == 50035
    assert (await api.answer(sent, 4, {"content": "thanks"})).status == 200


async def test_commands_are_shown_to_those_who_may_use_them_only(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    with pytest.raises(ValueError, match="may not use"):
        await discord.slash(channel, ada, "admin")
    await discord.slash(channel, discord.world.owner, "admin")
    await discord.slash(discord.direct(ada), ada, "go")
    with pytest.raises(ValueError, match="not for this kind of place"):
        await discord.slash(discord.direct(ada), ada, "here")


async def test_an_unknown_interaction_is_said_to_be_so(discord: LoopbackDiscord, api: Api) -> None:
    refused = await api("POST", "/interactions/5/none/callback", {"type": 4, "data": {"content": "x"}})
    assert (refused.status, refused.code) == (404, 10062)


async def test_a_message_menu_hands_over_the_whole_message(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    await api("PUT", f"/applications/{discord.bot.id}/commands", [{"name": "Animate", "type": 3}])
    target = discord.say(channel, ada, "a private word")
    invocation = await discord.context_menu(channel, ada, "Animate", target)
    data = invocation.interaction.data
    assert data["resolved"]["messages"][data["target_id"]]["content"] == "a private word"


async def test_choices_are_offered_while_typing(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    option = {"name": "size", "type": 3, "description": "Which", "autocomplete": True}
    commands = [{"name": "go", "description": "Go", "options": [option]}]
    await api("PUT", f"/applications/{discord.bot.id}/commands", commands)
    async with asyncio.TaskGroup() as tasks:
        offered = tasks.create_task(discord.autocomplete(channel, ada, "go", {"size": "10"}, "size"))
        asked = await discord.wait_for(lambda: next(iter(discord.world.interactions.values()), None))
        assert asked is not None
        assert asked.data["options"][0] == {"name": "size", "type": 3, "value": "10", "focused": True}
        choices = [{"name": "1080p", "value": "1080p"}]
        assert (await api.answer(Invocation(discord.world, asked), 8, {"choices": choices})).status == 200
    assert offered.result() == choices
