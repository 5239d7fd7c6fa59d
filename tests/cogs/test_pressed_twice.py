"""Every button that pays is made once, however fast it is pressed; a later press is a new wish."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actor import Actor
from bot.domain.clock import utc_now
from bot.domain.idempotency import form_key, run_again_key
from bot.errors import AlreadyStartedError
from bot.text import Message, text
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.prompts import TWO, asked
from tests.cogs.videos import ask, in_thread, made
from tests.support import private, request, text_of, usage_of

PLENTY: dict[str, Any] = {"max_active_jobs_per_user": 50, "quota_daily_seconds": 3_600}


async def ready(here: World) -> Any:
    """The message of a finished video, which holds none of its user's room any more."""
    await ask(here)
    here.oxen.succeed(await made(here))
    message = await in_thread(here, saying("result.ready"))
    await here.until(lambda: any(text_of(card).startswith(saying("card.done")) for card in here.channel.history()))
    return message


def is_told(answer: Any) -> bool:
    """Whether an answer says in private that it was started already."""
    shown = [m for m in (answer.response, *answer.followups) if m is not None and "Already started" in text_of(m)]
    return bool(shown) and all(m.ephemeral for m in shown)


async def press(here: World, message: Any, label: str, times: int) -> list[bool]:
    """Press a button as often as SimCord lets one press; whether each press was told that it was started already."""
    return [is_told(await here.alice.click(message, label=label)) for _ in range(times)]


async def held(here: World) -> int:
    return (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held


@pytest.mark.slow
async def test_run_again_pressed_many_times_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        message = await ready(here)
        answers = await press(here, message, ENGLISH("button.run_again", seconds=5), 6)
        await made(here, 2)
        await here.quiet()
        assert here.oxen.started == 2
        assert await held(here) == 5
        assert answers == [False] + 5 * [True]


@pytest.mark.slow
async def test_run_again_pressed_again_and_again_within_seconds_stays_one_video(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0], **PLENTY) as here:
        message = await ready(here)
        await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
        for _ in range(4):
            later[0] += timedelta(seconds=3)
            assert is_told(await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5)))
        await made(here, 2)
        await here.quiet()
        assert here.oxen.started == 2


async def test_run_again_pressed_later_is_a_new_wish(tmp_path: Path) -> None:
    later = [timedelta()]
    async with world(tmp_path, clock=lambda: utc_now() + later[0], **PLENTY) as here:
        message = await ready(here)
        await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
        await made(here, 2)
        later[0] = timedelta(seconds=6)
        assert not is_told(await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5)))
        await made(here, 3)


@pytest.mark.slow
async def test_two_people_who_run_the_same_again_get_a_video_each_and_whose_it_is_not_is_asked(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        message = await ready(here)
        bob = here.guild.add_member(here.env.create_user("bob"))
        again = ENGLISH("button.run_again", seconds=5)
        await here.alice.click(message, label=again)
        await made(here, 2)
        question = private(await bob.click(message, label=again))
        assert "It uses 5 of your 3,600" in text_of(question)
        await here.quiet()
        assert here.oxen.started == 2
        await bob.click(question, label=again)
        await made(here, 3)
        jobs = await here.parts.services.job_history.recent(bob.id, here.guild.id)
        assert [job.request.made_from for job in jobs] == [Message(here.guild.id, message.channel.id, message.id)]


@pytest.mark.slow
async def test_a_press_that_was_refused_does_not_count(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        message = await ready(here)
        await ask(here, prompt="another @Image1")
        running = await made(here, 2)
        refused = await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
        assert "The limit here is 1 at a time" in text_of(private(refused))
        here.oxen.fail(running, "too dark")
        thread = here.thread()
        assert thread is not None
        await here.until(lambda: any(saying("result.failed") in text_of(m) for m in thread.history()))
        assert not is_told(await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5)))
        await made(here, 3)


@pytest.mark.slow
async def test_make_pressed_many_times_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        question = await asked(here)
        answers = await press(here, question, "Make", 5)
        await made(here)
        await here.quiet()
        assert here.oxen.started == 1
        assert answers == [False] + 4 * [True]


async def test_try_again_pressed_many_times_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        await ask(here)
        generation = await made(here)
        refused = (await ask(here, prompt="next, @Image1", **TWO)).response
        here.oxen.fail(generation, "too dark")
        await in_thread(here, saying("result.failed"))
        answers = await press(here, refused, "Try again", 5)
        await made(here, 2)
        await here.quiet()
        assert here.oxen.started == 2
        assert answers == [False] + 4 * [True]


async def test_the_same_wish_that_arrives_many_times_at_the_same_instant_is_one_video(tmp_path: Path) -> None:
    async with world(tmp_path, **PLENTY) as here:
        accept = here.parts.services.submitter.accept
        actor = Actor(user_id=here.alice.id, guild_id=here.guild.id, channel_id=here.channel.id)
        for key in (run_again_key(here.alice.id, "a"), form_key("b")):
            before = await held(here)
            wishes = (accept(request(), actor, key=key) for _ in range(8))
            made_of_them = await asyncio.gather(*wishes, return_exceptions=True)
            assert sum(isinstance(one, AlreadyStartedError) for one in made_of_them) == 7
            assert await held(here) == before + 5


def test_what_is_told_is_a_sentence() -> None:
    assert AlreadyStartedError().user_message == text("error.already_started")
