"""Threads, permissions, history and commands of the loopback Discord, asked over plain HTTP."""

from typing import Any

import pytest

from sandbox.discord import Channel, LoopbackDiscord, Message, Permission, User
from tests.sandbox.loopback_discord_caller import Api, picture


async def thread_in(api: Api, discord: LoopbackDiscord, channel: Channel) -> tuple[Message, Channel]:
    sent = await api.send(channel, {"content": "first"})
    made = await api("POST", f"/channels/{channel.id}/messages/{sent.data['id']}/threads", {"name": "talk"})
    assert made.status == 201
    message = channel.messages[int(sent.data["id"])]
    thread = discord.thread_of(message)
    assert thread is not None
    return message, thread


async def test_a_thread_has_its_messages_id_and_is_the_only_one(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    message, thread = await thread_in(api, discord, channel)
    assert thread.id == message.id
    again = await api("POST", f"/channels/{channel.id}/messages/{message.id}/threads", {"name": "talk"})
    assert (again.status, again.code) == (400, 160004)
    shown = await api("GET", f"/channels/{channel.id}/messages/{message.id}")
    assert shown.data["thread"]["id"] == str(message.id)
    history = await api("GET", f"/channels/{thread.id}/messages")
    assert [entry["type"] for entry in history.data] == [21]


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_a_thread_needs_a_name_of_1_to_100(channel: Channel, api: Api, name: str) -> None:
    sent = await api.send(channel, {"content": "x"})
    path = f"/channels/{channel.id}/messages/{sent.data['id']}/threads"
    assert (await api("POST", path, {"name": name})).code == 50035


async def test_there_are_only_so_many_threads(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    discord.limits.active_threads = 1
    _, thread = await thread_in(api, discord, channel)
    body = {"name": "more", "type": 11}
    assert (await api("POST", f"/channels/{channel.id}/threads", body)).code == 160006
    discord.archive(thread)
    assert (await api("POST", f"/channels/{channel.id}/threads", body)).status == 201


async def test_sending_revives_an_archived_thread_unless_it_is_locked(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    _, thread = await thread_in(api, discord, channel)
    sent = await api.send(thread, {"content": "x"})
    discord.archive(thread)
    edited = await api("PATCH", f"/channels/{thread.id}/messages/{sent.data['id']}", {"content": "y"})
    assert edited.code == 50083
    assert (await api.send(thread, {"content": "x"})).status == 200
    assert not thread.archived
    discord.archive(thread, locked=True)
    assert (await api.send(thread, {"content": "x"})).code == 50083
    assert [entry.avoidable for entry in discord.violations] == [False, False]


async def test_what_was_deleted_is_unknown(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    message, thread = await thread_in(api, discord, channel)
    discord.delete(message)
    assert (await api("GET", f"/channels/{channel.id}/messages/{message.id}")).code == 10008
    assert (await api.send(thread, {"content": "still here"})).status == 200
    discord.delete(channel)
    for place in (channel, thread):
        gone = await api.send(place, {"content": "x"})
        assert (gone.status, gone.code) == (404, 10003)


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
    ],
)
async def test_files_need_three_permissions(
    discord: LoopbackDiscord, channel: Channel, api: Api, denied: Permission, code: int
) -> None:
    discord.deny(channel, denied)
    answer = await api.send(channel, {"content": "x"}, [picture()])
    assert (answer.status, answer.code) == (403, code)


async def test_threads_have_permissions_of_their_own(discord: LoopbackDiscord, channel: Channel, api: Api) -> None:
    message, thread = await thread_in(api, discord, channel)
    discord.deny(channel, Permission.SEND_MESSAGES)
    assert (await api.send(thread, {"content": "x"})).status == 200
    discord.deny(channel, Permission.SEND_MESSAGES_IN_THREADS, Permission.CREATE_PUBLIC_THREADS)
    assert (await api.send(thread, {"content": "x"})).code == 50013
    again = await api("POST", f"/channels/{channel.id}/messages/{message.id}/threads", {"name": "x"})
    assert again.code == 50013


async def test_without_the_permission_the_history_is_empty(
    discord: LoopbackDiscord, channel: Channel, api: Api
) -> None:
    sent = await api.send(channel, {"content": "x"})
    discord.deny(channel, Permission.READ_MESSAGE_HISTORY)
    assert (await api("GET", f"/channels/{channel.id}/messages")).data == []
    assert (await api("GET", f"/channels/{channel.id}/messages/{sent.data['id']}")).code == 50013


async def test_history_is_paged_newest_first(discord: LoopbackDiscord, channel: Channel, ada: User, api: Api) -> None:
    ids = [discord.say(channel, ada, str(n)).id for n in range(6)]

    async def page(query: str) -> list[int]:
        answer = await api("GET", f"/channels/{channel.id}/messages?{query}")
        return [ids.index(int(entry["id"])) for entry in answer.data]

    assert await page("limit=2") == [5, 4]
    assert await page(f"limit=2&before={ids[4]}") == [3, 2]
    assert await page(f"limit=2&after={ids[1]}") == [3, 2]
    assert await page(f"limit=3&around={ids[2]}") == [3, 2, 1]
    assert (await api("GET", f"/channels/{channel.id}/messages?limit=101")).code == 50035


async def test_others_messages_come_without_content_unless_they_mention_the_bot(
    discord: LoopbackDiscord, channel: Channel, ada: User, api: Api
) -> None:
    discord.say(channel, ada, "secret", [picture()])
    discord.say(channel, ada, f"{discord.bot.mention} open")
    answer = await api("GET", f"/channels/{channel.id}/messages")
    assert [entry["content"] for entry in answer.data] == [f"{discord.bot.mention} open", ""]
    assert answer.data[1]["attachments"] == []


async def test_only_own_messages_can_be_edited(discord: LoopbackDiscord, channel: Channel, ada: User, api: Api) -> None:
    theirs = discord.say(channel, ada, "x")
    one = f"/channels/{channel.id}/messages/{theirs.id}"
    assert (await api("PATCH", one, {"content": "y"})).code == 50005
    assert (await api("DELETE", one)).code == 50013


async def test_a_user_who_takes_no_messages_gets_none(discord: LoopbackDiscord, ada: User, api: Api) -> None:
    place = await api("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    again = await api("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    assert place.data["id"] == again.data["id"]
    assert (await api.send(discord.direct(ada), {"content": "x"})).status == 200
    ada.accepts_messages = False
    assert (await api.send(discord.direct(ada), {"content": "x"})).code == 50007


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "video", "type": 1, "description": "Make one", "options": []} | changes


def option(name: str = "prompt", **changes: Any) -> dict[str, Any]:
    return {"name": name, "type": 3, "description": "What"} | changes


@pytest.mark.parametrize(
    "bad",
    [
        command(name="Video"),
        command(name="a b"),
        command(description=""),
        command(description="x" * 101),
        command(options=[option(f"o{n}") for n in range(26)]),
        command(options=[option("a"), option("b", required=True)]),
        command(options=[option("a"), option("a")]),
        command(options=[option(choices=[{"name": "x", "value": "x"}] * 26)]),
        command(options=[option(max_length=6001)]),
        command(
            options=[
                option(f"o{n}", choices=[{"name": "x" * 60, "value": "y" * 60}] * 25, description="x" * 100)
                for n in range(3)
            ]
        ),
        command(type=3),
    ],
)
async def test_a_bad_command_is_refused(discord: LoopbackDiscord, api: Api, bad: dict[str, Any]) -> None:
    path = f"/applications/{discord.bot.id}/commands"
    assert (await api("PUT", path, [bad])).code == 50035
    assert (await api("GET", path)).data == []


async def test_commands_keep_their_ids_when_they_are_registered_again(discord: LoopbackDiscord, api: Api) -> None:
    path = f"/applications/{discord.bot.id}/commands"
    first = await api("PUT", path, [command(), {"name": "Look", "type": 3}])
    again = await api("PUT", path, [command(description="Other")])
    assert again.data[0]["id"] == first.data[0]["id"]
    assert [entry["description"] for entry in (await api("GET", path)).data] == ["Other"]
