"""``/admin`` as admins, moderators and members meet it."""

import asyncio
import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import Image
from simcord import SetupError

from bot.client import VideoBot
from bot.errors import DiscordUnavailable, QuotaError, RequestError
from bot.services.admin import Admin
from bot.services.submit import Asker
from cogs.notice_board import DiscordNoticeBoard
from sandbox.world import World, world
from tests.cogs.test_video import ask, in_thread, made
from tests.support import buttons_of, request, text_of


def admin(here: World, guild: Any = None, name: str = "ada") -> Any:
    """Somebody who manages the server."""
    guild = guild or here.guild
    role = guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(here.env.create_user(name), roles=[role])


async def says(who: Any, here: World, command: str, where: Any = None, **options: Any) -> str:
    """What the bot answers, which must be private."""
    answer = await who.slash(where or here.channel, command, **options)
    assert answer.ephemeral
    return text_of(answer.response)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


async def test_a_member_neither_sees_nor_calls_admin(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ada = admin(here)
        assert not [name for name in here.alice.available_commands(here.channel) if name.startswith("admin")]
        assert "admin quota set" in ada.available_commands(here.channel)
        with pytest.raises(SetupError):
            await here.alice.slash(here.channel, "admin grant", user=here.alice, seconds=60)
        assert rows(tmp_path, "SELECT * FROM grants") == []


async def test_a_moderator_cancels_but_does_not_grant(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        role = here.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
        mona = here.guild.add_member(here.env.create_user("mona"), roles=[role])
        answer = await ask(here)
        await made(here)
        with pytest.raises(SetupError):
            await mona.slash(here.channel, "admin grant", user=here.alice, seconds=60)
        await mona.click(answer.response, label="Cancel")
        await in_thread(here, "was cancelled")


async def test_admin_is_not_there_in_direct_messages(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        with pytest.raises(SetupError):
            await here.env.create_user("dora").slash("admin usage")


async def test_a_role_is_given_ten_minutes_a_month_and_it_holds_from_the_next_command_on(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=10, max_active_jobs_per_user=100) as here:
        ada = admin(here)
        makers = here.guild.create_role("makers")
        mel = here.guild.add_member(here.env.create_user("mel"), roles=[makers])
        said = await says(ada, here, "admin quota set", role=makers, monthly_seconds=15, daily_seconds=600)
        assert "600 s a day · 15 s a month" in said
        shown = await says(mel, here, "quota")
        assert "600 s of 600 s left today" in shown
        assert "15 s of 15 s left" in shown
        asked = [await says_or_card(mel, here) for _ in range(4)]
        assert [text.count("Nothing was charged") for text in asked] == [0, 0, 0, 1]
        assert "0 s of 15 s left this month" in asked[3]
        assert "Someone who manages this server can change that" in asked[3]
        assert "10 s of 10 s left today" in await says(here.alice, here, "quota")


async def says_or_card(who: Any, here: World, **options: Any) -> str:
    values: dict[str, Any] = {"prompt": "@Image1", "image1": ("a.png", _picture())} | options
    return text_of((await who.slash(here.channel, "video", **values)).response)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 400)).save(buffer, "PNG")
    return buffer.getvalue()


async def test_the_users_own_rule_goes_first_then_the_most_generous_role_then_the_server(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=10) as here:
        ada = admin(here)
        small, large = here.guild.create_role("small"), here.guild.create_role("large")
        mel = here.guild.add_member(here.env.create_user("mel"), roles=[small, large])
        await says(ada, here, "admin quota set", daily_seconds=20)
        assert "20 s of 20 s" in await says(mel, here, "quota")
        await says(ada, here, "admin quota set", role=small, daily_seconds=30)
        await says(ada, here, "admin quota set", role=large, daily_seconds=40)
        assert "40 s of 40 s" in await says(mel, here, "quota")
        await says(ada, here, "admin quota set", user=mel, daily_seconds=5)
        assert "5 s of 5 s" in await says(mel, here, "quota")
        shown = await says(ada, here, "admin quota show", user=mel)
        assert "5 s a day (this user's own)" in shown
        everything = await says(ada, here, "admin quota show")
        assert f"<@{mel.id}>: 5 s a day" in everything
        assert f"<@&{large.id}>: 40 s a day" in everything
        await says(ada, here, "admin quota clear", user=mel)
        assert "40 s of 40 s" in await says(mel, here, "quota")


async def test_a_blocked_user_is_refused_with_who_can_change_it_until_unblocked(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ada = admin(here)
        await says(ada, here, "admin block", user=here.alice)
        refused = text_of((await ask(here)).response)
        assert "Someone who manages this server can change that" in refused
        assert "can't make videos in this server" in await says(here.alice, here, "quota")
        await says(ada, here, "admin unblock", user=here.alice)
        await ask(here)
        await made(here)


async def test_a_grant_is_used_after_the_days_own_and_given_back_if_nothing_comes_of_it(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=7) as here:
        ada = admin(here)
        said = await says(ada, here, "admin grant", user=here.alice, seconds=10, expires="30d")
        assert "They can be used until <t:" in said
        await ask(here)
        await ask(here)
        here.oxen.succeed(await made(here, 2))
        await here.until(lambda: sum("is ready" in text_of(m) for t in here.channel.threads for m in t.history()))
        await here.quiet()
        shown = await says(here.alice, here, "quota")
        assert "0 s of 7 s left today" in shown
        assert "Granted, used after that: 7 s until" in shown
        assert "5 s (3 s granted) · The ox of \\@Image1 dances · delivered" in shown
        here.oxen.fail(next(iter(here.oxen.generations)), "too dark")
        await here.until(lambda: any("not made" in text_of(m) for t in here.channel.threads for m in t.history()))
        await here.quiet()
        after = await says(here.alice, here, "quota")
        assert "5 s of 7 s left today" in after
        assert "not charged: Oxen could not make it: too dark" in after


async def test_a_server_says_where_it_wants_the_bot(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ada = admin(here)
        other = here.guild.create_text_channel("off-topic")
        await says(ada, here, "admin channels", allow=here.channel)
        refused = await ask(here, other)
        assert refused.ephemeral
        assert f"<#{here.channel.id}>" in text_of(refused.response)
        await ask(here)
        thread = await here.until(here.thread)
        answer = await ask(here, thread, prompt="in its thread @Image1")
        assert not answer.ephemeral
        assert "everywhere" in await says(ada, here, "admin channels", everywhere=True)


async def test_a_budget_that_is_used_up_refuses_and_its_last_fifth_is_told_once(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600, max_active_jobs_per_user=100) as here:
        ada = admin(here)
        office = here.guild.create_text_channel("office")
        await says(ada, here, "admin settings", notice_channel=office)
        assert "$5.70 a day" in await says(ada, here, "admin budget", daily_usd=5.7)
        asked = [text_of((await ask(here, duration=10)).response) for _ in range(6)]
        assert [text.count("has no room for this video") for text in asked] == [0, 0, 0, 0, 0, 1]
        assert "Someone who manages this server can change it" in asked[5]
        await here.until(lambda: any("are spent or held" in text_of(m) for m in office.history()))
        await here.quiet()
        notices = [text_of(m) for m in office.history()]
        assert sum("are spent or held" in text for text in notices) == 1
        assert any("$5.60 of $5.70" in text for text in notices)
        assert any(text == f"<@{ada.id}> set the server's budget: $5.70 a day, no ceiling a month." for text in notices)


async def test_every_change_is_in_the_audit_and_in_the_notice_channel_and_pings_nobody(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
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


async def test_a_notice_that_a_channel_refuses_is_dropped_and_the_next_ones_are_told(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
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
        await DiscordNoticeBoard(bot).post(1, "text", nonce="notice-1")
    await bot.close()


async def test_usage_tells_who_used_what_with_a_chart_and_a_table(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ada = admin(here)
        await ask(here)
        here.oxen.succeed(await made(here))
        await in_thread(here, "is ready")
        await ask(here, prompt="again @Image1", duration=10)
        here.oxen.fail(await made(here, 2), "too dark")
        await here.until(lambda: any("not made" in text_of(m) for t in here.channel.threads for m in t.history()))
        await here.quiet()
        answer = await ada.slash(here.channel, "admin usage", span="day")
        assert answer.ephemeral
        text = text_of(answer.response)
        assert "2 videos asked for · 5 s delivered · $0.56 spent · 1 failed · 0 cancelled" in text
        assert f"<@{here.alice.id}> · 2 videos · 5 s · $0.56 · 1 failed" in text
        files = {
            item.filename: bytes(here.env.backend.cdn.get(item.url) or b"") for item in answer.response.attachments
        }
        assert Image.open(io.BytesIO(files["usage.png"])).size == (960, 360)
        [line] = csv.DictReader(io.StringIO(files["usage.csv"].decode()))
        assert (line["user_id"], line["seconds_delivered"], line["usd_spent"]) == (str(here.alice.id), "5", "0.560000")


@pytest.mark.parametrize("span", ["day", "week", "month"])
async def test_usage_of_a_server_where_nothing_happened_is_empty(tmp_path: Path, span: str) -> None:
    async with world(tmp_path) as here:
        assert "0 videos asked for" in await says(admin(here), here, "admin usage", span=span)


async def test_an_admin_of_one_server_sees_nothing_of_another(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await ask(here)
        await made(here)
        await says(admin(here), here, "admin quota set", daily_seconds=1234)
        elsewhere = here.env.create_guild("Elsewhere")
        channel = elsewhere.create_text_channel("general")
        eve = admin(here, elsewhere, "eve")
        assert "0 videos asked for" in await says(eve, here, "admin usage", channel)
        assert "Nothing is in the making here" in await says(eve, here, "admin jobs", channel)
        assert "1234" not in await says(eve, here, "admin quota show", channel)
        [job_id] = rows(tmp_path, "SELECT id FROM jobs")[0]

        with pytest.raises(RequestError):
            await here.parts.services.administering.cancel(Admin(user_id=eve.id, guild_id=elsewhere.id), job_id)


async def test_an_admin_lists_everybodys_running_videos_and_cancels_any(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        ada = admin(here)
        await ask(here)
        await made(here)
        listed = await ada.slash(here.channel, "admin jobs")
        assert f"<@{here.alice.id}>" in text_of(listed.response)
        assert "Cancel" in buttons_of(listed.response)
        await ada.click(listed.response, label="Cancel")
        assert f"cancelled by <@{ada.id}>" in text_of(await in_thread(here, "was cancelled"))
        [(action, by)] = rows(tmp_path, "SELECT action, by_user FROM audit")
        assert (action, by) == ("cancel", ada.id)


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("admin quota set", {}, "Please say what to set"),
        ("admin settings", {"time_zone": "Middle/Earth"}, "don't know this time zone"),
        ("admin settings", {"time_zone": "../../etc/passwd"}, "don't know this time zone"),
        ("admin grant", {"seconds": 5, "expires": "soon"}, "12h, 30d or 2w"),
        ("admin grant", {"seconds": 5, "expires": "2020-01-01"}, "That date is over"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_what_to_write(
    tmp_path: Path, command: str, options: dict[str, Any], words: str
) -> None:
    async with world(tmp_path) as here:
        given = options | ({"user": here.alice} if command == "admin grant" else {})
        assert words in await says(admin(here), here, command, **given)
        assert rows(tmp_path, "SELECT * FROM audit") == []


async def test_time_zones_are_offered_as_they_are_typed(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        offered = await admin(here).autocomplete(here.channel, "admin settings", "time_zone", "new york")
        assert [choice["value"] for choice in offered] == ["America/New_York"]


async def test_a_flood_of_commands_is_stopped_before_it_reaches_the_database(tmp_path: Path) -> None:
    async with world(tmp_path, max_commands_per_minute=20) as here:
        answers = [await says(here.alice, here, "quota") for _ in range(12)]
        assert sum("a lot at once" in answer for answer in answers) == 2
        bob = here.guild.add_member(here.env.create_user("bob"))
        assert "left today" in await says(bob, here, "quota")


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


async def test_the_readme_names_every_admin_command_and_none_that_is_not_there(tmp_path: Path) -> None:
    named = {name for line in README.splitlines() if line.startswith("| `/admin") for name in _names(line)}
    async with world(tmp_path) as here:
        offered = {name for name in admin(here).available_commands(here.channel) if name.startswith("admin")}
    assert named == offered


def _names(line: str) -> list[str]:
    return re.findall(r"`/(admin [a-z ]+)`", line.split("|")[1])


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
        assert "600 s of 600 s left" in await says(mel, here, "quota")
        accept = here.parts.services.submitting.accept
        asker = Asker(user_id=mel.id, guild_id=here.guild.id, channel_id=1, role_ids=[makers.id])
        results = await asyncio.gather(
            *(accept(request(duration=10), asker) for _ in range(61)),
            return_exceptions=True,
        )
        assert [str(result)[:47] for result in results if isinstance(result, QuotaError)] == [
            "This video takes 10 s, and you have 0 s of 600 "
        ]
        assert "**0 s of 600 s left** (0 s used, 600 s held)" in await says(mel, here, "quota")


async def test_a_server_can_let_others_use_admin_in_discords_own_settings(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        role = here.guild.create_role("treasurers")
        tess = here.guild.add_member(here.env.create_user("tess"), roles=[role])
        [command] = [one for one in await here.parts.bot.tree.fetch_commands() if one.name == "admin"]
        here.guild.set_command_permissions(command.id, {role: True})
        assert "has 60 s more" in await says(tess, here, "admin grant", user=here.alice, seconds=60)
