"""What admins set with ``/admin``: rules, grants, budgets and places, as the people they are for meet them."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.policy import Rule
from cogs.ui.policy_texts import rule_in_words
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin, says
from tests.cogs.videos import ask, made
from tests.support import text_of

READY, FAILED = saying("result.ready"), saying("result.failed")


@pytest.mark.slow
async def test_a_role_is_given_ten_minutes_a_month_and_it_holds_from_the_next_command_on(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=10, max_active_jobs_per_user=100) as here:
        ada = admin(here)
        makers = here.guild.create_role("makers")
        mel = here.guild.add_member(here.env.create_user("mel"), roles=[makers])
        said = await says(ada, here, "admin quota set", role=makers, monthly_seconds=15, daily_seconds=600)
        assert rule_in_words(Rule(daily_seconds=600, monthly_seconds=15)) in said
        shown = await says(mel, here, "quota")
        assert "600 of 600\u00a0s left" in shown
        assert "15 of 15\u00a0s left" in shown
        asked = [await says_or_card(mel, here) for _ in range(4)]
        assert [text.count("No seconds used") for text in asked] == [0, 0, 0, 1]
        assert "0 of 15\u00a0s left this month" in asked[3]
        assert "A server admin can change this" in asked[3]
        assert "10 of 10\u00a0s left" in await says(here.alice, here, "quota")


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
        assert "20 of 20\u00a0s left" in await says(mel, here, "quota")
        await says(ada, here, "admin quota set", role=small, daily_seconds=30)
        await says(ada, here, "admin quota set", role=large, daily_seconds=40)
        assert "40 of 40\u00a0s left" in await says(mel, here, "quota")
        await says(ada, here, "admin quota set", user=mel, daily_seconds=5)
        assert "5 of 5\u00a0s left" in await says(mel, here, "quota")
        shown = await says(ada, here, "admin quota show", user=mel)
        assert ENGLISH("policy.limit.daily_seconds", number=5, source=ENGLISH("policy.source.user")) in shown
        everything = await says(ada, here, "admin quota show")
        assert f"<@{mel.id}>: {rule_in_words(Rule(daily_seconds=5))}" in everything
        assert f"<@&{large.id}>: {rule_in_words(Rule(daily_seconds=40))}" in everything
        await says(ada, here, "admin quota clear", user=mel)
        assert "40 of 40\u00a0s left" in await says(mel, here, "quota")


@pytest.mark.slow
async def test_a_grant_is_used_after_the_days_own_and_given_back_if_nothing_comes_of_it(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=7) as here:
        ada = admin(here)
        said = await says(ada, here, "admin grant", user=here.alice, seconds=10, expires="30d")
        assert "They expire <t:" in said
        await ask(here)
        await made(here)
        await ask(here)
        here.oxen.succeed(await made(here, 2))
        await here.until(lambda: sum(READY in text_of(m) for t in here.channel.threads for m in t.history()))
        await here.quiet()
        shown = await says(here.alice, here, "quota")
        assert ENGLISH("quota_card.today", left=0, limit=7) in shown
        assert saying("quota_card.extra") in shown
        assert "7\u00a0s until" in shown
        assert "5\u00a0s (3\u00a0s extra) · The ox of \\@Image1 dances · delivered" in shown
        here.oxen.fail(next(iter(here.oxen.generations)), "too dark")
        await here.until(lambda: any(FAILED in text_of(m) for t in here.channel.threads for m in t.history()))
        await here.quiet()
        after = await says(here.alice, here, "quota")
        assert ENGLISH("quota_card.today", left=5, limit=7) in after
        assert "not counted: Oxen couldn't make this video: too dark" in after


async def test_a_server_says_where_it_wants_the_bot(here: World) -> None:
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
    assert ENGLISH("admin_card.all_channels") in await says(ada, here, "admin channels", everywhere=True)


@pytest.mark.slow
async def test_a_budget_that_is_used_up_refuses_and_its_last_fifth_is_told_once(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600, max_active_jobs_per_user=100) as here:
        ada = admin(here)
        office = here.guild.create_text_channel("office")
        await says(ada, here, "admin settings", notice_channel=office)
        assert "$5.70 per day" in await says(ada, here, "admin budget", daily_usd=5.7)
        asked = [text_of((await ask(here, duration=10)).response) for _ in range(6)]
        assert [text.count("doesn't cover this video") for text in asked] == [0, 0, 0, 0, 0, 1]
        assert "A server admin can change it" in asked[5]
        await here.until(lambda: any("are spent or reserved" in text_of(m) for m in office.history()))
        await here.quiet()
        notices = [text_of(m) for m in office.history()]
        assert sum("are spent or reserved" in text for text in notices) == 1
        assert any("$5.60 of $5.70" in text for text in notices)
        assert f"<@{ada.id}> set the server budget to $5.70 per day, no limit per month." in notices
