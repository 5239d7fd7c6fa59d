"""From what is typed to what Oxen gets: the names in a prompt and the pictures that they point to."""

import pytest

from bot.text import Quote
from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.messages import cdn, fill
from tests.cogs.saved_elements import answer, save
from tests.cogs.videos import ask, made
from tests.support import picture_bytes, png

GAP = {"image1": png(seed=1), "image3": png(seed=3)}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("让@Image3里的车驶过@Image1的墙", "让@Image2里的车驶过@Image1的墙"),
        ("@Image3が@Image1の前を走る", "@Image2が@Image1の前を走る"),
        ("@Image3이 @Image1을 지나간다", "@Image2이 @Image1을 지나간다"),
        ("و@Image3 بجانب @Image1", "و@Image2 بجانب @Image1"),
        ("＠Ｉｍａｇｅ３ drives past @Image1", "@Image2 drives past @Image1"),
        ("@Image3and @Image1", "@Image2and @Image1"),
    ],
)
@pytest.mark.slow
async def test_a_name_beside_any_script_points_to_the_picture_that_was_meant(
    here: World, typed: str, sent: str
) -> None:
    await ask(here, prompt=typed, **GAP)
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == sent
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(3)]


async def test_a_saved_element_is_brought_in_by_its_name_in_a_sentence_without_spaces(here: World) -> None:
    await save(here)
    await ask(here, prompt="让@bloxy在@Image1里走", image1=png(seed=2))
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "让@Element1在@Image1里走"
    assert [cdn(here, one["frontal_image_url"]) for one in body["elements"]] == [picture_bytes(1)]


async def test_of_saved_names_that_begin_alike_each_is_its_own_element(here: World) -> None:
    for seed, name in enumerate(["ox", "oxen", "小牛", "小牛犊"], start=1):
        assert "Saved" in await save(here, name, front=png(seed=seed))
    await ask(here, prompt="@oxen在@ox旁，@小牛犊跑", image1=None)
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Element1在@Element2旁，@Element3跑"
    fronts = [cdn(here, one["frontal_image_url"]) for one in body["elements"]]
    assert fronts == [picture_bytes(2), picture_bytes(1), picture_bytes(4)]


async def test_a_name_of_no_picture_is_refused_in_every_script(here: World) -> None:
    for typed in ("让@Image2动起来", "@Image10 moves", "＠ｉｍａｇｅ２が走る"):
        assert "there's no picture in image" in answer(await ask(here, prompt=typed, image1=png(seed=1)))
    await here.quiet()
    assert here.oxen.started == 0


async def test_a_form_and_a_mention_find_the_names_too(here: World) -> None:
    form = await here.alice.slash(here.channel, "studio")
    await fill(here, form, "让@Image2和@Image1走", [png(seed=1), png(seed=2)], None, None, ["5 16:9"])
    assert here.oxen.generations[await made(here)].body["prompt"] == "让@Image2和@Image1走"
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}>让＠Ｉｍａｇｅ１动起来", attachments=[png(seed=1)])
    assert here.oxen.generations[await made(here, 2)].body["prompt"] == "让@Image1动起来"


async def test_what_reads_like_an_address_is_asked_about_and_costs_nothing(here: World) -> None:
    question = await ask(here, prompt="drive past the@Image3 and @Image1", **GAP)
    assert ENGLISH("warning.address", word=Quote("the@Image3"), slot="@Image3") in answer(question)
    await here.quiet()
    assert here.oxen.started == 0
