"""Being asked first where a video would likely be wasted, and going on after a refusal without typing it all again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.messages import cdn, fill
from tests.cogs.prompts import TWO, asked
from tests.cogs.saved_elements import answer, save
from tests.cogs.videos import ask, in_thread, made
from tests.cogs.workbench import choose, edit, make, press
from tests.faults.harness import FaultPoint, harness
from tests.support import buttons_of, picture_bytes, png, private, text_of, usage_of


async def held(here: World) -> int:
    usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
    return usage.held + usage.used


async def test_a_prompt_that_names_none_of_its_pictures_is_asked_about_in_private_and_costs_nothing(
    here: World,
) -> None:
    question = await asked(here)
    assert saying("warning.none_used") in text_of(question)
    assert saying("common.cost.none_yet") in text_of(question)
    assert {"Make", "Edit prompt"} <= buttons_of(question).keys()
    await here.quiet()
    assert here.oxen.started == 0
    assert await held(here) == 0


async def test_it_is_made_anyway_once_however_often_that_is_pressed(here: World) -> None:
    question = await asked(here)
    card = await here.alice.click(question, label="Make")
    assert not card.ephemeral
    again = await here.alice.click(question, label="Make")
    assert again.ephemeral
    assert "Already started" in text_of(again.response)
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "a dance"
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    await here.quiet()
    assert here.oxen.started == 1
    assert await held(here) == 5


@pytest.mark.slow
async def test_a_picture_and_a_saved_element_that_are_not_named_can_be_made_anyway(here: World) -> None:
    await save(here)
    question = (await ask(here, prompt="a dance", saved_element="bloxy")).response
    assert "@Image1 and @Element1" in text_of(question)
    assert not (await make(here, await edit(here, question, "a waltz"))).ephemeral
    question = (await ask(here, prompt="a dance", saved_element="bloxy")).response
    assert not (await here.alice.click(question, label="Make")).ephemeral
    body = here.oxen.generations[await made(here, 2)].body
    assert len(body["elements"]) == 1


async def test_what_was_never_said_is_asked_after_an_edit_too(here: World) -> None:
    await save(here)
    refused = private(await ask(here, prompt="@bloxi beside @Image2"))
    assert "no picture in image2" in text_of(refused)
    edited = await edit(here, refused, "@bloxi beside @Image1")
    assert "no picture in image2" not in text_of(edited)
    assert "Did you mean @bloxy?" in text_of(edited)


@pytest.mark.slow
async def test_a_name_to_use_that_stands_for_nothing_is_left_out(here: World) -> None:
    await save(here)
    refused = private(await ask(here, prompt="@Image1 dances", saved_element="bloxi"))
    assert "There's no element @bloxi here" in text_of(refused)
    await make(here, await edit(here, refused, "@Image1 dances with @bloxy"))
    assert here.oxen.generations[await made(here)].body["prompt"] == "@Image1 dances with @Element1"


@pytest.mark.slow
async def test_editing_keeps_the_pictures_and_is_not_asked_about_the_same_again(here: World) -> None:
    question = await choose(here, await choose(here, await asked(here), "length", "10"), "shape", "1:1")
    form = await here.alice.click(question, label="Edit prompt")
    assert "a dance" in str(form.modal)
    assert not (await make(here, await edit(here, question, "a dance"))).ephemeral
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    assert body["duration"] == 10
    late = await here.alice.click(question, label="Make")
    assert "Already started" in text_of(late.response)


async def test_what_is_odd_but_harmless_is_made_at_once(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        assert not (await ask(here, prompt="a dance")).ephemeral
        assert not (await ask(here, prompt="@Image2 dances", **TWO)).ephemeral
        assert not (await ask(here, prompt="@Image1 and @bob", image1=png(seed=1))).ephemeral


async def test_a_saved_name_that_was_mistyped_is_asked_about(here: World) -> None:
    await save(here)
    question = private(await ask(here, prompt="@bloxi and @Image1"))
    assert "Did you mean @bloxy?" in text_of(question)
    await make(here, await press(here, question, "Use @bloxy"))
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Element1 and @Image1"


async def test_running_again_what_was_made_anyway_asks_nothing(here: World) -> None:
    await here.alice.click(await asked(here), label="Make")
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, saying("result.ready"))
    assert not (await here.alice.click(ready, label=ENGLISH("button.run_again", seconds=5))).ephemeral
    await made(here, 2)


async def test_a_form_and_a_command_on_a_message_ask_too(here: World) -> None:
    form = await here.alice.slash(here.channel, "studio")
    sent = await fill(here, form, "a dance", list(TWO.values()), None, None, ["5 16:9"])
    assert "Make" in buttons_of(sent.response)
    message = await here.alice.send(here.channel, "look", attachments=list(TWO.values()))
    form = await here.alice.context_menu(here.channel, "Make a video from this", message)
    sent = await fill(here, form, "a dance", ["5 1:1"])
    assert "Make" in buttons_of(sent.response)
    assert here.oxen.started == 0


async def test_a_refused_request_can_be_edited_without_typing_and_attaching_it_anew(here: World) -> None:
    refused = private(await ask(here, prompt="@Image3 beside @Image2", **TWO, element3_front=png(seed=3), duration=10))
    assert "Did you mean @Element3?" in text_of(refused)
    await make(here, await press(here, refused, "Use @Element3"))
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Element1 beside @Image2"
    assert body["duration"] == 10
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]
    assert cdn(here, body["elements"][0]["frontal_image_url"]) == picture_bytes(3)


async def test_a_prompt_that_is_too_long_can_be_shortened(here: World) -> None:
    refused = private(await ask(here, prompt="@Image1 " + "x" * 3_000))
    await make(here, await edit(here, refused, "@Image1 dances"))
    assert here.oxen.generations[await made(here)].body["prompt"] == "@Image1 dances"


async def test_an_edit_that_is_refused_can_be_edited_again(here: World) -> None:
    refused = private(await ask(here, prompt="@Image2"))
    refused = await edit(here, refused, "a second try at @Image4")
    assert "no picture in image4" in text_of(refused)
    form = await here.alice.click(refused, label="Edit prompt")
    assert "a second try at @Image4" in str(form.modal)


async def test_what_the_quota_refused_can_be_tried_again_when_there_is_room(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        await ask(here)
        generation = await made(here)
        refused = await ask(here, prompt="next, @Image1")
        assert list(buttons_of(refused.response)) == ["Make it when one is done", "Try again", "Edit"]
        for _ in range(2):
            still = await here.alice.click(refused.response, label="Try again")
            assert "The limit here is 1 at a time" in answer(still)
        here.oxen.fail(generation, "too dark")
        await in_thread(here, saying("result.failed"))
        assert not (await here.alice.click(refused.response, label="Try again")).ephemeral
        late = await here.alice.click(still.response, label="Try again")
        assert "Already started" in text_of(late.response)
        assert here.oxen.generations[await made(here, 2)].body["prompt"] == "next, @Image1"


async def test_a_question_and_its_buttons_survive_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=None) as there:
        async with there.bot(FaultPoint()):
            question = (await there.alice.slash(there.channel, "video", prompt="a dance", **TWO)).response
        async with there.bot(FaultPoint()):
            await there.alice.click(question, label="Make")
            await there.oxen.wait_for_generation(1)


async def test_after_a_day_a_question_is_over(tmp_path: Path) -> None:
    now = [datetime.now(UTC)]
    async with world(tmp_path, clock=lambda: now[0]) as here:
        question = await asked(here)
        now[0] += timedelta(hours=25)
        late = await here.alice.click(question, label="Make")
        assert saying("error.request_over") in text_of(late.response)
        late = await here.alice.click(question, label="Edit prompt")
        assert saying("error.request_over") in text_of(late.response)
        await here.parts.services.retention.reconcile()
        assert await here.parts.store.database.rows("SELECT * FROM pending_requests") == []


async def test_deleting_ones_data_deletes_what_was_not_made(here: World) -> None:
    question = await asked(here)
    await here.parts.services.retention.forget(here.alice.id)
    pressed = await here.alice.click(question, label="Make")
    assert saying("error.request_over") in text_of(pressed.response)
    assert await here.parts.store.database.rows("SELECT * FROM pending_requests") == []


@pytest.mark.slow
async def test_the_twenty_latest_are_kept(here: World) -> None:
    first = await asked(here)
    for _ in range(20):
        last = await asked(here)
    assert saying("error.request_over") in text_of((await here.alice.click(first, label="Edit prompt")).response)
    assert "a dance" in str((await here.alice.click(last, label="Edit prompt")).modal)


@pytest.mark.slow
async def test_pictures_of_a_draft_stay_while_a_question_waits(here: World) -> None:
    message = await here.alice.send(here.channel, "look", attachments=list(TWO.values()))
    draft = await here.alice.context_menu(here.channel, "Add to my next video", message)
    [shown] = [m for m in (draft.response, *draft.followups) if m is not None and buttons_of(m)]
    form = await here.alice.slash(here.channel, "studio")
    question = private(await fill(here, form, "a dance", None, None, None, ["5 1:1"]))
    await press(here, await press(here, shown, "Remove"), "Remove")
    await make(here, question)
    body = here.oxen.generations[await made(here)].body
    assert [cdn(here, url) for url in body["input_image"]] == [picture_bytes(1), picture_bytes(2)]


@pytest.mark.parametrize("prompt", ["*bold* @Imge1 `x`", "@_Imge1_"])
async def test_what_was_typed_breaks_no_question(here: World, prompt: str) -> None:
    result = await ask(here, prompt=prompt, **TWO)
    assert result.ephemeral
    assert "`" not in text_of(result.response).replace("\\`", "")
