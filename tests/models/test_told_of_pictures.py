"""Whatever becomes of a picture that was asked for, what is said of it is in the words of pictures."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from cogs.ui.texts import ENGLISH
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.texts import saying
from sandbox.world import WAIT_SECONDS, World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.messages import cdn
from tests.cogs.results import someone
from tests.models.pictures import ON, ask, made, told
from tests.support import ManualClock, buttons_of, choose, media_of, png, private, text_of

OF_ALL = re.compile(r"/videos|My videos|\*\*Your videos\*\*|All videos|Open a video|Make a video|and videos", re.I)
"""What is said of videos and pictures alike."""


def told_of_videos(*messages: Any) -> list[str]:
    """The lines of messages that speak of a video."""
    lines = [line for message in messages if message is not None for line in text_of(message).splitlines()]
    return [line for line in lines if "video" in OF_ALL.sub("", line).casefold()]


def everything(here: World) -> list[Any]:
    """All that stands in the channel and its threads."""
    return [*here.channel.history(), *(message for thread in here.channel.threads for message in thread.history())]


async def ended(here: World) -> Any:
    """How a picture ended, as its message and its card tell it."""
    await here.ended()
    await here.quiet()
    assert told_of_videos(*everything(here)) == []
    assert not re.search(r"\bvideo\b", OF_ALL.sub("", await says(here.alice, here, "videos")), re.I)
    assert not re.search(r"\bvideo\b", OF_ALL.sub("", await says(here.alice, here, "quota")).split("Recent")[-1])
    return next(message for message in everything(here) if "Your picture" in text_of(message))


async def swept(here: World) -> None:
    """Sweep until no job is left: one that is still being driven is passed over by a sweep."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await here.parts.store.unfinished():
            await here.parts.services.reconciler.reconcile()
            await here.quiet()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("no", "Oxen couldn't make this picture: no."),
        ("", "Oxen couldn't make this picture and didn't say why."),
        ("generation_timeout", "Oxen gave up on this picture because it took too long."),
        ("downstream_service_error", "Oxen was too busy to make this picture."),
        ("Insufficient credits", "out of credit"),
        ('[{"loc": ["prompt"], "msg": "x", "type": "content_policy_violation"}]', "content policy doesn't allow"),
    ],
)
async def test_a_picture_that_oxen_does_not_make_is_told_with_the_reason(
    tmp_path: Path, error: str, words: str
) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        here.oxen.fail((await here.oxen.wait_for_generation()).id, error)
        assert words in text_of(await ended(here))
        assert rows(tmp_path, "SELECT kind FROM ledger ORDER BY id") == [("reserve",), ("release",)]


async def test_a_picture_that_its_user_cancels_or_a_moderator_is_told_as_canceled(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        card = await ask(here)
        mod = someone(here, "mod", manage_messages=True)
        stranger = someone(here, "eve")
        await here.oxen.wait_for_generation()
        refused = await stranger.click(card.response, label=ENGLISH("button.cancel"))
        assert "can cancel this picture" in text_of(private(refused))
        await mod.click(card.response, label=ENGLISH("button.cancel"))
        assert f"Your picture was canceled by <@{mod.id}>" in text_of(await ended(here))


async def test_a_picture_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    clock = ManualClock()
    async with world(tmp_path, clock=clock, job_timeout_seconds=600, **ON) as here:
        await ask(here)
        await here.oxen.wait_for_generation()
        await here.until(lambda: rows(tmp_path, "SELECT state FROM jobs") == [("running",)])
        clock.now += timedelta(minutes=11)
        await swept(here)
        assert "It wasn't done after 10\u00a0min" in text_of(await ended(here))


@pytest.mark.slow
async def test_a_picture_of_which_oxen_knows_nothing_any_more_is_given_up(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        generation = await here.oxen.wait_for_generation()
        await here.until(lambda: rows(tmp_path, "SELECT state FROM jobs") == [("running",)])
        here.oxen.vanish(generation.id)
        await swept(here)
        assert "Oxen no longer has this picture." in text_of(await ended(here))


@pytest.mark.slow
async def test_a_picture_whose_file_does_not_open_is_kept_and_given_up_after_a_day(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0], **ON) as here:
        here.oxen.faults.result.replace(times=None)
        await ask(here)
        generation = await here.oxen.wait_for_generation()
        here.oxen.succeed(generation.id)
        await here.oxen.wait_for_download(2)
        later[0] = timedelta(hours=3)
        kept = await here.until(lambda: told(here, saying("image.unopened")))
        await here.until(lambda: rows(tmp_path, "SELECT state FROM jobs") == [("undeliverable",)])
        listed = await here.alice.slash(here.channel, "videos")
        assert told_of_videos(*everything(here), listed.response) == []
        stranger = someone(here, "eve")
        refused = await stranger.click(kept, label=ENGLISH("button.send_here"))
        assert "can have this picture sent" in text_of(private(refused))
        later[0] = timedelta(days=2)
        await here.parts.services.reconciler.reconcile()
        assert "The picture's file didn't open for a day" in text_of(await ended(here))


@pytest.mark.slow
async def test_a_picture_is_made_again_by_its_owner_and_by_others_after_a_question(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        await here.ended()
        again = await here.alice.click(posted, label=ENGLISH("button.run_again", seconds=1))
        assert "again, from [this picture]" in text_of(again.response)
        await here.oxen.wait_for_generation(2)
        eve = someone(here, "eve")
        asked = await eve.click(posted, label=ENGLISH("button.run_again", seconds=1))
        question = private(asked)
        assert f"your own version of <@{here.alice.id}>'s picture" in text_of(question)
        assert ENGLISH("answer.edit") not in buttons_of(question)
        await eve.click(question, label=ENGLISH("button.run_again", seconds=1))
        third = await here.oxen.wait_for_generation(3)
        assert third.model == IMAGE_MODEL
        assert told_of_videos(*everything(here)) == []


@pytest.mark.slow
async def test_what_is_done_with_a_picture_is_said_of_a_picture(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        notices = here.guild.create_text_channel("notices")
        await says(admin(here), here, "admin settings", notice_channel=notices)
        await ask(here)
        posted = await made(here)
        await here.ended()
        eve, mod = someone(here, "eve"), someone(here, "mod", manage_messages=True)
        told = [await choose(eve, posted, one) for one in ("report", "report", "spoiler", "delete", "share")]
        told.append(await choose(here.alice, posted, "share"))
        told.append(await choose(here.alice, posted, "share"))
        told.append(await choose(mod, posted, "delete"))
        answers = [message for one in told for message in (one.response, *one.followups) if message is not None]
        assert len(answers) >= len(told)
        assert told_of_videos(*answers, *everything(here), *notices.history()) == []
        assert "picture" in await says(admin(here, name="bea"), here, "admin audit")


async def test_a_picture_that_is_shared_to_its_channel_is_shown_there(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        await here.ended()
        await choose(here.alice, posted, "share")
        shared = here.channel.history()[-1]
        assert saying("card.for") in text_of(shared)
        [shown] = media_of(shared)
        assert shown.endswith(".png")
        assert not {ENGLISH("button.edit_again"), ENGLISH("button.last_frame")} & buttons_of(shared).keys()
        assert told_of_videos(shared) == []
        assert (await here.alice.click(shared, label=ENGLISH("image.use"))).modal is not None


async def test_a_server_that_wants_results_in_both_places_has_pictures_there_too(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await says(admin(here), here, "admin settings", results="both")
        await ask(here)
        await made(here)
        await here.ended()
        shared = here.channel.history()[-1]
        [shown] = media_of(shared)
        assert shown.endswith(".png")


async def test_limits_are_told_in_words_of_pictures(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1, **ON) as here:
        await ask(here)
        await here.oxen.wait_for_generation()
        busy = private(await ask(here))
        assert "You already have 1 request running" in text_of(busy)
        assert told_of_videos(busy) == []


async def test_a_quota_that_has_no_second_left_is_told_in_words_of_pictures(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=0, **ON) as here:
        refused = private(await ask(here))
        assert "A picture takes 1\u00a0s" in text_of(refused)
        assert told_of_videos(refused) == []


async def test_a_model_that_is_gone_sends_to_the_command_for_pictures(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_image_models=f"{IMAGE_MODEL},another") as here:
        refused = text_of(private(await ask(here, model="another")))
        assert "/image" in refused
        assert "/video" not in refused


async def test_a_picture_in_a_direct_message_comes_there_and_is_told_in_its_words(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        direct = here.alice.user.dm_channel
        await here.alice.user.slash("image", prompt="The front of an ox")
        generation = await here.oxen.wait_for_generation()
        here.oxen.succeed(generation.id)
        await here.ended()
        await here.quiet()
        said = direct.history()
        assert any("Your picture is ready" in text_of(message) and media_of(message) for message in said)
        assert told_of_videos(*said) == []


@pytest.mark.slow
async def test_what_was_used_is_counted_as_requests_where_pictures_are_among_it(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        await made(here)
        await here.ended()
        who = admin(here)
        answer = await who.slash(here.channel, "admin usage")
        shown = text_of(private(answer))
        assert "1 request · " in shown
        assert told_of_videos(private(answer)) == []
        await here.alice.slash(here.channel, "video", prompt="@Image1 runs", image1=png())
        await here.oxen.wait_for_generation(2)
        lines = (await says(who, here, "admin usage")).splitlines()
        assert [
            line.partition(" · ")[2].split(" · ")[0] for line in lines if line.startswith(("Sandbox", "Kling"))
        ] in (
            ["1 picture", "1 video"],
            ["1 video", "1 picture"],
        )
        [table] = [
            file
            for file in private(await who.slash(here.channel, "admin usage")).attachments
            if ".csv" in file.filename
        ]
        assert cdn(here, table.url).decode().startswith("user_id,requests,")
