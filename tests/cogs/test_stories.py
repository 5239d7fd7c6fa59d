"""Somebody who makes a story: shots that go on from each other, other takes of them, and the list that shows it."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actor import Actor
from bot.errors import StoreBusy
from bot.media.video.probe import inspect
from bot.store import data_folders
from bot.store.picture_files import PictureFiles
from cogs.ui.custom_ids import DELETE_JOINED
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import WAIT_SECONDS, World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.messages import custom_ids, fill
from tests.cogs.results import is_there, someone
from tests.cogs.stories import FPS, JOINED, go_on, joined, joins_recorded, result
from tests.cogs.videos import ask, made, told
from tests.security.closed_gate import post_button
from tests.support import buttons_of, media_of, picture_bytes, png, private, text_of, walk

pytestmark = pytest.mark.slow


async def again(here: World, message: Any, number: int) -> Any:
    await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
    return await result(here, number)


def shot(number: int, count: int) -> str:
    return ENGLISH("story.shot", number=number, count=count)


def choose(message: Any, what: str, label: str) -> tuple[str, list[str]]:
    """The custom id of a select on a list, and the value of a choice of it."""
    for row in message.components:
        data = row if isinstance(row, dict) else row.to_dict()
        for item in data.get("components", []):
            if item["type"] == 3 and item["custom_id"].startswith(f"videos:{what}:"):
                [value] = [one["value"] for one in item["options"] if label in one["label"]]
                return item["custom_id"], [value]
    raise AssertionError(f"no select for {what}")


def rows_of(message: Any) -> list[list[str]]:
    """The labels of a message's buttons, row by row."""
    found = [item["components"] for item in walk(message.components) if item["type"] == 1]
    return [[button.get("label", "") for button in row] for row in found]


async def test_a_shot_has_one_row_of_buttons_with_the_story_in_place_of_the_download(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        assert rows_of(first) == [["Again · 5\u00a0s", "Edit", "Continue", "Download", "More"]]
        second = await go_on(here, first, 2)
        assert rows_of(second) == [["Again · 5\u00a0s", "Edit", "Continue", "Join 2 shots", "More"]]
        menu = private(await here.alice.click(second, label=ENGLISH("menu.more")))
        assert {"Original", "Edit"} <= set(buttons_of(menu))


@pytest.mark.slow
async def test_each_video_that_continues_another_says_which_shot_it_is(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        assert "shot" not in text_of(first)
        second = await go_on(here, first, 2)
        assert shot(2, 2) in text_of(second)
        third = await go_on(here, second, 3)
        assert shot(3, 3) in text_of(third)
        [job] = await here.parts.store.recent(here.alice.id, here.guild.id, 1)
        [card] = [m for m in here.channel.threads[0].history() if m.id == job.card_message_id]
        assert shot(3, 3) in text_of(card)


async def test_a_shot_that_is_made_again_takes_its_place_only_if_its_maker_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        second = await go_on(here, first, 2)
        third = await go_on(here, second, 3)
        other = await again(here, second, 4)
        assert shot(2, 3) in text_of(other)
        assert saying("story.another_take") in text_of(other)
        assert saying("button.pick_take") not in buttons_of(third)
        jobs = {job.outcome_message_id: job for job in await here.parts.store.recent(here.alice.id, here.guild.id, 9)}
        videos = here.parts.services.videos

        async def story() -> list[int | None]:
            return [job.outcome_message_id for job in await videos.story(jobs[third.id])]

        assert await story() == [first.id, second.id, third.id]
        picked = await here.alice.click(other, label=saying("button.pick_take"))
        assert text_of(picked.response) == ENGLISH("story.picked", number=2)
        assert await story() == [first.id, other.id, third.id]
        bob = here.guild.add_member(here.env.create_user("bob"))
        refused = await bob.click(other, label=saying("button.pick_take"))
        assert saying("story.not_owner") in text_of(refused.response)


async def test_somebody_else_who_continues_a_video_begins_a_story_of_their_own(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        second = await go_on(here, first, 2)
        bob = here.guild.add_member(here.env.create_user("bob"))
        form = await bob.click(second, label=saying("button.last_frame"))
        prompt, *_, kind = custom_ids(form.modal)
        await bob.submit_modal(form, {prompt: "bob goes on from @Image1", kind: ["5 16:9"]})
        bobs = await result(here, 3)
        assert "shot" not in text_of(bobs)
        [alices] = await here.parts.store.recent(here.alice.id, here.guild.id, 1)
        assert alices.shot is not None
        assert alices.shot.count == 2


async def test_a_story_goes_on_from_the_take_that_it_is_continued_from(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        second = await go_on(here, first, 2)
        other = await again(here, second, 3)
        third = await go_on(here, other, 4)
        assert shot(3, 3) in text_of(third)
        [job] = await here.parts.store.recent(here.alice.id, here.guild.id, 1)
        story = await here.parts.services.videos.story(job)
        assert [one.outcome_message_id for one in story[:2]] == [first.id, other.id]
        assert [one.id for one in story[2:]] == [job.id]


async def test_one_finds_a_story_on_the_list_and_opens_a_shot_of_it(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here, prompt="the ox of @Image1 wakes up")
        first = await result(here, 1)
        await go_on(here, first, 2, "it stands up")
        await ask(here, prompt="a fox like @Image1")
        await result(here, 3)
        shown = (await here.alice.slash(here.channel, "videos")).response
        assert text_of(shown).index("fox") < text_of(shown).index("stands") < text_of(shown).index("wakes")
        custom_id, values = choose(shown, "story", "wakes up")
        story = await here.alice.select(shown, values, custom_id=custom_id)
        assert "fox" not in text_of(story.response)
        assert saying("story.strip") in text_of(story.response)


async def test_a_search_shows_what_it_found_and_stays_while_one_filters(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        for number, prompt in enumerate(("red ox of @Image1", "blue ox of @Image1", "red fox of @Image1"), start=1):
            await ask(here, prompt=prompt)
            await result(here, number)
        shown = (await here.alice.slash(here.channel, "videos", search="RED")).response
        assert "blue" not in text_of(shown)
        assert ENGLISH("videos.search", words="RED") in text_of(shown)
        custom_id, values = choose(shown, "group", ENGLISH("videos.group.failed"))
        none = (await here.alice.select(shown, values, custom_id=custom_id)).response
        assert ENGLISH("videos.none_found") in text_of(none)
        custom_id, values = choose(none, "group", ENGLISH("videos.group.done"))
        found = (await here.alice.select(none, values, custom_id=custom_id)).response
        assert "fox" in text_of(found)
        assert "blue" not in text_of(found)


@pytest.mark.slow
async def test_one_turns_the_pages_of_ones_videos(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        for number in range(1, 9):
            await ask(here, prompt=f"ox number {number} of @Image1")
            await result(here, number)
        first = (await here.alice.slash(here.channel, "videos")).response
        assert "number 8" in text_of(first)
        assert "number 2" not in text_of(first)
        second = (await here.alice.click(first, label=ENGLISH("button.next_page"))).response
        assert "number 2" in text_of(second)
        assert "number 8" not in text_of(second)
        back = (await here.alice.click(second, label=ENGLISH("button.previous_page"))).response
        assert "number 8" in text_of(back)
        assert ENGLISH("button.next_page") in buttons_of(back)


async def test_the_references_of_a_video_are_used_for_another_prompt(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here, prompt="@Image1 and @Element1", image1=png(seed=1), element1_front=png(seed=2))
        await result(here, 1)
        shown = (await here.alice.slash(here.channel, "videos")).response
        custom_id, values = choose(shown, "open", "and")
        one = (await here.alice.select(shown, values, custom_id=custom_id)).response
        form = await here.alice.click(one, label=ENGLISH("button.use_references"))
        assert "@Image1 and" not in str(form.modal["components"][0])
        await fill(here, form, "@Element1 leaves @Image1", None, None, None, ["5 16:9"])
        body = here.oxen.generations[await made(here, 2)].body
        first = next(iter(here.oxen.generations.values())).body
        cdn = here.env.backend.cdn
        assert body["prompt"] == "@Element1 leaves @Image1"
        assert [cdn.get(url) for url in body["input_image"]] == [cdn.get(url) for url in first["input_image"]]


@pytest.mark.slow
async def test_a_story_of_six_shots_becomes_one_video_that_costs_nothing_more(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        message = await result(here, 1)
        for number in range(2, 7):
            message = await go_on(here, message, number)
        assert shot(6, 6) in text_of(message)
        before = await here.parts.services.quotas.quota(here.alice.id, here.guild.id, ())
        answer = await here.alice.click(message, label=ENGLISH("button.join", count=6))
        assert text_of(answer.response) == ENGLISH("join.asked", count=6)
        story = await joined(here)
        assert f"<@{here.alice.id}>" in text_of(story)
        assert "30\u00a0s" in text_of(story)
        whole = tmp_path / "whole.mp4"
        url, strip = media_of(story)
        assert strip.endswith("shots.jpg")
        whole.write_bytes(here.env.backend.cdn.get(url) or b"")
        info = inspect(whole)
        assert info.duration == pytest.approx(30, abs=0.3)
        assert info.frames == 6 * 5 * FPS
        assert here.oxen.started == 6
        assert (await here.parts.services.quotas.quota(here.alice.id, here.guild.id, ()))[0].left == before[0].left


async def test_only_whose_story_it_is_joins_it_and_once_at_a_time(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        second = await go_on(here, await result(here, 1), 2)
        label = ENGLISH("button.join", count=2)
        bob = here.guild.add_member(here.env.create_user("bob"))
        assert saying("story.not_owner") in text_of((await bob.click(second, label=label)).response)
        hold = here.oxen.faults.result.stall(after_bytes=100)
        await here.alice.click(second, label=label)
        await hold.reached()
        again = await here.alice.click(second, label=label)
        assert text_of(again.response) == ENGLISH("join.running")
        hold.release()
        await joined(here)


async def test_who_joins_a_story_is_told_which_original_is_gone(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        second = await go_on(here, await result(here, 1), 2)
        here.oxen.vanish(next(iter(here.oxen.generations)))
        await here.alice.click(second, label=ENGLISH("button.join", count=2))
        thread = here.channel.threads[0]
        failed = await here.until(lambda: told(here, thread, saying("join.failed")))
        assert ENGLISH("join.original_gone", number=1) in text_of(failed)


async def test_a_story_longer_than_a_minute_is_not_joined(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        second = await go_on(here, await result(here, 1), 2)
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
            connection.execute("UPDATE jobs SET seconds = 31")
            connection.commit()
        answer = await here.alice.click(second, label=ENGLISH("button.join", count=2))
        assert text_of(answer.response) == ENGLISH("join.too_long", seconds=62, limit=60)


async def test_the_list_joins_a_story_too(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here, prompt="the ox of @Image1 wakes up")
        await go_on(here, await result(here, 1), 2)
        shown = (await here.alice.slash(here.channel, "videos")).response
        custom_id, values = choose(shown, "open", "wakes up")
        one = (await here.alice.select(shown, values, custom_id=custom_id)).response
        await here.alice.click(one, label=ENGLISH("button.join", count=2))
        assert await here.until(lambda: told(here, here.channel, JOINED))


async def told_story(here: World) -> Any:
    """The message with a joined video of alice's in its thread, recorded."""
    await ask(here)
    second = await go_on(here, await result(here, 1), 2)
    await here.alice.click(second, label=ENGLISH("button.join", count=2))
    story = await joined(here)
    await joins_recorded(here)
    await here.quiet()
    return story


async def do(who: Any, story: Any, key: str) -> Any:
    """Press **More** under a joined video, and there one thing; the answer."""
    shown = private(await who.click(story, label=ENGLISH("menu.more")))
    return await who.click(shown, label=ENGLISH(key))


def copy_of(here: World) -> Any:
    """The message in the channel that shares a joined video."""
    found = [m for m in here.channel.history() if ENGLISH("join.alt", count=2) in text_of(m)]
    return found[0] if found else None


async def test_a_joined_video_is_deleted_by_whose_it_is_and_by_nobody_else(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        refused = await do(bob, story, "button.delete_result")
        assert f"Only <@{here.alice.id}>" in text_of(private(refused))
        await do(here.alice, story, "button.delete_result")
        assert not is_there(here, story)


async def test_a_moderator_who_deletes_a_joined_video_stands_in_the_audit(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        mod = someone(here, "mod", manage_messages=True)
        await do(mod, story, "button.delete_result")
        assert not is_there(here, story)
        assert f"<@{mod.id}> deleted a video of <@{here.alice.id}>" in await says(admin(here), here, "admin audit")


async def test_a_joined_video_is_deleted_once_and_whoever_presses_again_is_answered_the_same(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        mod, other = (someone(here, name, manage_messages=True) for name in ("mod", "other"))
        shown = private(await other.click(story, label=ENGLISH("menu.more")))
        path = f"/channels/{story.channel.id}/messages/{story.id}"
        here.env.inject_error("DELETE", path, status=403, code=50013)
        assert text_of(private(await do(mod, story, "button.delete_result"))) == ENGLISH("result.delete.refused")
        menu = private(await here.alice.click(story, label=ENGLISH("menu.more")))
        assert list(buttons_of(menu)) == ["Report", "Delete"]
        assert text_of(private(await do(mod, story, "button.delete_result"))) == ENGLISH("result.deleted")
        assert not is_there(here, story)
        again = await other.click(shown, label=ENGLISH("button.delete_result"))
        assert text_of(private(again)) == ENGLISH("result.deleted")
        assert rows(tmp_path, "SELECT by_user, action FROM audit") == [(mod.id, "delete")]
        assert rows(tmp_path, "SELECT removed_by FROM joins") == [("moderator",)]


async def test_a_joined_video_that_was_deleted_is_not_shared_any_more(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        shown = private(await here.alice.click(story, label=ENGLISH("menu.more")))
        await do(here.alice, story, "button.delete_result")
        answer = await here.alice.click(shown, label=ENGLISH("menu.share"))
        assert text_of(private(answer)) == ENGLISH("note.deleted_video")
        assert copy_of(here) is None


async def test_who_reports_a_joined_video_is_answered_in_time_while_another_process_writes(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        shown = private(await here.alice.click(story, label=ENGLISH("menu.more")))
        await here.ended()
        await here.parts.jobs.cards.finish(WAIT_SECONDS)  # what cards say is not to be written while nothing can be
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")
            reporting = asyncio.create_task(here.alice.click(shown, label=ENGLISH("button.report")))
            await here.until(lambda: any(one.loading for one in here.env.backend.interactions.values()), timeout=3)
            assert "I'm busy right now" in text_of(private(await reporting))
        assert rows(tmp_path, "SELECT 1 FROM reports") == []


async def test_nobody_waits_long_for_a_joined_video_while_the_database_cannot_be_read(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        [(join_id,)] = rows(tmp_path, "SELECT id FROM joins")
        results, place = here.parts.services.joined_results, story.channel.id
        alice = Actor(user_id=here.alice.id, guild_id=here.guild.id, channel_id=place)
        began, may_end = threading.Event(), threading.Event()

        def read_for_long(_connection: sqlite3.Connection) -> None:
            began.set()
            may_end.wait(30)

        reading = asyncio.create_task(here.parts.store.database.read(read_for_long, name="slow"))
        await asyncio.to_thread(began.wait, 30)
        try:
            async with asyncio.timeout(3):
                answers = await asyncio.gather(
                    results.find(join_id, place),
                    results.report(join_id, alice),
                    results.delete(join_id, alice),
                    results.share(join_id, alice, here.channel.id, is_age_restricted=True),
                    return_exceptions=True,
                )
        finally:
            may_end.set()
            await reading
        assert [type(answer) for answer in answers] == [StoreBusy] * 4
        assert is_there(here, story)


async def test_a_joined_video_is_reported_to_the_servers_admins_once_a_person(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        notices = here.guild.create_text_channel("notices")
        await says(admin(here), here, "admin settings", notice_channel=notices)
        story = await told_story(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        assert text_of(private(await do(bob, story, "button.report"))) == ENGLISH("result.reported")
        assert text_of(private(await do(bob, story, "button.report"))) == ENGLISH("result.reported_before")
        reported = await here.until(lambda: told(here, notices, "reported a video"))
        assert str(story.id) in text_of(reported)
        assert "The ox of" in text_of(reported), "the prompt of its first shot"


@pytest.mark.slow
async def test_a_joined_video_is_shared_to_the_channel_by_its_owner_once_and_deleted_there_too(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        assert f"Only <@{here.alice.id}>" in text_of(private(await do(bob, story, "menu.share")))
        assert copy_of(here) is None
        await do(here.alice, story, "menu.share")
        copy = copy_of(here)
        assert str(story.id) in text_of(copy), "a link to it"
        assert [url.rpartition("/")[2] for url in media_of(copy)] == ["shots.jpg"]
        menu = private(await here.alice.click(story, label=ENGLISH("menu.more")))
        assert list(buttons_of(menu)) == ["Spoiler", "Report", "Delete"]
        await do(here.alice, copy, "button.delete_result")
        assert copy_of(here) is None
        assert not is_there(here, story)


def are_hidden(message: Any) -> list[bool]:
    """Whether each picture and video of a message is behind a spoiler."""
    galleries = (item for item in walk(message.components) if item["type"] == 12)
    return [bool(shown.get("spoiler")) for gallery in galleries for shown in gallery["items"]]


async def test_a_joined_video_is_hidden_with_its_second_message_by_whose_it_is(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        await do(here.alice, story, "menu.share")
        assert f"Only <@{here.alice.id}>" in text_of(private(await do(bob, story, "menu.spoiler")))
        assert not any(are_hidden(await joined(here)))
        await do(here.alice, story, "menu.spoiler")
        assert are_hidden(await joined(here)) == [True, True]
        assert are_hidden(copy_of(here)) == [True]
        menu = private(await here.alice.click(story, label=ENGLISH("menu.more")))
        assert list(buttons_of(menu)) == ["Report", "Delete"]


async def test_a_joined_video_that_was_hidden_is_shared_as_a_spoiler(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        await do(here.alice, story, "menu.spoiler")
        await do(here.alice, story, "menu.share")
        assert are_hidden(copy_of(here)) == [True]


async def test_a_moderator_who_hides_a_joined_video_stands_in_the_audit_once(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        mod = someone(here, "mod", manage_messages=True)
        shown = private(await mod.click(story, label=ENGLISH("menu.more")))
        for _ in range(2):
            pressed = await mod.click(shown, label=ENGLISH("menu.spoiler"))
            assert text_of(private(pressed)) == ENGLISH("result.hidden")
        assert rows(tmp_path, "SELECT by_user, action FROM audit") == [(mod.id, "hide")]


async def test_the_delete_button_of_a_joined_video_of_an_earlier_version_still_works(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        story = await told_story(here)
        [(join_id,)] = rows(tmp_path, "SELECT id FROM joins")
        old = await post_button(here, here.thread(), DELETE_JOINED.of(join_id))
        await here.alice.click(old, label="Press me")
        assert not is_there(here, story)


async def keep_stills(here: World, folder: Path) -> None:
    """Have stills of every video, also where this machine was too slow to cut them while the videos were sent."""
    files = PictureFiles(data_folders.pictures_folder(folder / "bot.sqlite3"))
    for job in await here.parts.store.recent(here.alice.id, here.guild.id, 9):
        address = str(await files.put(picture_bytes(len(job.id), kind="JPEG"), "jpg"))
        await here.parts.store.change(job, poster=address, last_frame=address)


async def test_the_list_shows_a_small_picture_of_each_video_and_one_of_each_shot(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here, prompt="the ox of @Image1 wakes up")
        await go_on(here, await result(here, 1), 2)
        await keep_stills(here, tmp_path)
        shown = (await here.alice.slash(here.channel, "videos")).response
        assert len([item for item in walk(shown.components) if item["type"] == 11]) == 2
        assert len(shown.attachments) == 2
        custom_id, values = choose(shown, "group", ENGLISH("videos.group.done"))
        done = (await here.alice.select(shown, values, custom_id=custom_id)).response
        assert len(done.attachments) == 2
        custom_id, values = choose(done, "open", "wakes up")
        one = (await here.alice.select(done, values, custom_id=custom_id)).response
        assert len(media_of(one)) == 2


async def test_a_video_is_continued_from_its_last_frame_also_when_oxen_no_longer_has_it(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        first = await result(here, 1)
        await keep_stills(here, tmp_path)
        here.oxen.vanish(next(iter(here.oxen.generations)))
        assert await go_on(here, first, 2)


async def test_a_joined_video_that_its_place_refuses_for_good_is_told_to_be_so(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=600) as here:
        await ask(here)
        second = await go_on(here, await result(here, 1), 2)
        thread = here.channel.threads[0]
        path = f"/channels/{thread.id}/messages"
        here.env.inject_error("POST", path, status=413, code=40005, message="Request entity too large", times=1)
        await here.alice.click(second, label=ENGLISH("button.join", count=2))
        failed = await here.until(lambda: told(here, thread, saying("join.failed")))
        assert ENGLISH("join.no_place") in text_of(failed)
        await here.alice.click(second, label=ENGLISH("button.join", count=2))
        assert await joined(here)
