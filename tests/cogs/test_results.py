"""**Report** and **Delete** under a result, pressed by those who may and by those who may not."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui

from bot.errors import RequestError
from bot.store.picture_files import PictureFiles
from cogs.adapter.conversations import DiscordConversations
from cogs.client import TranslatedBot
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import DELETE_RESULT, MENU, ORIGINAL, REPORT, VIDEOS
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.results import is_there, result, someone
from tests.cogs.videos import FAILED, READY, ask, in_thread, made, told
from tests.support import buttons_of, choose, more, private, text_of


async def test_whoever_asked_can_delete_the_result_and_the_card_and_the_list_say_so(
    tmp_path: Path, here: World
) -> None:
    ready = await result(here)
    answer = await choose(here.alice, ready, "delete")
    assert "Deleted the video's message" in text_of(private(answer))
    assert not is_there(here, ready)
    await here.until(lambda: told(here, here.channel, "deleted by its owner"))
    assert "deleted by its owner" in await says(here.alice, here, "videos")
    assert rows(tmp_path, "SELECT state FROM jobs") == [("delivered",)]


async def test_a_moderator_can_delete_it_and_stands_in_the_audit(here: World) -> None:
    ready = await result(here)
    mod = someone(here, "mod", manage_messages=True)
    await choose(mod, ready, "delete")
    assert not is_there(here, ready)
    await here.until(lambda: told(here, here.channel, "deleted by a moderator"))
    assert f"<@{mod.id}> deleted a video of <@{here.alice.id}>" in await says(admin(here), here, "admin audit")


async def test_anybody_else_cannot_delete_it(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    eve = someone(here, "eve")
    answer = await choose(eve, ready, "delete")
    assert f"Only <@{here.alice.id}> or a moderator" in text_of(private(answer))
    assert is_there(here, ready)
    assert rows(tmp_path, "SELECT removed_by FROM jobs") == [(None,)]


async def test_what_was_deleted_gives_no_link_to_its_original_any_more(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    await choose(here.alice, ready, "delete")
    originals = here.parts.services.original_videos
    for asked in (originals.link, originals.last_frame):
        with pytest.raises(RequestError, match=r"note\.deleted_video"):
            await asked(job_id)


async def test_a_message_that_is_gone_already_counts_as_deleted(here: World) -> None:
    ready = await result(here)
    here.env.inject_error("DELETE", f"/channels/{ready.channel.id}/messages/{ready.id}", status=404, code=10008)
    answer = await choose(here.alice, ready, "delete")
    assert "Deleted the video's message" in text_of(private(answer))


@pytest.mark.slow
async def test_a_report_reaches_the_servers_admins_and_the_operator_once_a_person(tmp_path: Path, here: World) -> None:
    notices = here.guild.create_text_channel("notices")
    await says(admin(here), here, "admin settings", notice_channel=notices)
    ready = await result(here)
    eve = someone(here, "eve")
    assert "Reported" in text_of(private(await choose(eve, ready, "report")))
    assert "already" in text_of(private(await choose(eve, ready, "report")))
    told_of = await here.until(lambda: told(here, notices, "reported a video"))
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    assert job_id in text_of(told_of)
    assert str(ready.id) in text_of(told_of)
    await choose(here.alice, ready, "report")
    await here.until(lambda: sum("reported a video" in text_of(m) for m in notices.history()) == 2)
    assert rows(tmp_path, "SELECT count(*) FROM reports") == [(2,)]


async def test_where_the_operator_has_no_channel_a_report_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with world(tmp_path) as here:
        ready = await result(here)
        await choose(here.alice, ready, "report")
        async with asyncio.timeout(20):
            while "reported a video" not in caplog.text:
                await here.quiet()


async def test_a_failure_has_nothing_to_report_or_delete(here: World) -> None:
    await ask(here)
    here.oxen.fail(await made(here), "no")
    failed = await in_thread(here, FAILED)
    assert not {"Report", "Delete", ENGLISH("menu.more")} & buttons_of(failed).keys()


async def post_old_result(here: World, job_id: str) -> Any:
    """A message as earlier versions told of a video, with everything as a button."""
    bot = here.parts.bot
    assert isinstance(bot, TranslatedBot)
    mine = bot.catalogues.of("en-US")("button.my_videos")
    marks = {mine: VIDEOS, "Original": ORIGINAL, "Report": REPORT, "Delete": DELETE_RESULT}
    thread = here.thread()
    assert thread is not None
    channel = here.parts.bot.get_channel(thread.id)
    assert isinstance(channel, discord.Thread)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for label, mark in marks.items():
        row.add_item(ui.Button(label=label, custom_id=mark.of(job_id)))
    posted = await channel.send(view=Layout(ui.TextDisplay("as it was"), row))
    return next(message for message in thread.history() if message.id == posted.id)


async def test_the_buttons_under_a_result_of_an_earlier_version_still_work(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    old = await post_old_result(here, job_id)
    for label, words in {
        "My videos": "**Your videos**",
        "Original": "The original video in full quality",
        "Report": "Reported",
        "Delete": "Deleted the video's message",
    }.items():
        assert words in text_of(private(await here.alice.click(old, label=label)))
    assert not is_there(here, ready)


async def post_old_list(here: World, job_id: str, choice: str) -> Any:
    """A message as earlier versions told of a video, with a list of what else can be done; it has one choice."""
    thread = here.thread()
    assert thread is not None
    channel = here.parts.bot.get_channel(thread.id)
    assert isinstance(channel, discord.Thread)
    menu: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=MENU.of(job_id), options=[discord.SelectOption(label=choice, value=choice)]
    )
    posted = await channel.send(view=Layout(ui.TextDisplay("as it was"), ui.ActionRow(menu)))
    return next(message for message in thread.history() if message.id == posted.id)


@pytest.mark.parametrize(
    ("choice", "key"),
    [
        ("videos", "videos.title"),
        ("original", "result.original_until"),
        ("spoiler", "result.hidden"),
        ("report", "result.reported"),
        ("delete", "result.deleted"),
    ],
)
@pytest.mark.slow
async def test_the_list_under_a_result_of_an_earlier_version_still_works(
    tmp_path: Path, here: World, choice: str, key: str
) -> None:
    await result(here)
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    old = await post_old_list(here, job_id, choice)
    answer = await here.alice.select(old, [choice], custom_id=MENU.of(job_id))
    assert text_of(private(answer)).startswith(saying(key))


async def test_more_shows_in_private_what_else_can_be_done_and_deleting_alone_is_red(here: World) -> None:
    ready = await result(here)
    shown = buttons_of(private(await more(someone(here, "eve"), ready)))
    assert list(shown) == ["Original", "My videos", "Share to channel", "Spoiler", "Report", "Delete"]
    assert [label for label, button in shown.items() if button["style"] == discord.ButtonStyle.danger.value] == [
        "Delete"
    ]


async def test_a_result_is_found_again_by_its_button_and_so_is_one_of_an_earlier_version(
    tmp_path: Path, here: World
) -> None:
    ready = await result(here)
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    job = await here.parts.store.job(job_id)
    conversations = DiscordConversations(here.parts.bot, UnchangedPictures(), PictureFiles(tmp_path / "pictures"))
    assert await conversations.find_outcome(job, ready.channel.id) == ready.id
    old = await post_old_result(here, job_id)
    here.env.backend.delete_message(ready.channel.id, ready.id)
    assert await conversations.find_outcome(job, ready.channel.id) == old.id


async def test_a_result_is_one_container_with_the_video_a_line_and_one_row(here: World) -> None:
    await ask(here, prompt="The ox of @Image1 dances. " * 30)
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, READY)
    [container] = [part.to_dict() for part in ready.components]
    assert [part["type"] for part in container["components"]] == [12, 10, 1]
    [_, line] = text_of(ready).splitlines()
    assert len(line.replace("*", "")) <= 180 + len("-#  · 5 s · 16:9 · 99 MB")
    assert line.endswith("MB")
    again = ENGLISH("button.run_again", seconds=5)
    assert list(buttons_of(ready)) == [again, "Edit", "Continue", "Download", "More"]
