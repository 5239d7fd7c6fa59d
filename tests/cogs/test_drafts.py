"""**Add to my references**: pictures collected from several messages."""

from pathlib import Path
from typing import Any

from simcord.results import ResponseMessage

from cogs.ui.texts import ENGLISH
from sandbox.world import world
from tests.cogs.test_cast import answer, pictures_in
from tests.cogs.test_video import made
from tests.cogs.test_ways_in import cdn, fill
from tests.faults.harness import FaultPoint, harness
from tests.support import buttons_of, picture_bytes, png, text_of, walk


async def add(here: Any, *seeds: int, who: Any = None) -> Any:
    """Somebody posts pictures and adds them; the private answer."""
    who = who or here.alice
    message = await who.send(here.channel, "look", attachments=[png(f"p{seed}.png", seed) for seed in seeds])
    result = await who.context_menu(here.channel, "Add to my references", message)
    return next(m for m in reversed([result.response, *result.followups]) if m is not None)


def order(message: Any) -> list[str]:
    """The files of a draft in the order of their names."""
    lines = [line for line in text_of(message).splitlines() if line.startswith("**@Image")]
    assert [line.split("**")[1] for line in lines] == [f"@Image{n}" for n in range(1, len(lines) + 1)]
    return [line.split("** ")[1] for line in lines]


def as_it_is(here: Any, message: Any) -> Any:
    """A private message as it is now."""
    return ResponseMessage(here.env, here.env.backend.get_message(here.channel.id, message.id))


async def press(here: Any, message: Any, label: str, number: int) -> Any:
    """Press the button of a picture; the message as it is then."""
    ids = [item["custom_id"] for item in walk(message.components) if item.get("label") == label]
    await here.alice.click(message, custom_id=ids[number - 1])
    return as_it_is(here, message)


async def test_pictures_of_several_messages_are_collected_put_in_order_and_made_into_a_video(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await add(here, 1, 2)
        shown = await add(here, 3)
        assert shown.ephemeral
        assert order(shown) == ["p1.png", "p2.png", "p3.png"]
        shown = await press(here, shown, "Move up", 3)
        shown = await press(here, shown, "Remove", 1)
        assert order(shown) == ["p3.png", "p2.png"]
        form = await here.alice.click(shown, label="Make a video")
        await fill(here, form, "@Image1 beside @Image2", ["5 1:1"])
        body = here.oxen.generations[await made(here)].body
        assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(3), picture_bytes(2)]
        again = await here.alice.click(shown, label="Make a video")
        assert ENGLISH("answer.draft_empty") == answer(again)


async def test_a_draft_and_its_buttons_survive_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=None) as there:
        async with there.bot(FaultPoint()):
            shown = await add(there, 1, 2)
        async with there.bot(FaultPoint()):
            shown = await press(there, shown, "Move up", 2)
            assert order(shown) == ["p2.png", "p1.png"]
            form = await there.alice.click(shown, label="Make a video")
            await fill(there, form, "@Image1 beside @Image2", ["5 1:1"])
            await there.oxen.wait_for_generation(1)
        [body] = [generation.body for generation in there.oxen.generations.values()]
        assert [cdn(there, url) for url in body["input_image"]] == [picture_bytes(2), picture_bytes(1)]


async def test_a_draft_that_is_refused_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        shown = await add(here, 1)
        form = await here.alice.click(shown, label="Make a video")
        sent = await fill(here, form, "@Image2", ["5 1:1"])
        assert "no picture in image2" in answer(sent)
        assert order(await add(here, 2)) == ["p1.png", "p2.png"]


async def test_the_form_starts_from_the_draft_unless_images_are_uploaded(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
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


async def test_the_same_picture_is_collected_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await add(here, 1, 2)
        assert order(await add(here, 2, 1)) == ["p1.png", "p2.png"]


async def test_an_eighth_picture_is_refused_and_not_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await add(here, 1, 2, 3, 4)
        refused = await add(here, 5, 6, 7, 8)
        assert ENGLISH("draft.too_many", count=4, total=8, limit=7) in text_of(refused)
        assert len(pictures_in(tmp_path)) == 4


async def test_a_message_without_pictures_is_refused_in_private(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        message = await here.alice.send(here.channel, "no picture here")
        result = await here.alice.context_menu(here.channel, "Add to my references", message)
        assert ENGLISH("answer.no_pictures_in_message") == answer(result)


async def test_clearing_deletes_the_pictures_but_not_those_of_others(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bob = here.guild.add_member(here.env.create_user("bob"))
        shown = await add(here, 1, 2)
        await add(here, 2, who=bob)
        await here.alice.click(shown, label=ENGLISH("button.clear"))
        assert ENGLISH("draft.none") in text_of(as_it_is(here, shown))
        assert pictures_in(tmp_path) == [picture_bytes(2)]


async def test_removing_a_picture_keeps_it_for_an_element_that_has_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.alice.slash(here.channel, "element save", name="bloxy", front=png(seed=1))
        shown = await add(here, 1, 2)
        await press(here, await press(here, shown, "Remove", 2), "Remove", 1)
        assert pictures_in(tmp_path) == [picture_bytes(1)]


async def test_the_first_picture_cannot_go_up(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        shown = await add(here, *range(1, 8))
        ups = [item for item in walk(shown.components) if item.get("label") == "Move up"]
        assert [bool(item.get("disabled")) for item in ups] == [True, *[False] * 6]
        assert {"Make a video", ENGLISH("button.clear")} <= buttons_of(shown).keys()
