"""What automatic moderation refuses is said again without it, and the video always arrives."""

import re
from typing import Any

import pytest

from bot.domain.redaction import Redaction
from cogs.ui.prompts import thread_name_for
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import ask, card_says, in_thread, made
from tests.support import choose, is_outcome, media_of, png, private, text_of

WORD = "forbidden"
PROMPT = f"The {WORD} ox of @Image1"
BLOCKED = ENGLISH("card.blocked_unaffected")
CARD = "/interactions/*/*/callback"
MESSAGE = "/channels/*/messages"
THREAD = "/channels/*/messages/*/threads"
EDIT = "/channels/*/messages/*"


def everything_said(here: World) -> str:
    messages = [message for channel in here.env.backend.messages.values() for message in channel.values()]
    names = [str(thread.name) for thread in here.channel.threads]
    return "\n".join([*map(text_of, messages), *names])


async def finish(here: World) -> Any:
    here.oxen.succeed(await made(here))
    where = await here.until(here.thread)
    message = await here.until(lambda: next((m for m in where.history() if is_outcome(m)), None))
    assert media_of(message)
    return message


async def redaction(here: World) -> Redaction:
    [job] = await here.parts.store.recent(here.alice.id, here.guild.id, 8)
    return job.redaction


@pytest.mark.parametrize("code", [200000, 200001, 240000, 20031])
@pytest.mark.parametrize(("method", "path"), [("POST", CARD), ("POST", THREAD)])
async def test_words_that_are_refused_once_are_in_no_later_message_and_the_user_is_told(
    here: World, method: str, path: str, code: int
) -> None:
    here.env.inject_error(method, path, status=400, code=code)
    asked = await ask(here, prompt=PROMPT)
    message = await finish(here)
    await card_says(here, here.channel, saying("card.done"))
    thread = here.thread()
    assert thread is not None
    assert thread.name == "Video for @alice"
    assert BLOCKED in text_of(message)
    assert f"<@{here.alice.id}> Your video is ready" in text_of(message)
    said = everything_said(here)
    if path == CARD:
        assert WORD not in said
    assert asked.response is not None
    assert await redaction(here) is Redaction.PROMPT
    assert WORD not in text_of(private(await here.alice.slash(here.channel, "videos")))


@pytest.mark.parametrize("code", [200000, 240000])
@pytest.mark.slow
async def test_references_that_are_refused_for_their_words_are_posted_without_them(here: World, code: int) -> None:
    here.env.inject_error("POST", MESSAGE, status=400, code=code, times=2)
    await ask(here, prompt=PROMPT, image1=png(f"{WORD}.png"))
    board = await in_thread(here, saying("board.title"))
    assert WORD not in text_of(board)
    assert "**@Image1**" in text_of(board)
    await finish(here)


async def test_a_card_whose_edit_is_refused_is_edited_without_the_words(here: World) -> None:
    here.env.inject_error("PATCH", EDIT, status=400, code=200000)
    await ask(here, prompt=PROMPT)
    card = await card_says(here, here.channel, saying("card.making"))
    assert BLOCKED in text_of(card)
    assert WORD not in text_of(await finish(here))


@pytest.mark.parametrize(
    ("refusals", "says"), [(1, saying("result.ready")), (2, saying("result.ready")), (3, "<@"), (4, "")]
)
async def test_the_video_arrives_with_as_many_words_as_pass(here: World, refusals: int, says: str) -> None:
    await ask(here, prompt=PROMPT)
    await made(here)
    here.env.inject_error("POST", MESSAGE, status=400, code=200000, times=refusals)
    message = await finish(here)
    assert WORD not in text_of(message)
    assert says in text_of(message)
    assert bool(says) == bool(text_of(message))
    posts = [r for r in here.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert WORD not in str(posts[-1].json)


async def test_what_was_left_out_for_the_bots_own_words_comes_back_with_the_next_message(here: World) -> None:
    await ask(here, prompt=PROMPT)
    await made(here)
    here.env.inject_error("POST", MESSAGE, status=400, code=200000, times=3)
    await finish(here)
    card = await card_says(here, here.channel, saying("card.done"))
    assert BLOCKED in text_of(card)
    assert await redaction(here) is Redaction.QUOTES


async def test_a_reason_of_oxens_that_is_refused_is_left_out(here: World) -> None:
    await ask(here)
    generation = await made(here)
    here.env.inject_error("POST", MESSAGE, status=400, code=200000, times=2)
    here.oxen.fail(generation, f"{WORD} content")
    message = await in_thread(here, saying("result.failed"))
    assert WORD not in text_of(message)
    assert saying("result.returned") in text_of(message)


async def test_a_prompt_that_nothing_can_be_posted_of_ends_with_a_sentence_and_uncharged(here: World) -> None:
    here.env.inject_error("POST", MESSAGE, status=400, code=200000, times=8)  # in the thread and in the channel
    await ask(here, prompt=PROMPT)
    card = await card_says(here, here.channel, saying("card.failed"))
    assert "Discord blocked" in text_of(card)
    assert here.oxen.started == 0


@pytest.mark.slow
async def test_a_mention_whose_thread_may_not_have_its_name_gets_another_one_and_no_prompt(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    here.env.inject_error("POST", THREAD, status=400, code=200001)
    await here.alice.send(here.channel, f"<@{me.id}> {PROMPT}", attachments=[png(seed=1)])
    message = await finish(here)
    thread = here.thread()
    assert thread is not None
    assert thread.name == "Video for @alice"
    assert BLOCKED in text_of(message)
    assert WORD not in "".join(text_of(m) for m in thread.history() if m.author.id == me.id)


@pytest.mark.parametrize("code", [200000, 240000])
async def test_a_refused_sentence_is_answered_in_general_words(here: World, code: int) -> None:
    here.env.inject_error("POST", CARD, status=400, code=code)
    answer = await ask(here, prompt="")
    assert "Discord blocked a link or word in this answer" in text_of(private(answer))


async def test_an_explicit_video_is_not_shown_but_its_user_is_told_and_gets_a_private_link(here: World) -> None:
    await ask(here)
    generation = await made(here)
    here.env.inject_error("POST", MESSAGE, status=400, code=20009)
    here.oxen.succeed(generation)
    message = await in_thread(here, saying("result.blocked"))
    assert f"<@{here.alice.id}>" in text_of(message)
    assert not media_of(message)
    assert here.oxen.result_origin in str(private(await choose(here.alice, message, "original")).components)
    await card_says(here, here.channel, saying("card.done"))


async def test_where_no_name_passes_there_is_no_thread_and_the_video_comes_in_the_channel(here: World) -> None:
    here.env.inject_error("POST", THREAD, status=400, code=200001, times=None)
    await ask(here, prompt=PROMPT)
    here.oxen.succeed(await made(here))
    assert media_of(await card_says(here, here.channel, saying("result.ready")))


@pytest.mark.slow
async def test_a_thread_that_stays_in_slow_mode_leaves_the_video_to_the_channel(here: World) -> None:
    await ask(here)
    generation = await made(here)
    thread = await here.until(here.thread)
    here.env.inject_error("POST", f"/channels/{thread.id}/messages", status=400, code=20016, times=None)
    here.oxen.succeed(generation)
    assert media_of(await card_says(here, here.channel, saying("result.ready")))


async def test_where_no_reply_may_be_made_the_video_is_a_message_of_its_own(here: World) -> None:
    here.env.inject_error("POST", THREAD, status=400, code=160006)
    await ask(here)
    generation = await made(here)
    here.env.inject_error("POST", MESSAGE, status=400, code=160002)
    here.oxen.succeed(generation)
    message = await card_says(here, here.channel, saying("result.ready"))
    assert media_of(message)
    assert message.reference is None


async def test_explicit_pictures_are_refused_with_a_sentence_and_nothing_is_charged(here: World) -> None:
    here.env.inject_error("POST", MESSAGE, status=400, code=20009)
    await ask(here)
    message = await in_thread(here, saying("reason.pictures_explicit"))
    assert saying("result.returned") in text_of(message)
    assert here.oxen.started == 0


@pytest.mark.parametrize(
    ("name", "thread"),
    [
        ("ada", "Video for @ada"),
        ("@ada", "Video for @ada"),
        ("everyone", "Video for everyone"),
        ("Here", "Video for Here"),
        ("\u202e", "Video"),
        ("x" * 200, "Video for @" + "x" * 78 + "…"),
    ],
)
def test_a_thread_named_after_a_member_mentions_nobody_and_fits(name: str, thread: str) -> None:
    assert thread_name_for(name) == thread
    assert not re.search(r"@(everyone|here)\b", thread, re.I)
