"""What is done with a result after it came: marked as a spoiler, shared to its channel."""

from pathlib import Path
from typing import Any

import pytest

from bot.text import Channel
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.admins import admin, rows, says
from tests.cogs.posters import card
from tests.cogs.results import hides, is_there, result, someone
from tests.cogs.videos import READY, ask, made, told
from tests.support import choices_behind, choose, denied, media_of, mentions_in, private, text_of

SHARED = saying("result.watch")


def now(here: World, message: Any) -> Any:
    """A message of the thread as it is now."""
    thread = here.thread()
    assert thread is not None
    return next(one for one in thread.history() if one.id == message.id)


def shared(here: World) -> Any:
    """The message in the channel that shares a result."""
    return next((message for message in here.channel.history() if text_of(message).startswith("for <@")), None)


async def test_whoever_asked_can_hide_the_result_and_the_card_hides_its_poster(here: World) -> None:
    ready = await result(here)
    assert hides(await card(here)) == hides(now(here, ready)) == [False]
    answer = await choose(here.alice, ready, "spoiler")
    assert text_of(private(answer)) == ENGLISH("result.hidden")
    assert hides(now(here, ready)) == [True]
    assert media_of(now(here, ready))
    assert "Spoiler" not in await choices_behind(here.alice, now(here, ready))
    await here.until(lambda: hides(told(here, here.channel, saying("card.done"))) == [True])
    assert "spoiler" in text_of(told(here, here.channel, saying("card.done")))


async def test_a_moderator_can_hide_it_and_stands_in_the_audit_and_anybody_else_cannot(here: World) -> None:
    ready = await result(here)
    eve, mod = someone(here, "eve"), someone(here, "mod", manage_messages=True)
    answer = await choose(eve, ready, "spoiler")
    assert f"Only <@{here.alice.id}> or a moderator" in text_of(private(answer))
    assert hides(now(here, ready)) == [False]
    await choose(mod, ready, "spoiler")
    assert hides(now(here, ready)) == [True]
    assert "behind a spoiler" in await says(admin(here), here, "admin audit")


async def test_an_owner_shares_a_result_to_its_channel_once(here: World) -> None:
    ready = await result(here)
    assert "Shared to" in text_of(private(await choose(here.alice, ready, "share")))
    posted = shared(here)
    assert f"for <@{here.alice.id}>" in text_of(posted)
    assert str(ready.id) in text_of(posted)
    assert media_of(posted)[0].endswith("poster.jpg")
    sent = [r for r in here.env.http_requests if r.method == "POST" and r.path.endswith("/messages")][-1]
    assert mentions_in(sent.json or {}) == []
    again = await choose(here.alice, ready, "share")
    assert text_of(private(again)) == ENGLISH("result.share.there")
    assert sum(SHARED in text_of(message) for message in here.channel.history()) == 2  # the card is one of them


async def test_nobody_else_shares_it(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    mod = someone(here, "mod", manage_messages=True)
    assert f"Only <@{here.alice.id}>" in text_of(private(await choose(mod, ready, "share")))
    assert rows(tmp_path, "SELECT copy_message_id FROM jobs") == [(None,)]


async def test_who_may_not_write_in_the_channel_does_not_share_there(tmp_path: Path, here: World) -> None:
    quiet = here.guild.create_text_channel("quiet", overwrites={here.alice: denied("send_messages")})
    await ask(here, quiet)
    here.oxen.succeed(await made(here))
    await here.until(lambda: told(here, quiet, saying("card.done")))
    ready = told(here, quiet.threads[-1], READY)
    assert text_of(private(await choose(here.alice, ready, "share"))) == ENGLISH(
        "result.share.cannot_write", channel=Channel(quiet.id)
    )
    assert rows(tmp_path, "SELECT copy_message_id FROM jobs") == [(None,)]


async def test_a_hidden_result_is_shared_hidden(here: World) -> None:
    ready = await result(here)
    await choose(here.alice, ready, "spoiler")
    await choose(here.alice, ready, "share")
    assert hides(shared(here)) == [True]
    assert media_of(shared(here))[0].endswith("SPOILER_poster.jpg")


@pytest.mark.slow
async def test_a_shared_result_that_is_hidden_or_deleted_is_so_in_the_channel_too(here: World) -> None:
    ready = await result(here)
    await choose(here.alice, ready, "share")
    await choose(here.alice, ready, "spoiler")
    assert hides(shared(here)) == [True]
    await choose(here.alice, shared(here), "delete")
    assert shared(here) is None
    assert not is_there(here, ready)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["refuse", "spoiler"])
async def test_what_a_server_rules_since_holds_for_sharing(here: World, rule: str) -> None:
    ready = await result(here)
    await says(admin(here), here, "admin settings", outside_age_restricted=rule)
    answer = await choose(here.alice, ready, "share")
    if rule == "refuse":
        assert shared(here) is None
    else:
        assert "Shared" in text_of(private(answer))
        assert hides(shared(here)) == [True]


@pytest.mark.slow
async def test_a_channel_that_refuses_the_message_can_be_tried_again(here: World) -> None:
    ready = await result(here)
    here.env.inject_error("POST", f"/channels/{here.channel.id}/messages", status=403, code=50013)
    assert text_of(private(await choose(here.alice, ready, "share"))) == ENGLISH("result.share.refused")
    assert "Shared" in text_of(private(await choose(here.alice, ready, "share")))


async def test_a_share_whose_answer_was_lost_is_not_posted_twice(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    await choose(here.alice, ready, "share")
    [(message_id,)] = rows(tmp_path, "SELECT copy_message_id FROM jobs")
    job = (await here.parts.store.recent(here.alice.id, 0, 1))[0]
    await here.parts.store.change(job, copy_message_id=0)  # as a process leaves it that dies before it is answered
    await choose(here.alice, ready, "share")
    assert rows(tmp_path, "SELECT copy_message_id FROM jobs") == [(message_id,)]
