"""The help: ``/help``, a bare mention, and a direct message that asks for nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops

from bot.domain.model_spec import KLING_O1
from bot.domain.picture_addresses import ExamplePictureAddress
from bot.domain.request import check_request
from cogs.examples import EXAMPLES, read_example_picture
from cogs.ui.help_cards import example_prompt
from cogs.ui.texts import ENGLISH
from sandbox.example_pictures import DRAWINGS, draw
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.help_card import TITLE
from tests.cogs.messages import cdn, fill
from tests.cogs.videos import in_thread, made, told
from tests.support import File, denied, media_of, picture_bytes, png, private, text_of, walk

BUTTONS = ["Make a video", "Images and elements", "Your quota", "Commands"]
TRY = [ENGLISH("help.try")] * 3


def labels(message: Any) -> list[str]:
    """What a message's buttons say, in order."""
    return [item["label"] for item in walk(message.components) if item["type"] == 2]


def mention(here: World, words: str = "") -> str:
    """A mention of the bot, and words."""
    assert here.env.bot.user is not None
    return f"<@{here.env.bot.user.id}>{words}"


async def write_privately(here: World, words: str, files: Sequence[File] = ()) -> None:
    """Alice sends the bot a direct message."""
    backend, direct = here.env.backend, here.alice.user.dm_channel
    await here.alice.user.send_dm(words, attachments=backend.store_attachments(direct.id, files))


def is_same(data: bytes, other: bytes | None) -> bool:
    """Whether two files show the same picture."""
    assert other is not None
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(other)) as two:
        same_size = one.size == two.size
        return same_size and ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox() is None


async def press_try(here: World, message: Any, example: str) -> Any:
    """Alice opens an example."""
    return await here.alice.click(message, custom_id=f"help:try:{example}")


async def test_help_is_private_and_shows_three_examples_and_where_to_go_on(here: World) -> None:
    shown = await here.alice.slash(here.channel, "help")
    assert shown.ephemeral
    assert TITLE in text_of(shown.response)
    assert labels(shown.response) == [*TRY, *BUTTONS]
    for example in EXAMPLES.values():
        assert example_prompt(example) in text_of(shown.response)
    assert len(media_of(shown.response)) == len(DRAWINGS)


async def test_every_page_of_the_help_answers_in_private(here: World) -> None:
    await here.alice.send(here.channel, mention(here))
    card = await here.until(lambda: told(here, here.channel, TITLE))
    pages = {}
    for label in BUTTONS[1:]:
        answer = await here.alice.click(card, label=label)
        assert answer.ephemeral
        pages[label] = text_of(answer.response)
    assert "60" in pages["Your quota"]
    assert saying("help.page.images") in pages["Images and elements"]
    for command in ("video", "studio", "quota"):
        assert f"/{command}: {ENGLISH(f'command.{command}')}" in pages["Commands"]
    assert (await here.alice.click(card, label=BUTTONS[0])).modal is not None


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_every_example_is_a_request_that_would_be_taken(example: Any) -> None:
    request = example.request(example_prompt(example))
    check_request(request, KLING_O1)
    assert request.unnamed_slots == ()


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.exhaustive
def test_the_pictures_that_ship_are_those_that_the_script_draws(name: str) -> None:
    assert is_same(draw(name), read_example_picture(name))


def test_only_pictures_of_examples_can_be_read_by_their_names() -> None:
    assert read_example_picture("__init__.py") is None
    assert read_example_picture("../setup.py") is None
    assert ExamplePictureAddress.parse("example:fox.png") == ExamplePictureAddress(filename="fox.png")
    assert ExamplePictureAddress.parse("board:1/2/fox.png") is None


async def test_a_newcomer_mentions_the_bot_tries_an_example_and_has_a_video(here: World) -> None:
    await here.alice.send(here.channel, mention(here))
    card = await here.until(lambda: told(here, here.channel, TITLE))
    form = await press_try(here, card, "style")
    prompt = form.modal["components"][0]["component"]["value"]
    await fill(here, form, prompt, None, None, None, ["5 16:9"])
    generation = await made(here)
    body = here.oxen.generations[generation].body
    assert body["prompt"] == ENGLISH("help.example.style.prompt")
    sent = [*body["input_image"], *(one["frontal_image_url"] for one in body["elements"])]
    for url, name in zip(sent, ("forest.png", "fox.png", "bird.png"), strict=True):
        assert is_same(cdn(here, url), read_example_picture(name))
    here.oxen.succeed(generation)
    assert media_of(await in_thread(here, saying("result.ready")))


async def test_a_bare_mention_is_answered_once_a_minute(here: World) -> None:
    for _ in range(3):
        await here.alice.send(here.channel, mention(here, "  "))
    await here.until(lambda: told(here, here.channel, TITLE))
    await here.quiet()
    assert len([one for one in here.channel.history() if TITLE in text_of(one)]) == 1


async def test_where_no_files_may_be_posted_the_help_comes_without_pictures(here: World) -> None:
    place = here.guild.create_text_channel("no-files", overwrites={here.guild.default_role: denied("attach_files")})
    await here.alice.send(place, mention(here))
    card = await here.until(lambda: told(here, place, TITLE))
    assert media_of(card) == []
    assert labels(card) == [*TRY, *BUTTONS]


async def test_a_direct_message_with_pictures_and_words_is_a_request_without_a_mention(here: World) -> None:
    await write_privately(here, "the ox of @Image1 dances", [png(seed=1)])
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "the ox of @Image1 dances"
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1)]


@pytest.mark.parametrize(("words", "files"), [("hello?", []), ("", [png()])], ids=["words", "a picture"])
async def test_a_direct_message_that_is_no_request_is_answered_with_the_help(
    here: World, words: str, files: list[Any]
) -> None:
    await write_privately(here, words, files)
    card = await here.until(lambda: told(here, here.alice.user.dm_channel, TITLE))
    assert labels(card) == [*TRY, *BUTTONS]
    assert here.oxen.generations == {}


async def test_a_direct_message_that_discord_delivers_twice_is_made_once(here: World) -> None:
    delivered: list[Any] = []
    here.env.backend.subscribers.append(
        lambda event, payload: delivered.append(payload) if event == "MESSAGE_CREATE" else None
    )
    await write_privately(here, "the ox of @Image1 dances", [png(seed=1)])
    await made(here)
    state = here.env.bot._connection
    state.parse_message_create(delivered[0])
    await here.quiet()
    assert len(here.oxen.generations) == 1


def upload_descriptions(form: Any) -> list[str]:
    """What a form says about each field for files."""
    labels = [part for part in form.modal["components"] if part["type"] == 18 and part["component"]["type"] == 19]
    return [label["description"] for label in labels]


async def test_the_form_of_an_example_says_which_pictures_are_there_already(here: World) -> None:
    shown = private(await here.alice.slash(here.channel, "help"))
    images, first, second = upload_descriptions(await press_try(here, shown, "element"))
    assert images == ENGLISH("form.filled_in", names=("@Image1",))
    assert first == ENGLISH("form.filled_in", names=("@Element1",))
    assert second == ENGLISH("form.element.description", angles=3)
