"""Forwarded messages carry their pictures in a snapshot; the bot takes them from there."""

import pytest

from sandbox.world import World
from tests.cogs.collecting import order
from tests.cogs.messages import cdn, fill
from tests.cogs.videos import made, told
from tests.support import picture_bytes, png, text_of

TWO = [png("a.png", 1), png("b.png", 2)]


async def pictures_sent(here: World) -> list[bytes]:
    """The images that Oxen is sent."""
    body = here.oxen.generations[await made(here)].body
    return [cdn(here, url) for url in body["input_image"]]


@pytest.mark.slow
async def test_both_commands_on_a_message_take_the_pictures_of_a_forwarded_one(here: World) -> None:
    other = here.guild.create_text_channel("herd")
    message = await here.alice.send(other, "look", attachments=TWO)
    forwarded = await here.alice.forward(message, here.channel)
    assert forwarded.attachments == []
    result = await here.alice.context_menu(here.channel, "Add to my next video", forwarded)
    [card] = [m for m in (result.response, *result.followups) if m is not None and m.components]
    assert order(card) == ["a.png", "b.png"]
    form = await here.alice.context_menu(here.channel, "Make a video from this", forwarded)
    await fill(here, form, "@Image2 beside @Image1", ["5 16:9"])
    assert await pictures_sent(here) == [picture_bytes(1), picture_bytes(2)]


async def test_a_hidden_picture_that_was_forwarded_stays_hidden(here: World) -> None:
    message = await here.alice.send(here.channel, "look", attachments=[png("SPOILER_a.png", 1)])
    forwarded = await here.alice.forward(message, here.channel)
    form = await here.alice.context_menu(here.channel, "Make a video from this", forwarded)
    await fill(here, form, "@Image1 dances", ["5 16:9"])
    await made(here)
    [job] = await here.parts.store.unfinished()
    assert job.is_spoiler


async def test_a_mention_in_reply_to_a_forwarded_message_takes_its_pictures(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    direct = here.alice.user.dm_channel
    message = await here.alice.send(here.channel, "look", attachments=TWO)
    forwarded = await here.alice.forward(message, direct)
    here.env.backend.create_message(
        direct.id,
        here.alice.id,
        f"<@{me.id}> @Image2 beside @Image1",
        reference={"channel_id": str(direct.id), "message_id": str(forwarded.id)},
    )
    assert await pictures_sent(here) == [picture_bytes(1), picture_bytes(2)]


async def test_a_message_that_mentions_the_bot_and_carries_a_snapshot_gives_its_pictures(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    message = await here.alice.send(here.channel, "look", attachments=TWO)
    here.env.backend.create_message(
        here.channel.id,
        here.alice.id,
        f"<@{me.id}> @Image2 beside @Image1",
        reference={"type": 1, "channel_id": str(here.channel.id), "message_id": str(message.id)},
    )
    assert await pictures_sent(here) == [picture_bytes(1), picture_bytes(2)]


async def test_a_mention_in_reply_to_a_message_of_the_bots_own_takes_nothing_from_it(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> no picture")
    refusal = await here.until(lambda: told(here, here.channel, "at least one"))
    await here.alice.send(here.channel, f"<@{me.id}> again", reply_to=refusal)
    await here.until(lambda: sum("at least one" in text_of(m) for m in here.channel.history()) == 2)
    assert here.oxen.started == 0
