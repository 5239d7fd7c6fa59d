"""``/image``: a picture by an image model of the queue, which becomes a reference of a video with one press."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.services.models import KEPT_FOR
from cogs.ui.texts import ENGLISH
from sandbox.oxen import REFERENCE_TO_VIDEO
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.oxen.drawn_pictures import drawn_picture
from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.messages import cdn, custom_ids
from tests.models.pictures import ON, READY, ask, made, told
from tests.support import ManualClock, png, private, text_of, walk


async def fill_in(here: World, form: Any, prompt: str) -> None:
    """Send a form with another prompt, and all else as it is."""
    first, *_, last = custom_ids(form.modal)
    await here.alice.submit_modal(form, {first: prompt, last: ["5 16:9"]})


def kinds(folder: Path) -> list[tuple[Any, ...]]:
    return rows(folder, "SELECT kind, seconds, micros FROM ledger ORDER BY id")


@pytest.mark.slow
async def test_it_is_off_unless_the_operator_names_models(here: World) -> None:
    assert "image" not in {command.name for command in here.parts.bot.tree.get_commands()}


@pytest.mark.slow
async def test_a_picture_is_made_posted_and_paid_as_one_second_of_quota(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        card = await ask(here)
        assert "Sandbox Image" in text_of(card.response)
        posted = await made(here)
        [file] = posted.attachments
        assert file.filename.endswith(".png")
        assert Image.open(io.BytesIO(cdn(here, file.url))).size == (768, 768)
        assert "The front of an ox" in text_of(posted)
        assert here.oxen.generations[next(iter(here.oxen.generations))].body["prompt"] == "The front of an ox"
        await here.until(lambda: "See the picture" in text_of(here.channel.history()[0]))
        assert kinds(tmp_path) == [("reserve", 1, 20_000), ("settle", 1, 20_000)]
        assert rows(tmp_path, "SELECT kind, micros FROM payments") == [("spent", 20_000)]
        assert "59 of 60\u00a0s left" in await says(here.alice, here, "quota")
        assert "See the picture" in await says(here.alice, here, "videos")


@pytest.mark.slow
async def test_it_becomes_the_first_image_of_a_video_with_one_press(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        form = await here.alice.click(posted, label=ENGLISH("image.use"))
        assert form.modal is not None
        await fill_in(here, form, "@Image1 turns its head")
        video = await here.oxen.wait_for_generation(2)
        assert (video.model, video.body["prompt"]) == (REFERENCE_TO_VIDEO, "@Image1 turns its head")
        [reference] = video.body["input_image"]
        sent = Image.open(io.BytesIO(cdn(here, reference))).convert("RGB")
        drawn = Image.open(io.BytesIO(drawn_picture("The front of an ox", "1:1"))).convert("RGB")
        assert (sent.size, sent.getpixel((5, 5))) == (drawn.size, drawn.getpixel((5, 5)))


@pytest.mark.slow
async def test_it_becomes_an_image_where_discord_names_its_file_in_the_component_alone(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        here.env.backend.get_message(posted.channel.id, posted.id).attachments.clear()
        await fill_in(here, await here.alice.click(posted, label=ENGLISH("image.use")), "@Image1 turns its head")
        video = await here.oxen.wait_for_generation(2)
        assert len(video.body["input_image"]) == 1


@pytest.mark.parametrize("command", ["Make a video from this", "Add to my next video"])
async def test_its_message_gives_its_picture_where_discord_names_its_file_in_the_component_alone(
    tmp_path: Path, command: str
) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        here.env.backend.get_message(posted.channel.id, posted.id).attachments.clear()
        answer = await here.alice.context_menu(here.thread(), command, posted)
        shown = str(answer.modal) if answer.modal is not None else text_of(private(answer))
        assert "@Image1" in shown
        assert "@Image2" not in shown


@pytest.mark.slow
async def test_one_that_was_hidden_stays_hidden_when_its_message_gives_it(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        posted = await made(here)
        await here.ended()
        more = private(await here.alice.click(posted, label=ENGLISH("menu.more")))
        await here.alice.click(more, label=ENGLISH("menu.spoiler"))
        hidden = told(here, READY)
        panel = private(await here.alice.context_menu(here.thread(), "Add to my next video", hidden))
        assert [item["spoiler"] for item in walk(panel.components) if item["type"] == 11] == [True]


async def test_one_that_failed_is_opened_from_the_list_though_nothing_can_be_done_with_it(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        here.oxen.fail((await here.oxen.wait_for_generation()).id, "no")
        await here.ended()
        shown = private(await here.alice.slash(here.channel, "videos"))
        *_, one = [item for item in walk(shown.components) if item["type"] == 3]
        opened = await here.alice.select(shown, [one["options"][0]["value"]], custom_id=one["custom_id"])
        assert "The front of an ox" in text_of(private(opened))


async def test_a_picture_can_start_from_pictures_which_its_prompt_names(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here, "@Image1 from the side", image1=png(), aspect_ratio="16:9")
        generation = await here.oxen.wait_for_generation()
        assert generation.body["prompt"] == "image 1 from the side"
        assert (len(generation.body["input_images"]), generation.body["aspect_ratio"]) == (1, "16:9")
        await here.oxen.judge(generation.id)


async def test_a_picture_that_fails_gives_back_its_second_and_says_so_in_words_of_pictures(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here)
        here.oxen.fail((await here.oxen.wait_for_generation()).id, "no")
        failed = await here.until(lambda: told(here, "Your picture failed"))
        assert "1\u00a0s returned" in text_of(failed)
        assert kinds(tmp_path)[-1][0] == "release"
        assert "video" not in text_of(failed).replace("My videos", "")


@pytest.mark.slow
async def test_what_does_not_open_is_tried_again_and_what_is_a_page_is_no_picture(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        here.oxen.faults.result.replace(times=2)
        await ask(here)
        posted = await made(here)
        assert posted.attachments
        assert len(here.oxen.downloads) == 3


@pytest.mark.slow
async def test_a_place_that_takes_less_gets_a_smaller_copy(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        noise = io.BytesIO()
        Image.effect_noise((1600, 1600), 100).convert("RGB").save(noise, "PNG")
        here.guild.filesize_limit = 500_000
        await ask(here)
        generation = await here.oxen.wait_for_generation()
        here.oxen.succeed(generation.id, noise.getvalue())
        posted = await here.until(lambda: told(here, READY) or told(here, "over the upload limit"))
        assert all(file.size <= 10 * 1024 * 1024 for file in posted.attachments)


async def test_the_budget_counts_what_a_picture_costs(tmp_path: Path) -> None:
    async with world(tmp_path, budget_usd_per_day="0.03", **ON) as here:
        await here.parts.services.price_monitor.look()
        await ask(here)
        refused = text_of(private(await ask(here)))
        assert "budget" in refused
        await here.oxen.wait_for_generation()
        assert here.oxen.started == 1


async def test_a_hidden_picture_is_posted_as_a_spoiler_and_stays_one_as_a_reference(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await ask(here, spoiler=True)
        posted = await made(here)
        assert posted.attachments[0].filename.startswith("SPOILER_")
        await fill_in(here, await here.alice.click(posted, label=ENGLISH("image.use")), "@Image1 runs")
        await here.oxen.wait_for_generation(2)
        assert rows(tmp_path, "SELECT request ->> '$.images.1.is_spoiler' FROM jobs ORDER BY rowid DESC LIMIT 1") == [
            (1,)
        ]


async def test_an_admin_can_keep_a_model_for_pictures_out(tmp_path: Path) -> None:
    async with world(tmp_path, **ON) as here:
        await says(admin(here), here, "admin quota model", model=IMAGE_MODEL, allowed=False)
        refused = text_of(private(await ask(here)))
        assert "can't be used in this server" in refused
        assert "No seconds used" in refused


async def test_the_price_of_pictures_is_guarded_too(tmp_path: Path) -> None:
    clock = ManualClock()
    async with world(tmp_path, clock=clock, job_timeout_seconds=86_400, **ON) as here:
        await here.parts.services.price_monitor.look()
        here.oxen.models[IMAGE_MODEL]["pricing"]["cost_per_image"] = 0.001
        clock.now += KEPT_FOR
        await here.parts.services.models.look()
        await here.parts.services.price_monitor.look()
        assert here.parts.services.price_monitor.doubted_models == (IMAGE_MODEL,)
        await ask(here)
        assert kinds(tmp_path) == [("reserve", 1, 20_000)]


async def test_a_model_for_pictures_is_none_for_videos(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models="kling-video-o3-omni", **ON) as here:
        answer = await here.alice.slash(here.channel, "video", prompt="@Image1", image1=png(), model=IMAGE_MODEL)
        assert "isn't available" in text_of(private(answer))
        await here.quiet()
        assert here.oxen.started == 0


async def test_the_help_names_the_command_where_it_is_on(tmp_path: Path) -> None:
    for number, (settings, is_on) in enumerate([(ON, True), ({}, False)]):
        async with world(tmp_path / str(number), **settings) as here:
            shown = private(await here.alice.slash(here.channel, "help"))
            page = private(await here.alice.click(shown, label=ENGLISH("help.commands")))
            assert ("/image" in text_of(page) or "</image:" in text_of(page)) is is_on
