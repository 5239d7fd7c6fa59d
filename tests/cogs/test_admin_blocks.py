"""``/admin block`` and ``/admin unblock``: what they say is so, whatever else blocks somebody."""

from pathlib import Path

import pytest

from bot.domain.policy import Access, Rule
from bot.text import User
from cogs.ui.policy_texts import rule_in_words
from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.admins import admin, rows, says
from tests.cogs.videos import ask, made
from tests.support import text_of


async def test_a_blocked_user_is_refused_with_who_can_change_it_until_unblocked(here: World) -> None:
    ada = admin(here)
    await says(ada, here, "admin block", user=here.alice)
    refused = text_of((await ask(here)).response)
    assert refused == ENGLISH("gate.blocked")
    assert "can't make videos in this server" in await says(here.alice, here, "quota")
    said = await says(ada, here, "admin unblock", user=here.alice)
    assert said.startswith(f"Unblocked <@{here.alice.id}>.")
    await ask(here)
    await made(here)


async def test_unblocking_somebody_whom_a_role_blocks_changes_nothing_and_says_which_role_it_is(
    tmp_path: Path, here: World
) -> None:
    ada, rowdy = admin(here), here.guild.create_role("rowdy")
    mel = here.guild.add_member(here.env.create_user("mel"), roles=[rowdy])
    await says(ada, here, "admin quota set", role=rowdy, access="blocked")
    said = await says(ada, here, "admin unblock", user=mel)
    assert not said.startswith("Unblocked")
    assert f"blocked by the rule for <@&{rowdy.id}>" in said
    assert "/admin quota set" in said
    assert rows(tmp_path, "SELECT action FROM audit") == [("quota set",)]
    assert "Blocked (from a role)" in await says(ada, here, "admin quota show", user=mel)
    await says(ada, here, "admin quota set", user=mel, max_active=1)
    assert "can't make videos" not in await says(mel, here, "quota")


async def test_somebody_who_is_unblocked_where_everybody_is_blocked_is_said_to_be_blocked_still(here: World) -> None:
    ada = admin(here)
    await says(ada, here, "admin quota set", access="blocked")
    await says(ada, here, "admin block", user=here.alice)
    said = await says(ada, here, "admin unblock", user=here.alice)
    assert "still blocked by the rule for everyone in this server" in said
    assert "can't make videos in this server" in await says(here.alice, here, "quota")


async def test_unblocking_somebody_who_is_not_blocked_changes_nothing_and_says_so(tmp_path: Path, here: World) -> None:
    ada = admin(here)
    await says(ada, here, "admin quota set", user=here.alice, daily_seconds=7)
    said = await says(ada, here, "admin unblock", user=here.alice)
    assert said == ENGLISH("answer.admin.not_blocked", user=User(here.alice.id))
    assert rows(tmp_path, "SELECT action FROM audit") == [("quota set",)]
    assert "7 of 7\u00a0s left" in await says(here.alice, here, "quota")


@pytest.mark.parametrize("block", ["admin block", "admin quota set"])
async def test_somebody_who_was_unlimited_is_so_again_after_a_block(here: World, block: str) -> None:
    ada = admin(here)
    await says(ada, here, "admin quota set", user=here.alice, access="unlimited", max_duration=5)
    for _ in range(2):
        await says(ada, here, block, user=here.alice, **({} if block == "admin block" else {"access": "blocked"}))
    assert "can't make videos in this server" in await says(here.alice, here, "quota")
    assert rule_in_words(Rule(max_duration=5, access=Access.UNLIMITED)) in await says(
        ada, here, "admin unblock", user=here.alice
    )
    assert ENGLISH("quota_card.no_daily_limit") in await says(here.alice, here, "quota")


async def test_somebody_who_was_made_normal_again_is_not_unlimited_after_the_next_block(here: World) -> None:
    ada = admin(here)
    for access in ("unlimited", "blocked", "normal"):
        await says(ada, here, "admin quota set", user=here.alice, access=access)
    await says(ada, here, "admin block", user=here.alice)
    await says(ada, here, "admin unblock", user=here.alice)
    assert ENGLISH("quota_card.today", left=60, limit=60) in await says(here.alice, here, "quota")
