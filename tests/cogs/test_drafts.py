"""**Add to my next video**: pictures collected from several messages."""

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.collecting import add, order
from tests.cogs.messages import cdn, fill
from tests.cogs.saved_elements import answer, pictures_in
from tests.cogs.videos import made
from tests.cogs.workbench import edit, files, make, names, press, thumbnails
from tests.faults.harness import FaultPoint, harness
from tests.support import picture_bytes, png, private, text_of, walk


@pytest.mark.slow
async def test_pictures_of_several_messages_are_collected_put_in_order_and_made_into_a_video(here: World) -> None:
    await add(here, 1, 2)
    shown = await add(here, 3)
    assert shown.ephemeral
    assert order(shown) == ["p1.png", "p2.png", "p3.png"]
    shown = await press(here, shown, "Move up", 3)
    shown = await press(here, shown, "Remove", 1)
    assert order(shown) == ["p3.png", "p2.png"]
    assert [cdn(here, url) for url in thumbnails(shown)] == [picture_bytes(3), picture_bytes(2)]
    await make(here, await edit(here, shown, "@Image1 beside @Image2"))
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(3), picture_bytes(2)]
    assert saying("error.already_started") in text_of(private(await make(here, shown)))
    assert order(await add(here, 4)) == ["p4.png"]


@pytest.mark.slow
async def test_a_draft_and_its_buttons_survive_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=None) as there:
        async with there.bot(FaultPoint()):
            shown = await add(there, 1, 2)
        async with there.bot(FaultPoint()):
            shown = await press(there, shown, "Move up", 2)
            assert order(shown) == ["p2.png", "p1.png"]
            await make(there, await edit(there, shown, "@Image1 beside @Image2"))
            await there.oxen.wait_for_generation(1)
        [body] = [generation.body for generation in there.oxen.generations.values()]
        assert [cdn(there, url) for url in body["input_image"]] == [picture_bytes(2), picture_bytes(1)]


async def test_a_draft_that_is_refused_is_kept(here: World) -> None:
    shown = await add(here, 1)
    shown = await press(here, await edit(here, shown, "a dance of @Image2"), "Make")
    assert "no picture in image2" in text_of(shown)
    shown = await add(here, 2)
    assert order(shown) == ["p1.png", "p2.png"]
    assert "a dance of **@Image2**" in text_of(shown)


async def test_the_form_starts_from_the_draft_unless_images_are_uploaded(here: World) -> None:
    await add(here, 1, 2)
    form = await here.alice.slash(here.channel, "studio")
    await fill(here, form, "@Image1 only", [png(seed=9)], None, None, ["5 16:9"])
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(9)]
    form = await here.alice.slash(here.channel, "studio")
    assert ENGLISH("form.images.collected", count=2) in str(form.modal)
    await fill(here, form, "@Image2 and @Image1", None, None, None, ["5 16:9"])
    body = here.oxen.generations[await made(here, 2)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    form = await here.alice.slash(here.channel, "studio")
    assert "you collected" not in str(form.modal)


async def test_the_same_picture_is_collected_once(here: World) -> None:
    await add(here, 1, 2)
    assert order(await add(here, 2, 1)) == ["p1.png", "p2.png"]


async def test_an_eighth_picture_is_refused_and_not_kept(tmp_path: Path, here: World) -> None:
    await add(here, 1, 2, 3, 4)
    refused = await add(here, 5, 6, 7, 8)
    assert ENGLISH("draft.too_many", count=4, total=8, limit=7) in text_of(refused)
    assert len(pictures_in(tmp_path)) == 4


async def test_a_message_without_pictures_is_refused_in_private(here: World) -> None:
    message = await here.alice.send(here.channel, "no picture here")
    result = await here.alice.context_menu(here.channel, "Add to my next video", message)
    assert ENGLISH("answer.no_pictures_in_message") == answer(result)


async def test_removing_all_deletes_the_pictures_but_not_those_of_others(tmp_path: Path, here: World) -> None:
    bob = here.guild.add_member(here.env.create_user("bob"))
    shown = await add(here, 1, 2)
    await add(here, 2, who=bob)
    shown = await press(here, await press(here, shown, "Remove"), "Remove")
    assert names(shown) == []
    assert pictures_in(tmp_path) == [picture_bytes(2)]


@pytest.mark.slow
async def test_what_was_put_in_order_and_taken_out_stays_so_for_the_form(here: World) -> None:
    shown = await press(here, await add(here, 1, 2, 3), "Move up", 3)
    await press(here, shown, "Remove", 1)
    form = await here.alice.slash(here.channel, "studio")
    await fill(here, form, "@Image2 and @Image1", None, None, None, ["5 16:9"])
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(3), picture_bytes(2)]


async def test_removing_a_picture_keeps_it_for_an_element_that_has_it(tmp_path: Path, here: World) -> None:
    await here.alice.slash(here.channel, "element save", name="bloxy", front=png(seed=1))
    shown = await add(here, 1, 2)
    await press(here, await press(here, shown, "Remove", 2), "Remove", 1)
    assert pictures_in(tmp_path) == [picture_bytes(1)]


async def test_the_first_picture_cannot_go_up_and_seven_come_in_pages(here: World) -> None:
    shown = await add(here, *range(1, 8))
    assert files(shown) == [f"p{n}.png" for n in range(1, 5)]
    assert ups(shown) == [True, False, False, False]
    shown = await press(here, shown, "Next")
    assert files(shown) == ["p5.png", "p6.png", "p7.png"]
    assert ups(shown) == [False, False, False]


def ups(panel: Any) -> list[bool]:
    """Whether each picture cannot go up."""
    return [bool(item.get("disabled")) for item in walk(panel.components) if item.get("label") == "Move up"]
