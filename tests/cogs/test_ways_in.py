"""Every way in but ``/video``: the form, a command on a message, a mention, and doing it again."""

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from discord import ButtonStyle
from PIL import Image

from cogs.ui.texts import ENGLISH
from sandbox.oxen.clips import encode
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.boards import found_again
from tests.cogs.messages import cdn, fill
from tests.cogs.videos import ask, in_thread, made, told
from tests.support import buttons_of, media_of, picture_bytes, png, private, text_of, walk


async def test_the_form_makes_a_video_of_images_and_elements(here: World) -> None:
    shown = await here.alice.slash(here.channel, "studio")
    sent = await fill(
        here,
        shown,
        "@Element1 and @Image2",
        [png(seed=1), png(seed=2)],
        [png(seed=3), png(seed=4)],
        None,
        ["10 9:16"],
    )
    assert "10\u00a0s · 9:16" in text_of(sent.response)
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Element1 and @Image2"
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    [element] = body["elements"]
    assert cdn(here, element["frontal_image_url"]) == picture_bytes(3)
    assert [cdn(here, url) for url in element["reference_image_urls"]] == [picture_bytes(4)]


async def test_a_form_that_asks_for_something_wrong_is_refused_in_private(here: World) -> None:
    shown = await here.alice.slash(here.channel, "studio")
    sent = await fill(here, shown, "@Image3", [png()], None, None, ["5 16:9"])
    assert sent.ephemeral
    assert "no picture in image3" in text_of(sent.response)


@pytest.mark.slow
async def test_a_message_with_pictures_becomes_a_video_by_a_command_on_it(here: World) -> None:
    message = await here.alice.send(here.channel, "look", attachments=[png("a.png", 1), png("b.png", 2)])
    shown = await here.alice.context_menu(here.channel, "Make a video from this", message)
    await fill(here, shown, "@Image2 beside @Image1", ["5 1:1"])
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    assert body["aspect_ratio"] == "1:1"


async def test_a_message_without_pictures_is_refused_in_private(here: World) -> None:
    message = await here.alice.send(here.channel, "no picture here")
    answer = await here.alice.context_menu(here.channel, "Make a video from this", message)
    assert answer.ephemeral
    assert ENGLISH("answer.no_pictures_in_message") == text_of(answer.response)


async def test_mentioning_the_bot_under_pictures_opens_a_thread_on_that_message(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    message = await here.alice.send(here.channel, f"<@{me.id}> the ox of @Image1 dances", attachments=[png(seed=1)])
    generation = await made(here)
    assert here.oxen.generations[generation].body["prompt"] == "the ox of @Image1 dances"
    here.oxen.succeed(generation)
    ready = await in_thread(here, saying("result.ready"))
    thread = here.thread()
    assert thread is not None
    assert thread.id == message.id
    assert media_of(ready)


async def test_mentioning_the_bot_in_its_thread_goes_on_with_the_pictures_of_the_last_video(here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> the ox of @Image1", attachments=[png(seed=1)])
    here.oxen.succeed(await made(here))
    await in_thread(here, saying("result.ready"))
    thread = here.thread()
    assert thread is not None
    await here.alice.send(thread, f"<@{me.id}> now @Image1 sleeps")
    body = here.oxen.generations[await made(here, 2)].body
    assert body["prompt"] == "now @Image1 sleeps"
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1)]


async def test_a_mention_that_asks_for_something_wrong_is_answered_with_a_sentence_and_no_thread(
    here: World,
) -> None:
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> a video without pictures please")
    answer = await here.until(lambda: told(here, here.channel, "at least one"))
    assert answer.reference is not None
    assert here.channel.threads == []


async def test_a_mention_that_there_is_no_room_for_is_answered_there_and_opens_no_thread(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, quota_daily_seconds=5) as here:
        me = here.env.bot.user
        assert me is not None
        for _ in range(2):
            await here.alice.send(here.channel, f"<@{me.id}> the ox of @Image1", attachments=[png(seed=1)])
        await here.until(lambda: told(here, here.channel, "0 of 5\u00a0s"))
        await here.quiet()
        assert len(here.channel.threads) == 1


@pytest.mark.slow
async def test_going_on_in_a_thread_keeps_length_and_shape(here: World) -> None:
    await ask(here, duration=10, aspect_ratio="9:16")
    here.oxen.succeed(await made(here))
    await in_thread(here, saying("result.ready"))
    me, thread = here.env.bot.user, here.thread()
    assert me is not None
    assert thread is not None
    await here.alice.send(thread, f"<@{me.id}> now @Image1 sleeps")
    body = here.oxen.generations[await made(here, 2)].body
    assert (body["duration"], body["aspect_ratio"]) == (10, "9:16")


async def test_a_mention_that_fails_for_no_known_reason_is_answered_with_an_id(tmp_path: Path, here: World) -> None:
    me = here.env.bot.user
    assert me is not None
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
        connection.execute("DROP TABLE pending_requests")
        connection.execute("DROP TABLE ledger")
        connection.commit()
    await here.alice.send(here.channel, f"<@{me.id}> the ox of @Image1", attachments=[png(seed=1)])
    assert "error " in text_of(await here.until(lambda: told(here, here.channel, "Something went wrong")))


async def test_a_flood_of_presses_and_mentions_is_stopped_with_few_words(tmp_path: Path) -> None:
    async with world(tmp_path, max_commands_per_minute=8) as here:
        me = here.env.bot.user
        assert me is not None
        await ask(here)
        here.oxen.fail(await made(here), "too dark")
        message = await in_thread(here, saying("result.failed"))
        answers = [text_of((await here.alice.click(message, label="My videos")).response) for _ in range(4)]
        assert ["too much at once" in answer for answer in answers] == [False, False, False, True]
        for _ in range(5):
            await here.alice.send(here.channel, f"<@{me.id}> no picture")
        await here.quiet()
        assert len([m for m in here.channel.history() if m.author.id == me.id and "too much at once" in m.content]) == 1


async def test_messages_that_do_not_mention_the_bot_are_left_alone(here: World) -> None:
    await here.alice.send(here.channel, "just a picture", attachments=[png()])
    assert len(here.channel.history()) == 1


async def test_a_reply_to_the_bot_is_no_request(here: World) -> None:
    await ask(here)
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, saying("result.ready"))
    thread = here.thread()
    assert thread is not None
    await here.alice.send(thread, "thank you @Image1", reply_to=ready)
    await here.quiet()
    assert len(await here.parts.services.job_history.recent(here.alice.id, here.guild.id)) == 1


@pytest.mark.slow
async def test_continue_opens_the_form_and_the_next_video_starts_from_the_last_frame(tmp_path: Path) -> None:
    frames = (Image.new("RGB", (640, 360), (shade, 0, 0)) for shade in (20, 220))
    video = encode(frames, size=(640, 360), fps=1)
    async with world(tmp_path) as here:
        await ask(here, duration=10, aspect_ratio="9:16")
        here.oxen.succeed(await made(here), video)
        message = await in_thread(here, saying("result.ready"))
        form = await here.alice.click(message, label=saying("button.last_frame"))
        assert "Take @Image1 as the start frame. " in str(form.modal)
        await fill(here, form, "and then @Image1 jumps", None, None, None, ["10 9:16"])
        body = here.oxen.generations[await made(here, 2)].body
        assert body["prompt"] == "and then @Image1 jumps"
        [url] = body["input_image"]
        with Image.open(BytesIO(cdn(here, url))) as sent:
            assert sent.size == (640, 360)
            assert sent.getpixel((300, 200)) == pytest.approx((220, 0, 0), abs=12)


async def test_run_again_makes_the_same_once_more_from_the_board(here: World) -> None:
    await ask(here, prompt="@Image3 @Element1", image1=None, image3=png(seed=3), element1_front=png(seed=4))
    here.oxen.succeed(await made(here))
    message = await in_thread(here, saying("result.ready"))
    await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
    await made(here, 2)
    first, second = (generation.body for generation in here.oxen.generations.values())
    assert second["prompt"] == first["prompt"]
    assert [cdn(here, u) for u in second["input_image"]] == [cdn(here, u) for u in first["input_image"]]
    assert second["input_image"] != first["input_image"]


async def test_under_somebody_elses_video_making_it_stands_out_in_the_question(here: World) -> None:
    await ask(here)
    here.oxen.fail(await made(here), "too dark")
    bob, again = here.guild.add_member(here.env.create_user("bob")), ENGLISH("button.run_again", seconds=5)
    question = private(await bob.click(await in_thread(here, saying("result.failed")), label=again))
    buttons = [item for item in walk(question.components) if item["type"] == 2]
    assert [item["label"] for item in buttons if item["style"] == ButtonStyle.primary.value] == [again]


async def test_run_again_names_the_picture_that_is_gone(here: World) -> None:
    await ask(here)
    here.oxen.fail(await made(here), "too dark")
    message = await in_thread(here, saying("result.failed"))
    thread = here.thread()
    assert thread is not None
    board = told(here, thread, saying("board.title"))
    here.env.backend.delete_message(thread.id, board.id)
    await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
    gone = await here.until(lambda: told(here, thread, saying("picture.gone")))
    assert "@Image1" in text_of(gone)
    assert saying("result.returned") in text_of(gone)


async def test_the_same_bytes_twice_are_uploaded_once(here: World) -> None:
    await ask(here, prompt="@Image1 @Image2", image1=png(seed=1), image2=png(seed=1))
    body = here.oxen.generations[await made(here)].body
    assert body["input_image"][0] == body["input_image"][1]
    board = await in_thread(here, saying("board.title"))
    assert len(board.attachments) == 1
    assert "**@Image1**" in text_of(board)
    assert "**@Image2**" in text_of(board)


async def test_a_board_of_many_long_names_and_a_long_prompt_is_posted(here: World) -> None:
    small = [(f"{n}" + "_" * 90 + ".png", picture_bytes(n, (250, 250))) for n in range(12)]
    fronts = {f"element{n}_front": small[n] for n in range(1, 4)}
    angles = {f"element{n}_angle1": small[3 + n] for n in range(1, 4)}
    images = {"image1": small[0], "image2": small[7], "image3": small[8], "image4": small[9]}
    await ask(here, prompt="@img1@elem1@elem2" * 100, **images, **fronts, **angles)
    await made(here)
    boards = [m for m in here.channel.threads[0].history() if m.attachments]
    assert sum(len(board.attachments) for board in boards) == 10
    assert "**@Element3 angle 1**" in "".join(map(text_of, boards))


async def test_a_board_that_is_there_is_not_posted_again_even_if_two_names_share_a_picture(
    tmp_path: Path, here: World
) -> None:
    await ask(here, prompt="@Image1 @Image2", image1=png(seed=1), image2=png(seed=1), element1_front=png(seed=2))
    await made(here)
    board = await in_thread(here, saying("board.title"))
    job, posted = await found_again(here, tmp_path)
    assert {key: str(one.source) for key, one in posted.items()} == dict(job.board)
    assert [m.id for m in here.channel.threads[0].history() if saying("board.title") in text_of(m)] == [board.id]
    assert ENGLISH("picture.note.same", picture="@Image1") in text_of(board)


async def test_a_small_picture_is_scaled_up_and_the_board_says_so(here: World) -> None:
    await ask(here, image1=("small.png", picture_bytes(1, (250, 250))))
    assert ENGLISH("picture.note.scaled_up", side=300) in text_of(await in_thread(here, saying("board.title")))


async def test_a_file_that_only_claims_to_be_a_picture_is_told_and_not_charged(here: World) -> None:
    await ask(here, image1=("fake.png", b"<html>" * 100))
    message = await in_thread(here, saying("result.failed"))
    assert ENGLISH("picture.refused.unreadable", picture="image1 (fake.png)") in text_of(message)
    assert saying("result.returned") in text_of(message)
    assert here.oxen.started == 0


async def test_every_outcome_can_be_run_again(here: World) -> None:
    await ask(here)
    here.oxen.succeed(await made(here))
    assert {
        ENGLISH("button.run_again", seconds=5),
        saying("button.edit_again"),
    } <= buttons_of(await in_thread(here, saying("result.ready"))).keys()
