"""**Make it when one is done**: a request that has no room now is made, in order, when a video of its user's ends."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from bot.services.jobs.submit import Asker
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.test_video import ask, in_thread, made
from tests.support import buttons_of, mentions_in, png, private, request, text_of, usage_of

MAKE = ENGLISH("waiting.make")
QUEUED = "I'll start it when one of your videos is done."
ONE = {"max_active_jobs_per_user": 1}


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
    return [text_of(message) for message in here.channel.history() if buttons_of(message)]


def rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM waiting_requests")
        return int(count)


async def told(here: World, words: str) -> Any:
    """The message in the channel that says something."""
    return await here.until(lambda: next((m for m in here.channel.history() if words in text_of(m)), None))


async def held(here: World) -> int:
    usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
    return usage.held + usage.used


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


async def test_nobody_else_cancels_it_or_has_it_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        refusal = await refused(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        services, number = here.parts.services, buttons_of(refusal)[MAKE]["custom_id"].rpartition(":")[2]
        asker = Asker(user_id=bob.id, guild_id=here.guild.id, channel_id=here.channel.id)
        for attempt in (services.waiting_requests.add(number, asker), services.waiting_requests.cancel(number, bob.id)):
            with pytest.raises(Exception, match="request_over"):
                await attempt
        await here.alice.click(refusal, label=MAKE)
        with pytest.raises(Exception, match="request_over"):
            await services.waiting_requests.cancel(number, bob.id)
        here.oxen.succeed(first)
        await made(here, 2)


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


async def test_at_most_five_of_one_person_wait(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE, quota_daily_seconds=3_600) as here:
        await ask(here)
        for number in range(5):
            await queued(here, f"number {number}, @Image1", number)
        sixth = await here.alice.click(await refused(here, "too many, @Image1", 9), label=MAKE)
        assert "You already have 5 requests waiting" in text_of(private(sixth))
        assert rows(tmp_path) == 5


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
        assert [prompt.split(",")[0] for prompt in prompts(here)[2:]] == ["number 0", "number 1"]


async def test_the_same_request_whose_turn_comes_twice_at_the_same_instant_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, **ONE) as here:
        await ask(here)
        first = await made(here)
        answer = await queued(here)
        number = buttons_of(answer)["Cancel"]["custom_id"].rpartition(":")[2]
        here.oxen.fail(first, "too dark")
        asker = Asker(user_id=here.alice.id, guild_id=here.guild.id, channel_id=here.channel.id)
        accept = here.parts.services.submitter.accept
        await asyncio.gather(*(accept(request(), asker, waiting_id=number) for _ in range(8)), return_exceptions=True)
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
        await here.parts.services.content_admin.add_words(
            _admin(here), ["forbidden"]
        ) if False else _block_word(tmp_path, here.guild.id, "forbidden")
        here.oxen.succeed(first)
        message = await told(here, "I couldn't start the video that you queued")
        assert f"<@{here.alice.id}>" in text_of(message)
        assert saying("common.cost.none") in text_of(message)
        assert list(buttons_of(message)) == ["Try again", "Edit"]
        post = [r for r in here.env.http_requests if r.method == "POST" and r.path.endswith("/messages")][-1]
        assert mentions_in(post.json or {}) == [str(here.alice.id)]
        assert here.oxen.started == 1
        assert await held(here) == 5
        form = await here.alice.click(message, label="Edit")
        assert "Forbidden" in str(form.modal)
