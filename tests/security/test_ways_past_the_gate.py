"""The gate: who may not use the bot is refused in private at every way in, and nothing is made, kept or shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import discord
import pytest

from bot.errors import NotAllowedError
from bot.services.gate import Gate
from bot.store.gate import GateStore
from bot.text import User, text
from cogs.commands.admin_reports import AdminCancelButton
from cogs.ui import custom_ids
from cogs.ui.button_base import JobButton
from cogs.ui.texts import ENGLISH
from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.messages import fill
from tests.cogs.videos import ask, in_thread, made, told
from tests.security.closed_gate import BLOCKED, UNKNOWN, block, job_id, post_button
from tests.support import buttons_of, choose, denied, png, private, text_of

NO_COMMANDS: Final = ENGLISH("gate.no_commands")

Ways = Mapping[str, Callable[[World, Any], Awaitable[Any]]]

COMMANDS: Final[Ways] = {
    "/video": lambda here, who: who.slash(here.channel, "video", prompt="@Image1", image1=png()),
    "/studio": lambda here, who: who.slash(here.channel, "studio"),
    "/element save": lambda here, who: who.slash(here.channel, "element save", name="rex", front=png()),
    "/element list": lambda here, who: who.slash(here.channel, "element list"),
    "/element show": lambda here, who: who.slash(here.channel, "element show", name="rex"),
    "/element rename": lambda here, who: who.slash(here.channel, "element rename", name="rex", new_name="max"),
}


async def ready(here: World) -> Any:
    """A result of alice's, in its thread."""
    await ask(here)
    here.oxen.succeed(await made(here))
    return await in_thread(here, "is ready")


@pytest.mark.parametrize("way", COMMANDS)
async def test_a_blocked_member_is_refused_by_a_command(tmp_path: Path, here: World, way: str) -> None:
    await block(here, here.alice)
    assert text_of(private(await COMMANDS[way](here, here.alice))) == BLOCKED
    assert rows(tmp_path, "SELECT 1 FROM jobs") == rows(tmp_path, "SELECT 1 FROM saved_elements") == []


@pytest.mark.parametrize("name", ["Make a video from this", "Add to my next video"])
async def test_a_blocked_member_is_refused_by_a_command_on_a_message(here: World, name: str) -> None:
    message = await here.alice.send(here.channel, "look", attachments=[png()])
    await block(here, here.alice)
    assert text_of(private(await here.alice.context_menu(here.channel, name, message))) == BLOCKED
    assert await here.parts.services.drafts.get(here.alice.id) == ()


async def test_a_blocked_member_is_offered_no_elements_while_typing(here: World) -> None:
    await here.alice.slash(here.channel, "element save", name="rex", front=png(), share=True)
    assert len(await here.alice.autocomplete(here.channel, "video", "saved_element", "re")) == 1
    await block(here, here.alice)
    assert await here.alice.autocomplete(here.channel, "video", "saved_element", "re") == []


async def test_a_form_that_was_open_when_its_member_was_blocked_is_refused(tmp_path: Path, here: World) -> None:
    shown = await here.alice.slash(here.channel, "studio")
    await block(here, here.alice)
    sent = await fill(here, shown, "@Image1", [png()], None, None, ["5 16:9"])
    assert text_of(private(sent)) == BLOCKED
    assert rows(tmp_path, "SELECT 1 FROM jobs") == []


@pytest.mark.parametrize("label", ["Again", "Edit", "Continue"])
async def test_a_blocked_member_is_refused_by_a_button_that_leads_to_a_video(
    tmp_path: Path, here: World, label: str
) -> None:
    message = await ready(here)
    await block(here, here.alice)
    [whole] = [one for one in buttons_of(message) if one.startswith(label)]
    assert text_of(private(await here.alice.click(message, label=whole))) == BLOCKED
    assert len(rows(tmp_path, "SELECT 1 FROM jobs")) == 1


async def test_a_blocked_member_is_refused_by_the_buttons_of_collected_pictures(here: World) -> None:
    message = await here.alice.send(here.channel, "look", attachments=[png()])
    card = private(await here.alice.context_menu(here.channel, "Add to my next video", message))
    await block(here, here.alice)
    for label in ("Remove", "Add pictures", "Edit prompt", "Make"):
        assert text_of(private(await here.alice.click(card, label=label))) == BLOCKED


async def test_a_blocked_member_is_told_so_once_a_minute_where_they_mention_the_bot(
    tmp_path: Path, here: World
) -> None:
    me = here.env.bot.user
    assert me is not None
    await block(here, here.alice)
    for _ in range(5):
        await here.alice.send(here.channel, f"<@{me.id}> @Image1", attachments=[png()])
    await here.quiet()
    said = [text_of(m) for m in here.channel.history() if m.author.id == me.id]
    assert said == [BLOCKED]
    assert here.channel.threads == []
    assert rows(tmp_path, "SELECT 1 FROM jobs") == []


async def test_a_blocked_member_still_sees_and_deletes_what_is_theirs(tmp_path: Path, here: World) -> None:
    await here.alice.slash(here.channel, "element save", name="rex", front=png())
    message = await ready(here)
    await block(here, here.alice)
    assert "The ox of" in await says(here.alice, here, "videos")
    assert "can't make videos" in await says(here.alice, here, "quota")
    assert "Delete my data" in buttons_of((await here.alice.slash(here.channel, "privacy")).response)
    assert "The ox of" in text_of(private(await choose(here.alice, message, "videos")))
    await says(here.alice, here, "element delete", name="rex")
    assert rows(tmp_path, "SELECT 1 FROM saved_elements") == []


async def test_an_admin_who_is_blocked_by_a_rule_can_undo_it(here: World) -> None:
    ada = admin(here)
    await says(ada, here, "admin quota set", access="blocked")
    await says(ada, here, "admin quota clear")
    assert not (await ask(here)).ephemeral


async def test_a_form_is_not_opened_in_a_channel_where_no_videos_may_be_made(here: World) -> None:
    studio = here.guild.create_text_channel("studio")
    await says(admin(here), here, "admin channels", allow=studio)
    assert f"<#{studio.id}>" in text_of(private(await here.alice.slash(here.channel, "studio")))
    assert (await here.alice.slash(studio, "studio")).modal is not None


async def test_a_member_who_may_not_use_commands_is_refused_by_every_button(tmp_path: Path, here: World) -> None:
    muted = here.guild.create_role("muted")
    bob = here.guild.add_member(here.env.create_user("bob"), roles=[muted])
    place = here.guild.create_text_channel("place", overwrites={muted: denied("use_application_commands")})
    await ask(here, place)
    here.oxen.succeed(await made(here))
    [thread] = await here.until(lambda: place.threads)
    message = await here.until(lambda: told(here, thread, "is ready"))
    for label in buttons_of(message):
        assert text_of(private(await bob.click(message, label=label))) == NO_COMMANDS
    assert len(rows(tmp_path, "SELECT 1 FROM jobs")) == 1


async def test_a_mention_is_no_way_around_a_channel_without_commands(tmp_path: Path, here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    quiet = here.guild.create_text_channel(
        "quiet", overwrites={here.guild.default_role: denied("use_application_commands")}
    )
    await here.alice.send(quiet, f"<@{me.id}> @Image1", attachments=[png()])
    await here.until(lambda: told(here, quiet, NO_COMMANDS))
    assert quiet.threads == []
    assert rows(tmp_path, "SELECT 1 FROM jobs") == []


JOB_BUTTONS: Final[Mapping[str, Callable[[str], str]]] = {
    "cancel": custom_ids.CANCEL.of,
    "original": custom_ids.ORIGINAL.of,
    "continue": custom_ids.CONTINUE.of,
    "run": custom_ids.RUN_AGAIN.of,
    "edit": custom_ids.EDIT.of,
    "send": custom_ids.SEND_AGAIN.of,
    "pick": custom_ids.PICK_TAKE.of,
    "join": custom_ids.JOIN.of,
    "references": custom_ids.REFERENCES.of,
    "report": custom_ids.REPORT.of,
    "delete": custom_ids.DELETE_RESULT.of,
    "menu": custom_ids.MENU.of,
    "choice": partial(custom_ids.result_choice_custom_id, "original"),
    "use": custom_ids.USE_PICTURE.of,
}


def test_every_kind_of_button_for_a_job_is_tried_here() -> None:
    assert issubclass(AdminCancelButton, JobButton), "its module is loaded"
    kinds = {kind.__discord_ui_compiled_template__.pattern for kind in JobButton.__subclasses__()}
    tried = {template for make in JOB_BUTTONS.values() for template in kinds if re.fullmatch(template, make("0" * 16))}
    assert kinds - tried == {custom_ids.ADMIN_CANCEL}, "which is tried below"


@pytest.mark.parametrize("button", JOB_BUTTONS)
@pytest.mark.slow
async def test_a_button_for_a_job_of_another_server_shows_and_does_nothing(
    tmp_path: Path, here: World, button: str
) -> None:
    await ask(here)
    await made(here)
    elsewhere = here.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    eve = admin(here, elsewhere, "eve")
    forged = await post_button(here, channel, JOB_BUTTONS[button](job_id(tmp_path)))
    assert text_of(private(await eve.click(forged, label="Press me"))) == UNKNOWN
    assert rows(tmp_path, "SELECT cancel_requested_by FROM jobs") == [(None,)]
    assert len(channel.history()) == 1


@pytest.mark.parametrize("button", JOB_BUTTONS)
async def test_a_button_for_a_job_of_a_channel_that_its_presser_is_not_in_shows_nothing(
    tmp_path: Path, here: World, button: str
) -> None:
    await ask(here)
    await made(here)
    other = here.guild.create_text_channel("other")
    bob = here.guild.add_member(here.env.create_user("bob"))
    forged = await post_button(here, other, JOB_BUTTONS[button](job_id(tmp_path)))
    assert text_of(private(await bob.click(forged, label="Press me"))) == UNKNOWN


async def test_a_button_for_a_job_that_never_was_is_answered_as_one_of_elsewhere(here: World) -> None:
    forged = await post_button(here, here.channel, custom_ids.EDIT.of("0123456789abcdef"))
    assert text_of(private(await here.alice.click(forged, label="Press me"))) == UNKNOWN


async def test_an_admins_button_in_public_is_no_way_to_cancel_videos_of_others(tmp_path: Path, here: World) -> None:
    await ask(here)
    await made(here)
    bob = here.guild.add_member(here.env.create_user("bob"))
    forged = await post_button(here, here.channel, custom_ids.admin_cancel_custom_id(job_id(tmp_path)))
    assert text_of(private(await bob.click(forged, label="Press me"))) == ENGLISH("gate.admin_only")
    assert rows(tmp_path, "SELECT cancel_requested_by FROM jobs") == [(None,)]


async def test_the_original_is_for_the_videos_owner_and_for_moderators(tmp_path: Path, here: World) -> None:
    await ready(here)
    thread = here.thread()
    button = await post_button(here, thread, custom_ids.ORIGINAL.of(job_id(tmp_path)))
    bob = here.guild.add_member(here.env.create_user("bob"))
    refused = text_of(private(await bob.click(button, label="Press me")))
    assert refused == ENGLISH("gate.original_not_allowed", owner=User(here.alice.id))
    moderators = here.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    mo = here.guild.add_member(here.env.create_user("mo"), roles=[moderators])
    for who in (here.alice, mo):
        assert ENGLISH("button.open_original") in str(private(await who.click(button, label="Press me")).components)


class Ban:
    """Rules of an operator who bans one person everywhere."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id

    async def check(self, guild_id: int, user_id: int) -> None:
        """Refuse them."""
        if user_id == self._user_id:
            raise NotAllowedError(REFUSAL)


REFUSAL: Final = text("gate.admin_only")
"""Any sentence does."""
REFUSED: Final = ENGLISH.render(REFUSAL)
EVERY_COMMAND: Final[Ways] = {
    **COMMANDS,
    "/quota": lambda here, who: who.slash(here.channel, "quota"),
    "/videos": lambda here, who: who.slash(here.channel, "videos"),
    "/privacy": lambda here, who: who.slash(here.channel, "privacy"),
    "/element delete": lambda here, who: who.slash(here.channel, "element delete", name="rex"),
}


def ban(here: World, who: Any) -> None:
    """Have the operator ban somebody."""
    gate = Gate(Ban(who.id), GateStore(here.parts.store.database))
    here.parts.bot.services = replace(here.parts.services, gate=gate)


@pytest.mark.parametrize("way", EVERY_COMMAND)
async def test_whom_the_operator_lets_in_nowhere_gets_one_private_sentence(here: World, way: str) -> None:
    ban(here, here.alice)
    assert text_of(private(await EVERY_COMMAND[way](here, here.alice))) == REFUSED


@pytest.mark.slow
async def test_whom_the_operator_lets_in_nowhere_is_refused_by_every_button_and_form(
    tmp_path: Path, here: World
) -> None:
    message = await ready(here)
    form = await here.alice.slash(here.channel, "studio")
    ban(here, here.alice)
    for label in buttons_of(message):
        assert text_of(private(await here.alice.click(message, label=label))) == REFUSED
    assert text_of(private(await fill(here, form, "@Image1", [png()], None, None, ["5 16:9"]))) == REFUSED
    assert len(rows(tmp_path, "SELECT 1 FROM jobs")) == 1


async def test_a_mention_by_whom_the_operator_lets_in_nowhere_makes_no_call(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    ban(here, here.alice)
    before = len(here.env.http_requests)
    for _ in range(5):
        await here.alice.send(here.channel, f"<@{me.id}> @Image1", attachments=[png()])
    await here.quiet()
    assert here.env.http_requests[before:] == []


@pytest.mark.parametrize("button", ["send", "join"])
async def test_a_button_posts_nothing_where_its_presser_may_not_write(tmp_path: Path, here: World, button: str) -> None:
    await ask(here)
    await made(here)
    writes = discord.PermissionOverwrite(send_messages=True)
    nobody = denied("send_messages", "send_messages_in_threads")
    overwrites = {here.guild.default_role: nobody, here.guild.me: writes}
    news = here.guild.create_text_channel("news", overwrites=overwrites)
    forged = await post_button(here, news, JOB_BUTTONS[button](job_id(tmp_path)))
    answer = private(await here.alice.click(forged, label="Press me"))
    assert text_of(answer) == ENGLISH("gate.cannot_write")
    assert len(news.history()) == 1


@pytest.mark.parametrize("what", ["make", "edit", "wait"])
async def test_the_buttons_of_somebody_elses_request_do_nothing(tmp_path: Path, what: str) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        await ask(here)
        await made(here)
        refused = private(await ask(here, prompt="a secret, @Image1"))
        [pending] = rows(tmp_path, "SELECT id FROM pending_requests")
        bob = here.guild.add_member(here.env.create_user("bob"))
        forged = await post_button(here, here.channel, custom_ids.pending_custom_id(what, pending[0]))
        answer = private(await bob.click(forged, label="Press me"))
        assert text_of(answer).startswith(f"This request is from <@{here.alice.id}>.")
        assert "secret" not in text_of(answer)
        assert rows(tmp_path, "SELECT count(*) FROM pending_requests") == [(1,)]
        assert next(iter(buttons_of(refused))) == ENGLISH("waiting.make")


async def test_the_workbench_of_somebody_elses_request_shows_and_does_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        await ask(here)
        await made(here)
        await ask(here, prompt="a secret, @Image1")
        [pending] = rows(tmp_path, "SELECT id FROM pending_requests")
        bob = here.guild.add_member(here.env.create_user("bob"))
        for what in ("make", "prompt", "add", "page", "up", "remove", "fix", "last"):
            forged = await post_button(
                here, here.channel, custom_ids.workbench_custom_id(what, pending[0], "0", "image1")
            )
            assert "secret" not in text_of(private(await bob.click(forged, label="Press me")))
        assert rows(tmp_path, "SELECT count(*) FROM jobs") == [(1,)]
