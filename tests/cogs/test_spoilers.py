"""A picture that its owner hid stays hidden, and so does what is made of it."""

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.reference_draft import with_more
from bot.services.ports import Original, VideoLink
from bot.store.json_columns import dump_request, load_request
from cogs.adapter.pictures import picture as picture_of
from cogs.ui.cards import outcome_message
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.messages import fill
from tests.cogs.saved_elements import save
from tests.cogs.spoilers import HIDDEN, is_hidden, posted, shown_by
from tests.cogs.videos import ask, made
from tests.cogs.workbench import edit, make
from tests.support import job, picture, png, private, request, text_of

NOTE = "Posted as a spoiler, because @Image1 is one."


async def test_a_hidden_picture_is_hidden_on_the_board_and_so_is_its_video(here: World) -> None:
    await ask(here, prompt="@Image1 and @Image2", image1=HIDDEN, image2=png(seed=2))
    board, ready = await posted(here)
    assert is_hidden(board, "@Image1")
    assert not is_hidden(board, "@Image2")
    assert is_hidden(ready, "@Image1 and @Image2")
    assert NOTE in text_of(ready)


async def test_nothing_is_hidden_where_no_picture_is(here: World) -> None:
    await ask(here, prompt="@Image1 dances")
    board, ready = await posted(here)
    assert not is_hidden(board, "@Image1")
    assert not is_hidden(ready, "@Image1 dances")
    assert "spoiler" not in text_of(ready)


async def test_the_same_picture_given_hidden_and_bare_is_shown_as_it_was_given(here: World) -> None:
    await ask(here, prompt="@Image1 and @Image2", image1=HIDDEN, image2=png(seed=1))
    board, ready = await posted(here)
    assert (is_hidden(board, "@Image1"), is_hidden(board, "@Image2")) == (True, False)
    assert is_hidden(ready, "@Image1 and @Image2")


@pytest.mark.slow
@pytest.mark.parametrize("label", [ENGLISH("button.run_again", seconds=5), saying("button.edit_again"), "mention"])
async def test_what_is_made_once_more_of_a_hidden_picture_is_hidden(here: World, label: str) -> None:
    await ask(here, prompt="@Image1 dances", image1=HIDDEN)
    _, ready = await posted(here)
    thread = here.thread()
    assert thread is not None
    me = here.env.bot.user
    assert me is not None
    if label == "mention":
        await here.alice.send(thread, f"<@{me.id}> @Image1 dances")
    else:
        pressed = await here.alice.click(ready, label=label)
        if label != ENGLISH("button.run_again", seconds=5):
            await make(here, private(pressed))
    here.oxen.succeed(await made(here, 2))
    await here.until(lambda: sum(saying("result.ready") in text_of(m) for m in thread.history()) == 2)
    for message in thread.history():
        for text in shown_by(message):
            assert is_hidden(message, text)


@pytest.mark.slow
async def test_the_last_frame_of_a_hidden_video_is_hidden_and_so_is_what_goes_on_from_it(here: World) -> None:
    await ask(here, prompt="@Image1 dances", image1=HIDDEN)
    _, ready = await posted(here)
    form = await here.alice.click(ready, label=saying("button.last_frame"))
    await fill(here, form, "and then @Image1 jumps", None, None, None, ["5 16:9"])
    here.oxen.succeed(await made(here, 2))
    thread = here.thread()
    assert thread is not None
    again = await here.until(
        lambda: next((m for m in thread.history() if "and then @Image1 jumps" in shown_by(m)), None)
    )
    assert is_hidden(again, "and then @Image1 jumps")


def test_a_video_that_is_only_linked_has_a_hidden_poster(tmp_path: Path) -> None:
    link = VideoLink(
        url="https://x/v.mp4", original=Original(size=9, lines=1), works_until=None, poster=tmp_path / "poster.jpg"
    )
    for is_spoiler in (True, False):
        asked = request("a dance", images={1: picture(1, is_spoiler=is_spoiler)})
        message = outcome_message(job(request=asked), link)
        assert is_hidden(message, "a dance") is is_spoiler
        assert (NOTE in str(message.to_components())) is is_spoiler  # type: ignore[no-untyped-call]


async def test_a_video_of_an_element_that_was_saved_hidden_is_hidden(here: World) -> None:
    await save(here, front=HIDDEN)
    await ask(here, prompt="@bloxy dances", image1=None)
    _, ready = await posted(here)
    assert is_hidden(ready, "@Element1 dances")
    assert ENGLISH("result.spoiler", picture="@Element1 front") in text_of(ready)


async def test_an_element_that_was_saved_hidden_is_shown_hidden(here: World) -> None:
    await save(here, front=HIDDEN, angle1=png(seed=2))
    result = await here.alice.slash(here.channel, "element show", name="bloxy")
    [card] = [m for m in (result.response, *result.followups) if m is not None and m.attachments]
    assert (is_hidden(card, "front"), is_hidden(card, "angle 1")) == (True, False)


@pytest.mark.parametrize("command", ["Make a video from this", "Add to my next video", "mention"])
async def test_a_hidden_picture_of_a_message_stays_hidden_on_every_way_in(here: World, command: str) -> None:
    me = here.env.bot.user
    assert me is not None
    text = f"<@{me.id}> @Image1 dances" if command == "mention" else "look"
    message = await here.alice.send(here.channel, text, attachments=[HIDDEN])
    if command != "mention":
        form = await here.alice.context_menu(here.channel, command, message)
        if command == "Add to my next video":
            await make(here, await edit(here, private(form), "@Image1 dances"))
        else:
            await fill(here, form, "@Image1 dances", ["5 16:9"])
    board, ready = await posted(here)
    assert is_hidden(board, "@Image1")
    assert is_hidden(ready, "@Image1 dances")


def test_a_flag_hides_a_picture_as_its_name_does() -> None:
    data: Any = {"id": 1, "filename": "ox.png", "size": 9, "url": "https://x/ox.png", "proxy_url": "https://x/ox.png"}
    state = discord.Client(intents=discord.Intents.none())._connection
    assert [
        picture_of(discord.Attachment(data=data | changes, state=state)).is_spoiler
        for changes in ({}, {"flags": 1 << 3}, {"filename": "SPOILER_ox.png"})
    ] == [False, True, True]


def test_a_request_from_before_is_no_spoiler_and_one_from_now_stays_what_it_is() -> None:
    hidden = request(images={1: picture(1, is_spoiler=True)})
    assert load_request(dump_request(hidden)) == hidden
    before = dump_request(request()).replace(', "is_spoiler": false', "")
    assert "is_spoiler" not in before
    assert load_request(before) == request()


def test_a_picture_that_is_collected_bare_and_hidden_is_hidden() -> None:
    bare, hidden = picture(1), picture(1, is_spoiler=True)
    assert with_more((bare,), [hidden]) == with_more((hidden,), [bare]) == (hidden,)
