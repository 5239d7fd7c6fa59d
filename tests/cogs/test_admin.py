"""``/admin``: who may call it, what it refuses, and who is told."""

import asyncio
import re
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import SetupError

from bot.client import VideoBot
from bot.domain.actor import Actor
from bot.errors import DiscordUnavailable, QuotaError, RequestError
from bot.text import Text, verbatim
from cogs.adapter.notices import DiscordNoticeBoard
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.videos import ask, in_thread, made
from tests.support import request, text_of


async def test_a_member_neither_sees_nor_calls_admin(tmp_path: Path, here: World) -> None:
    ada = admin(here)
    assert not [name for name in here.alice.available_commands(here.channel) if name.startswith("admin")]
    assert "admin quota set" in ada.available_commands(here.channel)
    with pytest.raises(SetupError):
        await here.alice.slash(here.channel, "admin grant", user=here.alice, seconds=60)
    assert rows(tmp_path, "SELECT * FROM grants") == []


async def test_a_moderator_cancels_but_does_not_grant(here: World) -> None:
    role = here.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    mona = here.guild.add_member(here.env.create_user("mona"), roles=[role])
    answer = await ask(here)
    await made(here)
    with pytest.raises(SetupError):
        await mona.slash(here.channel, "admin grant", user=here.alice, seconds=60)
    await mona.click(answer.response, label="Cancel")
    await in_thread(here, saying("result.canceled_by"))


async def test_admin_is_not_there_in_direct_messages(here: World) -> None:
    with pytest.raises(SetupError):
        await here.env.create_user("dora").slash("admin usage")


async def test_every_change_is_in_the_audit_and_in_the_notice_channel_and_pings_nobody(
    tmp_path: Path, here: World
) -> None:
    ada = admin(here)
    office = here.guild.create_text_channel("office")
    await says(ada, here, "admin settings", notice_channel=office, time_zone="Europe/Berlin")
    await says(ada, here, "admin block", user=here.alice)
    await says(ada, here, "admin unblock", user=here.alice)
    await says(ada, here, "admin grant", user=here.alice, seconds=5)
    await says(ada, here, "admin quota set", max_duration=5)
    await says(ada, here, "admin quota clear")
    await says(ada, here, "admin channels", allow=here.channel)
    actions = [action for (action,) in rows(tmp_path, "SELECT action FROM audit ORDER BY id")]
    assert actions == [
        "time zone", "notices", "block", "unblock", "grant", "quota set", "quota clear", "channels"
    ]  # fmt: skip
    await here.until(lambda: len(office.history()) == 7)
    posts = [r.json for r in here.env.http_requests if r.path == f"/channels/{office.id}/messages" and r.json]
    assert len(posts) == 7
    assert all(post["allowed_mentions"] == {"parse": []} for post in posts)


async def test_a_notice_that_a_channel_refuses_is_dropped_and_the_next_ones_are_told(here: World) -> None:
    ada = admin(here)
    office = here.guild.create_text_channel("office")
    await says(ada, here, "admin settings", notice_channel=office)
    await here.until(lambda: len(office.history()) == 1)
    path = f"/channels/{office.id}/messages"
    here.env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions", times=1)
    await says(ada, here, "admin block", user=here.alice)
    await says(ada, here, "admin unblock", user=here.alice)
    await here.until(lambda: len(office.history()) == 2)
    assert text_of(office.history()[-1]) == f"<@{ada.id}> unblocked <@{here.alice.id}>."


async def test_before_the_bot_is_connected_a_notice_waits() -> None:
    bot = VideoBot()
    with pytest.raises(DiscordUnavailable):
        await DiscordNoticeBoard(bot).post(1, verbatim("text"), nonce="notice-1")
    await bot.close()


async def test_an_admin_of_one_server_sees_nothing_of_another(tmp_path: Path, here: World) -> None:
    await ask(here)
    await made(here)
    await says(admin(here), here, "admin quota set", daily_seconds=1234)
    elsewhere = here.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    eve = admin(here, elsewhere, "eve")
    assert ENGLISH("admin_card.videos", count=0) in await says(eve, here, "admin usage", channel)
    assert ENGLISH("admin_card.none_running") in await says(eve, here, "admin jobs", channel)
    assert "1234" not in await says(eve, here, "admin quota show", channel)
    [job_id] = rows(tmp_path, "SELECT id FROM jobs")[0]

    with pytest.raises(RequestError):
        await here.parts.services.guild_admin.cancel(
            Actor(user_id=eve.id, guild_id=elsewhere.id, channel_id=11), job_id
        )


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("admin quota set", {}, saying("admin.nothing_to_set")),
        ("admin settings", {"time_zone": "Middle/Earth"}, saying("admin.time_zone_unknown")),
        ("admin settings", {"time_zone": "../../etc/passwd"}, saying("admin.time_zone_unknown")),
        ("admin grant", {"seconds": 5, "expires": "soon"}, saying("admin.date_unreadable")),
        ("admin grant", {"seconds": 5, "expires": "2020-01-01"}, saying("admin.date_passed")),
    ],
)
async def test_what_cannot_be_read_is_refused_with_what_to_write(
    tmp_path: Path, here: World, command: str, options: dict[str, Any], words: str
) -> None:
    given = options | ({"user": here.alice} if command == "admin grant" else {})
    assert words in await says(admin(here), here, command, **given)
    assert rows(tmp_path, "SELECT * FROM audit") == []


async def test_time_zones_are_offered_as_they_are_typed(here: World) -> None:
    offered = await admin(here).autocomplete(here.channel, "admin settings", "time_zone", "new york")
    assert [choice["value"] for choice in offered] == ["America/New_York"]


async def test_a_flood_of_commands_is_stopped_before_it_reaches_the_database(tmp_path: Path) -> None:
    async with world(tmp_path, max_commands_per_minute=20) as here:
        answers = [await says(here.alice, here, "quota") for _ in range(12)]
        assert sum("too much at once" in answer for answer in answers) == 2
        bob = here.guild.add_member(here.env.create_user("bob"))
        assert "left today" in await says(bob, here, "quota")


README = (Path(__file__).parents[2] / "docs/admins.md").read_text(encoding="utf-8")


async def test_the_readme_names_every_admin_command_and_none_that_is_not_there(tmp_path: Path) -> None:
    named = {name for line in README.splitlines() if line.startswith("| `/admin") for name in _names(line)}
    async with world(tmp_path) as here:
        offered = {name for name in admin(here).available_commands(here.channel) if name.startswith("admin")}
    assert named == offered


def _names(line: str) -> list[str]:
    return re.findall(r"`/(admin [a-z ]+)`", line.split("|")[1])


@pytest.mark.slow
async def test_an_admin_who_does_what_the_readme_says_gives_a_role_ten_minutes_a_month_and_it_holds(
    tmp_path: Path,
) -> None:
    [line] = re.findall(r"^\*\*To give a role ten minutes a month:\*\* `/(.+?)`", README, re.MULTILINE)
    command, *options = re.split(r" (?=\w+:)", line)
    given: dict[str, Any] = dict(option.split(":") for option in options)
    assert given.pop("role") == "@makers"
    async with world(tmp_path, max_active_jobs_per_user=100) as here:
        makers = here.guild.create_role("makers")
        mel = here.guild.add_member(here.env.create_user("mel"), roles=[makers])
        await says(admin(here), here, command, role=makers, **{name: int(value) for name, value in given.items()})
        assert "600 of 600\u00a0s left" in await says(mel, here, "quota")
        accept = here.parts.services.submitter.accept
        actor = Actor(user_id=mel.id, guild_id=here.guild.id, channel_id=1, role_ids=[makers.id])
        results = await asyncio.gather(
            *(accept(request(duration=10), actor) for _ in range(61)),
            return_exceptions=True,
        )
        [refused] = [result.user_message for result in results if isinstance(result, QuotaError)]
        assert isinstance(refused, Text)
        assert (refused.key, refused.values["left"], refused.values["limit"]) == ("quota.too_little.month", 0, 600)
        assert ENGLISH("quota_card.month_held", left=0, limit=600, used=0, held=600) in await says(mel, here, "quota")


async def test_a_server_can_let_others_use_admin_in_discords_own_settings(here: World) -> None:
    role = here.guild.create_role("treasurers")
    tess = here.guild.add_member(here.env.create_user("tess"), roles=[role])
    [command] = [one for one in await here.parts.bot.tree.fetch_commands() if one.name == "admin"]
    here.guild.set_command_permissions(command.id, {role: True})
    said = await says(tess, here, "admin grant", user=here.alice, seconds=60)
    assert said.startswith(f"Gave <@{here.alice.id}> 60 extra seconds.")
