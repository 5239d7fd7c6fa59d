"""**Make it when one is done**: a request that has no room now is made, in order, when a video of its user's ends."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ButtonStyle

from bot.domain.actor import Actor
from bot.domain.clock import utc_now
from bot.store.operator_state import OperatorStateStore
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin, says
from tests.cogs.videos import ask, in_thread, made
from tests.cogs.word_filters import with_filter
from tests.support import buttons_of, mentions_in, picture_bytes, png, private, request, text_of, usage_of, walk

MAKE = ENGLISH("waiting.make")
QUEUED = "I'll start it when one of your videos is done."
ONE: dict[str, Any] = {"max_active_jobs_per_user": 1}


async def refused(here: World, prompt: str = "second, @Image1", seed: int = 2, **options: Any) -> Any:
    """The private refusal of a request that has no room while another runs."""
    answer = private(await ask(here, prompt=prompt, image1=png(seed=seed), **options))
    assert MAKE in buttons_of(answer)
    return answer


async def queued(here: World, prompt: str = "second, @Image1", seed: int = 2, **options: Any) -> Any:
    """What is answered to somebody who has a request wait."""
    answer = private(await here.alice.click(await refused(here, prompt, seed, **options), label=MAKE))
    assert QUEUED in text_of(answer)
    return answer


def prompts(here: World) -> list[str]:
    """What Oxen was asked for, in order."""
    return [generation.body["prompt"] for generation in here.oxen.generations.values()]


def cards(here: World) -> list[str]:
    """What the cards in the channel say."""
    return [text_of(message) for message in here.channel.history() if f"for <@{here.alice.id}>" in text_of(message)]


def rows(folder: Path, where: str = "") -> int:
    """How many requests wait."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        [(count,)] = connection.execute(f"SELECT count(*) FROM waiting_requests {where}")
        return int(count)


async def told(here: World, words: str) -> Any:
    """The message in the channel that says something."""
    return await here.until(lambda: next((m for m in here.channel.history() if words in text_of(m)), None))


async def until_kept(here: World, folder: Path) -> None:
    """Wait until what waits has its pictures beside the database."""
    async with asyncio.timeout(20):
        while True:
            if rows(folder, "WHERE instr(request, '\"stored:')"):
                return
            await asyncio.sleep(0.02)


async def held(here: World) -> int:
    usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
    return usage.held + usage.used


async def test_to_wait_stands_out_among_what_can_be_done_about_a_request_without_room(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None, **ONE) as here:
        await ask(here)
        buttons = [item for item in walk((await refused(here)).components) if item["type"] == 2]
        assert [item["label"] for item in buttons if item["style"] == ButtonStyle.primary.value] == [MAKE]


@pytest.mark.slow
async def test_it_is_made_when_the_running_one_is_done_with_a_card_and_a_thread_like_any_other(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        answer = await queued(here)
        assert saying("common.cost.none_yet") in text_of(answer)
        await here.quiet()
        assert here.oxen.started == 1
        assert await held(here) == 5
        here.oxen.succeed(first)
        second = await made(here, 2)
        assert here.oxen.generations[second].body["prompt"] == "second, @Image1"
        here.oxen.succeed(second)
        ready = await in_thread(here, saying("result.ready"))
        assert f"<@{here.alice.id}>" in text_of(ready)
        assert len(here.channel.threads) == 2
        assert here.channel.threads[-1].name == "second, @Image1"
        assert len(cards(here)) == 2
        assert await held(here) == 10
        assert rows(tmp_path) == 0


@pytest.mark.slow
async def test_those_that_wait_are_told_where_they_stand_and_are_made_in_order(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here, prompt="first, @Image1")
        assert "ahead" not in text_of(await queued(here, "second, @Image1", 2))
        assert "1 of yours is ahead" in text_of(await queued(here, "third, @Image1", 3))
        assert "2 of yours are ahead" in text_of(await queued(here, "fourth, @Image1", 4))
        for number in range(1, 4):
            here.oxen.succeed(await made(here, number))
        await made(here, 4)
        assert [prompt.split(",")[0] for prompt in prompts(here)] == ["first", "second", "third", "fourth"]


async def test_it_is_canceled_by_its_button_and_never_made(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        answer = await queued(here)
        assert "Canceled" in text_of(private(await here.alice.click(answer, label="Cancel")))
        here.oxen.succeed(first)
        await in_thread(here, saying("result.ready"))
        await here.quiet()
        assert here.oxen.started == 1
        assert "already used" in text_of(private(await here.alice.click(answer, label="Cancel")))


@pytest.mark.slow
async def test_nobody_else_cancels_it_or_has_it_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        refusal = await refused(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        services, number = here.parts.services, buttons_of(refusal)[MAKE]["custom_id"].rpartition(":")[2]
        actor = Actor(user_id=bob.id, guild_id=here.guild.id, channel_id=here.channel.id)
        for attempt in (services.waiting_requests.add(number, actor), services.waiting_requests.cancel(number, bob.id)):
            with pytest.raises(Exception, match="others_request"):
                await attempt
        await here.alice.click(refusal, label=MAKE)
        with pytest.raises(Exception, match="others_request"):
            await services.waiting_requests.cancel(number, bob.id)
        here.oxen.succeed(first)
        await made(here, 2)


@pytest.mark.slow
async def test_pressed_many_times_it_waits_once_and_is_made_once(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        refusal = await refused(here)
        for label in (MAKE, MAKE, "Try again", MAKE):
            assert QUEUED in text_of(private(await here.alice.click(refusal, label=label)))
        assert rows(tmp_path) == 1
        here.oxen.succeed(first)
        await made(here, 2)
        await here.until(lambda: not rows(tmp_path))
        for label in (MAKE, "Try again"):
            assert "Already started" in text_of(private(await here.alice.click(refusal, label=label)))
        await here.quiet()
        assert here.oxen.started == 2


@pytest.mark.slow
async def test_at_most_five_of_one_person_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE, quota_daily_seconds=3_600) as here:
        await ask(here)
        for number in range(5):
            await queued(here, f"number {number}, @Image1", number)
        sixth = await here.alice.click(await refused(here, "too many, @Image1", 9), label=MAKE)
        assert "You already have 5 requests waiting" in text_of(private(sixth))
        assert rows(tmp_path) == 5


@pytest.mark.slow
async def test_two_that_end_at_once_let_two_in_and_no_more_than_the_limit_runs(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=2, quota_daily_seconds=3_600) as here:
        await ask(here, prompt="a, @Image1")
        await ask(here, prompt="b, @Image1")
        await made(here, 2)
        for number in range(3):
            await queued(here, f"number {number}, @Image1", number)
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        await made(here, 4)
        await here.quiet()
        usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
        assert here.oxen.started == 4
        assert usage.active == 2
        assert rows(tmp_path) == 1
        assert sorted(prompt.split(",")[0] for prompt in prompts(here)[2:]) == ["number 0", "number 1"]


@pytest.mark.slow
async def test_the_same_request_whose_turn_comes_twice_at_the_same_instant_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        answer = await queued(here)
        number = buttons_of(answer)["Cancel"]["custom_id"].rpartition(":")[2]
        here.oxen.fail(first, "too dark")
        actor = Actor(user_id=here.alice.id, guild_id=here.guild.id, channel_id=here.channel.id)
        accept = here.parts.services.submitter.accept
        await asyncio.gather(*(accept(request(), actor, waiting_id=number) for _ in range(8)), return_exceptions=True)
        await here.until(lambda: not rows(tmp_path))
        await here.quiet()
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
            [(jobs,)] = connection.execute("SELECT count(*) FROM jobs")
        assert jobs == 2


async def test_what_is_refused_when_its_turn_comes_is_told_to_its_user_alone_and_costs_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here, "a Forbidden thing with @Image1")
        await with_filter(here, "forbidden")
        here.oxen.succeed(first)
        message = await told(here, "I couldn't start the video that you queued")
        assert f"<@{here.alice.id}>" in text_of(message)
        assert saying("common.cost.none") in text_of(message)
        assert list(buttons_of(message)) == ["Try again", "Edit"]
        posts = [r.json or {} for r in here.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
        [sent] = [body for body in posts if "couldn't start" in (body.get("content") or "")]
        assert mentions_in(sent) == [str(here.alice.id)]
        assert here.oxen.started == 1
        assert await held(here) == 5
        assert "forbidden" not in text_of(message).lower()
        assert "a Forbidden thing" in text_of(private(await here.alice.click(message, label="Edit")))


async def test_somebody_who_was_banned_while_it_waited_gets_no_video_and_no_word(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here)
        await here.parts.services.access.ban("user", here.alice.id, 1)
        here.oxen.succeed(first)
        await here.until(lambda: not rows(tmp_path))
        await here.quiet()
        assert here.oxen.started == 1
        assert "I couldn't start" not in "".join(map(text_of, here.channel.history()))


async def test_somebody_who_was_blocked_while_it_waited_is_told(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here)
        await says(admin(here), here, "admin block", user=here.alice)
        here.oxen.succeed(first)
        await told(here, saying("gate.blocked"))
        assert here.oxen.started == 1


async def test_roles_count_as_they_are_when_its_turn_comes(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        ada, makers, user = admin(here), here.guild.create_role("makers"), here.env.create_user("mel")
        await says(ada, here, "admin quota set", daily_seconds=5)
        await says(ada, here, "admin quota set", role=makers, daily_seconds=60)
        mel = here.guild.add_member(user, roles=[makers])
        await mel.slash(here.channel, "video", prompt="@Image1 dances", image1=png())
        first = await made(here)
        refusal = private(await mel.slash(here.channel, "video", prompt="second, @Image1", image1=png(seed=2)))
        assert QUEUED in text_of(private(await mel.click(refusal, label=MAKE)))
        here.guild.remove_member(mel)
        here.guild.add_member(user)
        here.oxen.succeed(first)
        await told(here, "I couldn't start the video that you queued")
        assert here.oxen.started == 1


@pytest.mark.slow
async def test_nothing_is_made_for_somebody_who_left_the_server(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here)
        here.guild.remove_member(here.alice)
        here.oxen.succeed(first)
        await told(here, "I couldn't start the video that you queued")
        assert here.oxen.started == 1


async def test_nothing_is_made_while_the_operator_has_paused_and_all_is_made_after_it(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here)
        state = OperatorStateStore(here.parts.store.database, utc_now)
        await state.pause(1)
        here.oxen.succeed(first)
        await in_thread(here, saying("result.ready"))
        await here.quiet()
        assert here.oxen.started == 1
        await state.resume()
        await made(here, 2)


async def test_nothing_is_made_while_the_bot_drains(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here)
        here.parts.services.drain.begin()
        here.oxen.succeed(first)
        await here.parts.services.drain.finished()
        await here.quiet()
        assert here.oxen.started == 1
        assert rows(tmp_path) == 1


@pytest.mark.slow
async def test_its_pictures_outlive_discords_links(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here, seed=7)
        await until_kept(here, tmp_path)
        here.env.backend.cdn._blobs.clear()  # what a day does to Discord's links
        here.oxen.succeed(first)
        body = here.oxen.generations[await made(here, 2)].body
        assert [here.env.backend.cdn.get(url) for url in body["input_image"]] == [picture_bytes(7)]


@pytest.mark.slow
async def test_after_a_day_it_is_given_up_and_its_user_is_told(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0], **ONE) as here:
        await ask(here)
        await made(here)
        await queued(here)
        later[0] = timedelta(days=1, minutes=1)
        message = await told(here, "It waited for a day")
        assert MAKE not in buttons_of(message)
        assert here.oxen.started == 1


async def test_erasing_ones_data_takes_it_out_of_the_queue_and_the_export_shows_it_before(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here, "a secret wish, @Image1")
        exported = await here.parts.services.personal_data.export(here.alice.id)
        assert exported["requests_in_line"][0]["request"]["prompt"] == "a secret wish, @Image1"
        await here.parts.services.retention.forget(here.alice.id)
        assert rows(tmp_path) == 0
        here.oxen.succeed(first)
        await in_thread(here, saying("result.ready"))
        await here.quiet()
        assert here.oxen.started == 1


@pytest.mark.slow
async def test_a_mention_that_has_no_room_can_wait_too(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        assert here.parts.bot.user is not None
        mention = f"<@{here.parts.bot.user.id}> @Image1 dances"
        await here.alice.send(here.channel, mention, attachments=[png("a.png", 4)])
        answer = await here.until(lambda: next((m for m in here.channel.history() if MAKE in buttons_of(m)), None))
        assert QUEUED in text_of(private(await here.alice.click(answer, label=MAKE)))
        here.oxen.succeed(first)
        generation = here.oxen.generations[await made(here, 2)]
        assert generation.body["prompt"] == "@Image1 dances"


async def test_others_who_press_what_is_offered_under_a_mention_are_told_whose_it_is(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        await made(here)
        assert here.parts.bot.user is not None
        mention = f"<@{here.parts.bot.user.id}> @Image1 dances"
        await here.alice.send(here.channel, mention, attachments=[png("a.png", 4)])
        offer = await here.until(lambda: next((m for m in here.channel.history() if MAKE in buttons_of(m)), None))
        bob = here.guild.add_member(here.env.create_user("bob"))
        for label in buttons_of(offer):
            told = text_of(private(await bob.click(offer, label=label)))
            assert told == f"This request is from <@{here.alice.id}>. Make your own video with /video.", label
        assert QUEUED in text_of(private(await here.alice.click(offer, label=MAKE)))
        told = text_of(private(await bob.click(offer, label=MAKE)))
        assert told.startswith(f"This request is from <@{here.alice.id}>.")


@pytest.mark.slow
async def test_more_at_once_than_the_limit_ever_lets_in_is_not_offered_to_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        await made(here)
        answer = private(await ask(here, count=2))
        assert MAKE not in buttons_of(answer)


@pytest.mark.slow
async def test_more_seconds_than_there_are_left_do_not_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE, quota_daily_seconds=8) as here:
        await ask(here)
        await made(here)
        answer = private(await here.alice.click(await refused(here), label=MAKE))
        assert "seconds" in text_of(answer) or "\u00a0s" in text_of(answer)
        assert rows(tmp_path) == 0


@pytest.mark.slow
async def test_videos_shows_what_waits_and_cancels_it(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        await queued(here, "second, @Image1", 2)
        await queued(here, "third, @Image1", 3)
        answer = await here.alice.slash(here.channel, "videos")
        [waiting] = [m for m in answer.followups if "start when one of your videos is done" in text_of(m)]
        assert list(buttons_of(waiting)) == ["Cancel 1", "Cancel 2"]
        assert "second, **@Image1**" in text_of(waiting)
        await here.alice.click(waiting, label="Cancel 1")
        here.oxen.succeed(first)
        await made(here, 2)
        assert prompts(here)[1] == "third, @Image1"
