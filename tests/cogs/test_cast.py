"""``/element``: a cast that is kept, shared, and used by name in every way in."""

from pathlib import Path

import pytest

from bot.text import User
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.messages import cdn, fill
from tests.cogs.saved_elements import answer, bob_in, element, pictures_in, save
from tests.cogs.videos import ask, in_thread, made
from tests.support import alternative_texts, buttons_of, picture_bytes, png, private, text_of


async def test_a_saved_element_is_used_by_its_name(here: World) -> None:
    saved = await save(here, angle1=png(seed=2), angle3=png(seed=3))
    assert "Saved @bloxy" in saved
    assert f"{ENGLISH('count.pictures', count=3)} · {ENGLISH('element.reach.private')}" in saved
    await ask(here, prompt="@Bloxy lands beside @Image1", image1=png(seed=4))
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Element1 lands beside @Image1"
    [sent] = body["elements"]
    assert cdn(here, sent["frontal_image_url"]) == picture_bytes(1)
    assert [cdn(here, url) for url in sent["reference_image_urls"]] == [picture_bytes(2), picture_bytes(3)]
    board = await in_thread(here, saying("board.title"))
    assert "**@Element1 front**" in text_of(board)
    assert "bloxy-front" in str(alternative_texts(board))


async def test_a_video_of_a_saved_element_alone_needs_no_attachment(here: World) -> None:
    await save(here)
    await ask(here, prompt="a dance", image1=None, saved_element="bloxy")
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "a dance"
    assert len(body["elements"]) == 1


async def test_a_name_to_use_that_nobody_saved_is_refused(here: World) -> None:
    result = await ask(here, prompt="a dance @Image1", saved_element="nobody")
    assert ENGLISH("element.unknown", name="nobody") in answer(result)


async def test_a_name_without_room_is_refused_and_nothing_is_accepted(here: World) -> None:
    await save(here)
    images = {f"image{n}": png(seed=n) for n in range(1, 8)}
    assert "no room for @bloxy" in answer(await ask(here, prompt="@bloxy", **images))
    assert here.oxen.started == 0


@pytest.mark.slow
async def test_the_form_and_a_mention_know_the_names_too(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        await save(here)
        shown = await here.alice.slash(here.channel, "studio")
        await fill(here, shown, "@bloxy flies", None, None, None, ["5 16:9"])
        assert here.oxen.generations[await made(here)].body["prompt"] == "@Element1 flies"
        me = here.env.bot.user
        assert me is not None
        await here.alice.send(here.channel, f"<@{me.id}> @bloxy sleeps")
        body = here.oxen.generations[await made(here, 2)].body
        assert body["prompt"] == "@Element1 sleeps"
        assert cdn(here, body["elements"][0]["frontal_image_url"]) == picture_bytes(1)
        message = await here.alice.send(here.channel, "look", attachments=[png(seed=5)])
        shown = await here.alice.context_menu(here.channel, "Make a video from this", message)
        await fill(here, shown, "@bloxy and @Image1", ["5 1:1"])
        assert here.oxen.generations[await made(here, 3)].body["prompt"] == "@Element1 and @Image1"


async def test_a_mention_in_the_thread_goes_on_with_the_same_element_in_its_place(here: World) -> None:
    await save(here)
    await ask(here, prompt="@bloxy dances", image1=None)
    here.oxen.succeed(await made(here))
    await in_thread(here, saying("result.ready"))
    me, thread = here.env.bot.user, here.thread()
    assert me is not None
    assert thread is not None
    await here.alice.send(thread, f"<@{me.id}> now @bloxy sleeps")
    body = here.oxen.generations[await made(here, 2)].body
    assert body["prompt"] == "now @Element1 sleeps"
    assert len(body["elements"]) == 1


async def test_deleting_an_element_deletes_its_pictures_but_not_those_that_another_uses(
    tmp_path: Path, here: World
) -> None:
    await save(here, "bloxy", front=png(seed=1), angle1=png(seed=2))
    await save(here, "oxo", front=png(seed=2))
    assert pictures_in(tmp_path) == sorted([picture_bytes(1), picture_bytes(2)])
    assert await element(here, "delete", name="bloxy") == "Deleted @bloxy and its pictures."
    assert pictures_in(tmp_path) == [picture_bytes(2)]
    assert await element(here, "delete", name="OXO") == "Deleted @oxo and its pictures."
    assert pictures_in(tmp_path) == []


async def test_a_video_survives_that_its_element_is_deleted(tmp_path: Path, here: World) -> None:
    await save(here)
    await ask(here, prompt="@bloxy dances", image1=None)
    generation = await made(here)
    await element(here, "delete", name="bloxy")
    assert pictures_in(tmp_path) == []
    here.oxen.fail(generation, "too dark")
    message = await in_thread(here, saying("result.failed"))
    await here.alice.click(message, label=ENGLISH("button.run_again", seconds=5))
    body = here.oxen.generations[await made(here, 2)].body
    assert cdn(here, body["elements"][0]["frontal_image_url"]) == picture_bytes(1)


async def test_an_element_is_shown_with_its_pictures(here: World) -> None:
    await save(here, angle2=png(seed=2))
    result = await here.alice.slash(here.channel, "element show", name="bloxy")
    [shown] = [m for m in (result.response, *result.followups) if m is not None and m.attachments]
    assert shown.ephemeral
    assert "640 × 480" in text_of(shown)
    assert [cdn(here, file.url) for file in shown.attachments] == [picture_bytes(1), picture_bytes(2)]


async def test_an_element_can_have_another_name(here: World) -> None:
    await save(here, "bloxy")
    await save(here, "oxo")
    assert await element(here, "rename", name="bloxy", new_name="Rex") == "Renamed @bloxy to @Rex."
    assert await element(here, "rename", name="rex", new_name="REX") == "Renamed @Rex to @REX."
    assert ENGLISH("element.name_taken", name="Oxo") in await element(here, "rename", name="rex", new_name="Oxo")
    assert "no element @bloxy" in await element(here, "rename", name="bloxy", new_name="other")
    listed = await element(here, "list")
    assert "@REX" in listed
    assert "@oxo" in listed
    assert "bloxy" not in listed


async def test_what_cannot_be_saved_is_refused_with_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, max_saved_elements=1) as here:
        assert ENGLISH("element.name_reserved", name="element1") in await save(here, "element1")
        assert ENGLISH("picture.refused.unreadable", picture="angle1 (x.png)") in await save(
            here, angle1=("x.png", b"<html>" * 99)
        )
        assert pictures_in(tmp_path) == []
        await save(here, "bloxy")
        assert ENGLISH("element.name_taken", name="BLOXY") in await save(here, "BLOXY", front=png(seed=5))
        assert ENGLISH("element.too_many", count=1, limit=1) in await save(here, "other", front=png(seed=5))
        assert pictures_in(tmp_path) == [picture_bytes(1)]


async def test_a_shared_element_is_for_everybody_in_that_server_and_its_list_says_whose_it_is(here: World) -> None:
    bob = bob_in(here)
    assert ENGLISH("element.reach.shared") in await save(here, share=True)
    assert f"@bloxy · 1 picture · shared by <@{here.alice.id}>" in await element(here, "list", bob)
    assert f"shared by <@{here.alice.id}>" in await element(here, "show", bob, name="bloxy")
    [choice] = await bob.autocomplete(here.channel, "video", "saved_element", "blo")
    assert choice == {"name": "bloxy · shared by alice", "value": "bloxy"}
    question = private(await bob.slash(here.channel, "video", prompt="@bloxy dances"))
    await bob.click(question, label=ENGLISH("answer.use_it"))
    body = here.oxen.generations[await made(here)].body
    assert cdn(here, body["elements"][0]["frontal_image_url"]) == picture_bytes(1)
    assert "bloxy-front" in str(alternative_texts(await in_thread(here, saying("board.title"))))


async def test_only_its_owner_can_change_a_shared_element(here: World) -> None:
    bob = bob_in(here)
    await save(here, share=True)
    for refused in (
        await element(here, "delete", bob, name="bloxy"),
        await element(here, "rename", bob, name="bloxy", new_name="mine"),
    ):
        assert ENGLISH("element.not_owner", owner=User(here.alice.id), name="bloxy") in refused
    assert ENGLISH("element.name_shared", owner=User(here.alice.id), name="bloxy") in await save(
        here, who=bob, share=True
    )
    assert await bob.autocomplete(here.channel, "element delete", "name", "") == []


@pytest.mark.slow
async def test_ones_own_element_comes_before_one_that_is_shared(here: World) -> None:
    bob = bob_in(here)
    await save(here, share=True)
    await save(here, who=bob, front=png(seed=9))
    await bob.slash(here.channel, "video", prompt="@bloxy dances")
    body = here.oxen.generations[await made(here)].body
    assert cdn(here, body["elements"][0]["frontal_image_url"]) == picture_bytes(9)
    [choice] = await bob.autocomplete(here.channel, "video", "saved_element", "")
    assert choice["name"] == "bloxy"


async def test_an_element_is_not_shared_with_another_server_nor_where_it_is_private(here: World) -> None:
    bob = bob_in(here)
    other = here.env.create_guild("Elsewhere")
    there = other.create_text_channel("videos")
    bob_there, alice_there = other.add_member(bob.user), other.add_member(here.alice.user)
    await save(here, "bloxy", share=True)
    await save(here, "secret")
    assert "@secret" not in await element(here, "list", bob)
    assert ENGLISH("element.none") in await element(here, "list", bob_there, there)
    assert await bob_there.autocomplete(there, "video", "saved_element", "") == []
    refused = answer(await bob_there.slash(there, "video", prompt="@bloxy dances"))
    assert ENGLISH("refusal.no_pictures") in refused
    assert "@bloxy" in await element(here, "list", alice_there, there)


async def test_there_is_nobody_to_share_with_in_a_direct_message(here: World) -> None:
    alice, place = here.alice.user, here.alice.user.dm_channel
    refused = answer(await alice.slash("element save", name="bloxy", front=png(seed=1), share=True))
    assert ENGLISH("answer.element_share_in_dm") == refused
    saved = answer(await alice.slash("element save", name="bloxy", front=png(seed=1)))
    assert "Saved @bloxy" in saved
    assert place is not None
    await alice.slash("video", prompt="@bloxy dances")
    assert here.oxen.generations[await made(here)].body["prompt"] == "@Element1 dances"


async def test_files_that_nothing_uses_are_gone_after_the_start(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3.pictures").mkdir()
    (tmp_path / "bot.sqlite3.pictures" / f"{'0' * 64}.part").write_bytes(b"half written")
    async with world(tmp_path) as here:
        await save(here)
        assert pictures_in(tmp_path) == [picture_bytes(1)]


async def test_a_picture_that_was_mended_is_said_so(here: World) -> None:
    saved = await save(here, angle1=("small.png", picture_bytes(1, (250, 250))))
    assert f"angle1: {ENGLISH('picture.note.scaled_up', side=300)}" in saved


async def test_delete_my_data_deletes_saved_elements_and_their_files(tmp_path: Path, here: World) -> None:
    await save(here)
    await save(here, name="other", who=bob_in(here), front=png(seed=9))
    shown = await here.alice.slash(here.channel, "privacy")
    asked = await here.alice.click(shown.response, label="Delete my data")
    label = next(label for label in buttons_of(asked.response) if label != "Keep it")
    await here.alice.click(asked.response, label=label)
    assert pictures_in(tmp_path) == [picture_bytes(9)]
    assert "bloxy" not in await element(here, "list")
