"""**Use last frame**: the last frame is posted for whoever may speak there, at most once a job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.text import text
from cogs.ui.texts import ENGLISH
from sandbox.world import World, world
from tests.cogs.test_video import ask, made, told
from tests.support import denied, private, text_of

LABEL = "Continue"


async def ready(here: World, place: Any) -> tuple[Any, Any]:
    """The thread of a result of alice's in a place, and the result."""
    await ask(here, place)
    here.oxen.succeed(await made(here))
    [thread] = await here.until(lambda: place.threads)
    return thread, await here.until(lambda: told(here, thread, "is ready"))


def frames(thread: Any) -> list[Any]:
    """The last frames in a place."""
    return [message for message in thread.history() if message.content == ENGLISH("answer.last_frame")]


async def test_for_somebody_who_may_not_speak_in_the_thread_nothing_is_posted(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        muted = here.guild.create_role("muted")
        bob = here.guild.add_member(here.env.create_user("bob"), roles=[muted])
        place = here.guild.create_text_channel("place", overwrites={muted: denied("send_messages_in_threads")})
        thread, message = await ready(here, place)
        assert text_of(private(await bob.click(message, label=LABEL))) == ENGLISH("gate.no_speaking")
        assert frames(thread) == []


async def test_pressed_again_it_answers_with_the_frame_that_is_there(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        thread, message = await ready(here, here.channel)
        bob = here.guild.add_member(here.env.create_user("bob"))
        answers = [text_of(private(await who.click(message, label=LABEL))) for who in (here.alice, bob, here.alice)]
        [frame] = frames(thread)
        url = f"https://discord.com/channels/{here.guild.id}/{thread.id}/{frame.id}"
        assert answers == [ENGLISH("answer.frame_posted", url=url)] * 3


@pytest.mark.parametrize(
    ("status", "code", "key"),
    [
        (400, 50035, "answer.frame_later"),
        (400, 20009, "answer.frame_blocked"),
        (403, 50013, "answer.frame_gone"),
        (404, 10003, "answer.frame_gone"),
        (500, 0, "answer.frame_later"),
    ],
)
async def test_what_discord_does_not_take_is_answered_with_a_sentence(
    tmp_path: Path, status: int, code: int, key: str
) -> None:
    async with world(tmp_path) as here:
        thread, message = await ready(here, here.channel)
        path = f"/channels/{thread.id}/messages"
        here.env.inject_error("POST", path, status=status, code=code, message="No", times=10)
        assert text_of(private(await here.alice.click(message, label=LABEL))) == ENGLISH(key)


async def test_where_the_bot_may_not_attach_files_it_says_so_without_a_refused_call(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        thread, message = await ready(here, here.channel)
        everyone = here.guild.default_role.id
        deny = discord.Permissions(attach_files=True).value
        here.env.backend.set_overwrite(here.channel.id, Overwrite(everyone, OverwriteType.ROLE, deny=deny))
        await here.quiet()
        before = len(here.env.http_requests)
        answer = text_of(private(await here.alice.click(message, label=LABEL)))
        assert answer == ENGLISH("answer.frame_refused", permissions=(text("permission.attach_files"),))
        assert [call.path for call in here.env.http_requests[before:] if call.path.startswith("/channels/")] == []
        assert frames(thread) == []
