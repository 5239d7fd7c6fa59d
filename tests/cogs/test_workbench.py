"""The workbench: a request that is not ready is mended in one private panel, without giving anything anew."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.model_spec import ModelSpec
from cogs.ui.texts import ENGLISH
from cogs.ui.workbench_card import workbench_card
from sandbox.drawings import bird_from_the_front, bird_from_the_side
from sandbox.pseudo_locale import plain
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.messages import cdn, fill
from tests.cogs.saved_elements import save
from tests.cogs.videos import ask, in_thread, made
from tests.cogs.workbench import as_it_is, choose, edit, make, names, press, remove, thumbnails
from tests.cogs.workbench_views import doubtful_workbench
from tests.faults.harness import FaultPoint, harness
from tests.security.closed_gate import post_button
from tests.support import picture_bytes, png, private, text_of, walk


async def overfull(here: World) -> Any:
    """The workbench of seven images and an element."""
    images = {f"image{n}": png(seed=n) for n in range(1, 8)}
    return private(await ask(here, prompt="@Image7 and @Element1", **images, element1_front=png(seed=8)))


@pytest.mark.slow
@pytest.mark.parametrize(("angle", "is_told"), [("the front once more", True), ("the side", False)])
async def test_an_angle_that_looks_like_the_front_is_told_though_it_is_another_file(
    tmp_path: Path, angle: str, *, is_told: bool
) -> None:
    smaller = io.BytesIO()
    front = Image.open(io.BytesIO(bird_from_the_front())).convert("RGB")
    front.resize((front.width // 2, front.height // 2)).save(smaller, "JPEG", quality=70)
    side = bird_from_the_side() if angle == "the side" else smaller.getvalue()
    images = {f"image{n}": png(seed=n) for n in range(1, 8)}
    async with world(tmp_path) as here:
        asked = await ask(
            here,
            prompt="@Image7 and @Element1",
            **images,
            element1_front=("bird.png", bird_from_the_front()),
            element1_angle1=("side.jpg", side),
        )
        hint = ENGLISH("hint.same_angles", slot="@Element1")
        assert (hint in text_of(private(asked))) is is_told


@pytest.mark.parametrize("number", [1, 4, 6])
async def test_any_image_of_too_many_is_removed_and_the_rest_are_made(here: World, number: int) -> None:
    panel = await overfull(here)
    assert "The limit is 7. Remove 1." in text_of(panel)
    assert names(panel) == ["@Image1", "@Image2", "@Image3", "@Image4"]
    if number > 4:
        panel = await press(here, panel, "Next")
    panel = await remove(here, panel, f"@Image{number}")
    assert "The limit is 7" not in text_of(panel)
    card = await here.alice.click(panel, label="Make")
    assert not card.ephemeral
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Image6 and @Element1"
    kept = [n for n in range(1, 8) if n != number]
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(n) for n in kept]
    assert len(body["elements"]) == 1


@pytest.mark.slow
async def test_a_video_that_failed_is_edited_on_the_workbench_and_made_once_however_often_that_is_pressed(
    here: World,
) -> None:
    await ask(here, prompt="@Image1 @Element1", image1=png(seed=1), element1_front=png(seed=2))
    here.oxen.fail(await made(here), "too dark")
    failed = await in_thread(here, saying("result.failed"))
    panel = private(await here.alice.click(failed, label=saying("button.edit_again")))
    assert names(panel) == ["@Image1", "@Element1"]
    assert [cdn(here, url) for url in thumbnails(panel)] == [picture_bytes(1), picture_bytes(2)]
    panel = await remove(here, panel, "@Element1")
    panel = await edit(here, panel, "@Image1 dances alone")
    assert "dances alone" in text_of(panel)
    assert not (await here.alice.click(panel, label="Make")).ephemeral
    again = private(await here.alice.click(panel, label="Make"))
    assert saying("error.already_started") in text_of(again)
    body = here.oxen.generations[await made(here, 2)].body
    assert body["prompt"] == "@Image1 dances alone"
    await here.quiet()
    assert here.oxen.started == 2


@pytest.mark.slow
async def test_the_elements_and_several_images_are_removed_over_the_pages(here: World) -> None:
    panel = await remove(here, await remove(here, await overfull(here), "@Image1"), "@Image2")
    panel = await press(here, panel, "Next")
    panel = await remove(here, panel, "@Element1")
    assert "there's no picture in element1_front" in text_of(panel)
    await make(here, await edit(here, panel, "@Image7 and @Image3"))
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Image5 and @Image1"
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(n) for n in range(3, 8)]
    assert "elements" not in body


async def test_a_saved_element_that_was_brought_in_is_removed(here: World) -> None:
    await save(here)
    panel = private(await ask(here, prompt="@Image2", image1=png(seed=1), saved_element="bloxy"))
    assert names(panel) == ["@Image1", "@bloxy"]
    await make(here, await edit(here, await remove(here, panel, "@bloxy"), "@Image1 dances"))
    assert "elements" not in here.oxen.generations[await made(here)].body


async def test_pictures_an_element_and_a_saved_one_are_added(here: World) -> None:
    await save(here, front=png(seed=9))
    panel = private(await ask(here, prompt="@Image2 meets @Element1 and @Element2", image1=png(seed=1)))
    form = await here.alice.click(panel, label="Add pictures")
    await fill(here, form, [png(seed=2)], [png(seed=3), png(seed=4)])
    panel = await choose(here, as_it_is(here, panel), "saved", "bloxy")
    assert names(panel) == ["@Image1", "@Image2", "@Element1", "@Element2"]
    await make(here, panel)
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    assert [cdn(here, one["frontal_image_url"]) for one in body["elements"]] == [picture_bytes(3), picture_bytes(9)]


@pytest.mark.slow
async def test_a_form_without_uploads_opens_it_and_what_was_used_last_is_added(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=2) as here:
        await ask(here, prompt="@Image1 @Element1", image1=png(seed=1), element1_front=png(seed=2))
        await made(here)
        await here.quiet()
        form = await here.alice.slash(here.channel, "studio")
        panel = private(await fill(here, form, "@Element1 runs to @Image1", None, None, None, ["10 1:1"]))
        assert saying("refusal.no_pictures") in text_of(panel)
        panel = await press(here, panel, "Add last used")
        assert names(panel) == ["@Image1", "@Element1"]
        await make(here, panel)
        body = here.oxen.generations[await made(here, 2)].body
        assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1)]
        assert (body["duration"], body["aspect_ratio"]) == (10, "1:1")


@pytest.mark.slow
async def test_everything_that_is_chosen_holds(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        panel = private(await ask(here, prompt="@Image2", image1=png(seed=1)))
        panel = await press(here, panel, "Use @Image1")
        chosen = {"length": "10", "shape": "9:16", "count": "2", "camera": "push_in", "look": "clay", "spoiler": "yes"}
        for what, value in chosen.items():
            panel = await choose(here, panel, what, value)
        assert "It takes 20" in text_of(panel)
        card = await make(here, await choose(here, panel, "camera", "still"))
        assert saying("card.spoiler") in text_of(card.response)
        await made(here, 2)
        bodies = [generation.body for generation in here.oxen.generations.values()]
        assert {(body["duration"], body["aspect_ratio"]) for body in bodies} == {(10, "9:16")}
        assert {plain(body["prompt"]) for body in bodies} == {"@Image1 Clay animation. The camera holds still."}


@pytest.mark.slow
async def test_it_survives_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=None) as there:
        async with there.bot(FaultPoint()):
            images = {f"image{n}": png(seed=n) for n in (1, 2)}
            asked = await there.alice.slash(there.channel, "video", prompt="@Image3 beside @Image1", **images)
        async with there.bot(FaultPoint()):
            panel = await remove(there, await press(there, private(asked), "Use @Image2"), "@Image1")
            assert names(panel) == ["@Image2"]
            await make(there, await press(there, panel, "Use @Image2"))
            await there.oxen.wait_for_generation(1)


@pytest.mark.slow
async def test_nobody_else_can_press_it(here: World) -> None:
    panel = await overfull(here)
    mallory = here.guild.add_member(here.env.create_user("mallory"))
    waiting = await here.parts.store.database.rows("SELECT * FROM pending_requests")
    buttons = {item["custom_id"] for item in walk(panel.components) if item["type"] == 2}
    assert len(buttons) > 10
    for custom_id in buttons:
        copy = await post_button(here, here.channel, custom_id)
        refused = private(await mallory.click(copy, custom_id=custom_id))
        assert saying("error.others_request") in text_of(refused)
    assert await here.parts.store.database.rows("SELECT * FROM pending_requests") == waiting
    await here.quiet()
    assert here.oxen.started == 0


def test_a_model_of_few_roles_is_offered_what_it_knows_alone() -> None:
    view = replace(doubtful_workbench(), model=ModelSpec(id="words", name="Words"))
    shown = list(walk(workbench_card(view).to_components()))  # type: ignore[no-untyped-call]
    choices = [item["custom_id"].split(":")[1] for item in shown if item["type"] == 3]
    assert choices == ["count", "camera", "look", "spoiler"]
    labels = [item["label"] for item in shown if item["type"] == 2]
    assert not {"Add pictures", "Add last used"} & set(labels)
    assert {"Make", "Edit prompt", "Remove"} <= set(labels)


@pytest.mark.parametrize(
    ("typed", "fixed", "sent"),
    [
        ("Der Ochse aus @Bild2 rennt.", "Der Ochse aus @Image1 rennt.", "Der Ochse aus @Image1 rennt."),
        ("@画像2が走る。", "@Image1が走る。", "@Image1が走る。"),
        ("让@图2跑起来。", "让@Image1跑起来。", "让@Image1跑起来。"),
        ("O boi de @Imagem2 corre.", "O boi de @Image1 corre.", "O boi de @Image1 corre."),
    ],
)
async def test_a_name_in_the_words_of_another_language_is_corrected_with_one_press(
    here: World, typed: str, fixed: str, sent: str
) -> None:
    panel = private(await ask(here, prompt=typed, image1=png(seed=1)))
    panel = await press(here, panel, "Use @Image1")
    assert fixed in text_of(panel).replace("**", "")
    await make(here, panel)
    generation = await here.oxen.wait_for_generation()
    assert generation.body["prompt"] == sent
