"""Somebody who may no longer use ``/admin`` presses on in a private answer that is still open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.admins import admin, private, rows
from tests.cogs.videos import ask, made
from tests.support import text_of


def demote(here: World, who: Any) -> None:
    """Take every role of somebody's away."""
    here.env.backend.edit_member(here.guild.id, who.id, {"role_ids": []})


def delegate(here: World) -> Any:
    """Somebody whom the server lets use ``/admin``, though they do not manage it."""
    who = here.guild.add_member(here.env.create_user("dora"))
    assert here.env.bot.user is not None
    commands = here.env.backend.commands[None]
    [command] = [int(one["id"]) for (name, _), one in commands.items() if name == "admin"]
    entry = {"id": str(who.id), "type": 2, "permission": True}
    here.env.backend.set_command_permissions(here.guild.id, command, [entry])
    return who


@pytest.mark.slow
async def test_the_lists_of_the_setup_card_are_closed_to_who_lost_manage_server(tmp_path: Path, here: World) -> None:
    ada = admin(here)
    [card] = private(await ada.slash(here.channel, "admin setup"))
    demote(here, ada)
    refused = await ada.select(card, ["300"], custom_id="setup:daily")
    assert text_of(refused.response) == ENGLISH("setup.others")
    assert rows(tmp_path, "SELECT 1 FROM audit") == []


async def test_done_shows_nothing_to_who_lost_manage_server(here: World) -> None:
    ada = admin(here)
    [card] = private(await ada.slash(here.channel, "admin setup"))
    demote(here, ada)
    refused = await ada.click(card, custom_id="setup:done")
    assert text_of(refused.response) == ENGLISH("setup.others")
    assert ENGLISH("setup.holds") not in text_of(card)


async def test_videos_of_others_cannot_be_canceled_by_who_lost_manage_server(tmp_path: Path, here: World) -> None:
    await ask(here)
    await made(here)
    ada = admin(here)
    listed, *_ = private(await ada.slash(here.channel, "admin jobs"))
    demote(here, ada)
    refused = await ada.click(listed, label=ENGLISH("button.cancel"))
    assert text_of(refused.response) == ENGLISH("gate.admin_only")
    assert rows(tmp_path, "SELECT cancel_requested_by FROM jobs") == [(None,)]


async def test_whom_the_server_lets_use_the_command_sets_it_up_and_cancels(tmp_path: Path, here: World) -> None:
    await ask(here)
    await made(here)
    dora = delegate(here)
    [card] = private(await dora.slash(here.channel, "admin setup"))
    await dora.select(card, ["300"], custom_id="setup:daily:delegate")
    await dora.select(card, ["600"], custom_id="setup:daily:delegate")
    await dora.click(card, custom_id="setup:done:delegate")
    assert "600\u00a0s per day" in text_of(card)
    listed, *_ = private(await dora.slash(here.channel, "admin jobs"))
    await dora.click(listed, label=ENGLISH("button.cancel"))
    await here.until(lambda: rows(tmp_path, "SELECT cancel_requested_by FROM jobs") == [(dora.id,)])
