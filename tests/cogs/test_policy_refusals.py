"""What Oxen's content policy refused says what it was, and is never sent again as it was, whoever tries and however."""

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.videos import FAILED, READY, ask, in_thread, made, told
from tests.cogs.workbench import edit, press
from tests.support import buttons_of, png, private, text_of

RUN_AGAIN = ENGLISH("button.run_again", seconds=5)
PROMPT = "@Image1 dances with @Image2"
OF_PROMPT = '[{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}]'
OF_SECOND = '[{"loc": ["body", "input_image", 1], "msg": "flagged", "type": "content_policy_violation"}]'
UNCHANGED = "refused before, just as it is"
PICTURES: dict[str, Any] = {"image1": png("ox.png", 1), "image2": png("bird.png", 2)}


async def refused(here: World, said: str = OF_PROMPT, **options: Any) -> Any:
    """Alice's request, once Oxen has refused it."""
    await ask(here, **{"prompt": PROMPT, **PICTURES, **options})
    here.oxen.fail(await made(here), said)
    return await in_thread(here, FAILED)


@pytest.mark.parametrize(
    ("said", "told_as"),
    [(OF_PROMPT, "doesn't allow this prompt"), (OF_SECOND, "doesn't allow @Image2 (bird.png)")],
)
async def test_a_refusal_says_what_was_refused_and_offers_no_second_try_of_the_same(
    here: World, said: str, told_as: str
) -> None:
    message = await refused(here, said)
    assert told_as in text_of(message).replace("\\", "")
    assert RUN_AGAIN not in buttons_of(message)
    assert "Edit" in buttons_of(message)


@pytest.mark.slow
async def test_the_same_request_is_refused_at_once_in_a_command_a_form_and_a_mention(
    tmp_path: Path, here: World
) -> None:
    message = await refused(here)
    again = await ask(here, **{"prompt": f" {PROMPT}  ", **PICTURES})
    assert UNCHANGED in text_of(private(again))
    panel = private(await here.alice.click(message, label="Edit"))
    assert UNCHANGED in text_of(await press(here, await edit(here, panel, PROMPT), "Make"))
    me = here.env.bot.user
    assert me is not None
    bob = here.guild.add_member(here.env.create_user("bob"))
    await bob.send(here.channel, f"<@{me.id}> {PROMPT}", attachments=list(PICTURES.values()))
    await here.until(lambda: told(here, here.channel, UNCHANGED))
    assert here.oxen.started == 1
    assert rows(tmp_path, "SELECT count(*) FROM jobs") == [(1,)]


async def test_a_changed_prompt_or_picture_may_be_tried(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        await refused(here)
        await ask(here, **{"prompt": f"{PROMPT} slowly", **PICTURES})
        await made(here, 2)
        await ask(here, **{"prompt": PROMPT, **PICTURES, "image2": png("cat.png", 3)})
        await made(here, 3)


async def test_a_failure_for_another_reason_may_be_tried_again(here: World) -> None:
    message = await refused(here, "generation_timeout")
    await here.alice.click(message, label=RUN_AGAIN)
    await made(here, 2)


@pytest.mark.slow
async def test_a_press_that_comes_although_the_button_is_not_there_is_refused(here: World) -> None:
    await ask(here, **{"prompt": PROMPT, **PICTURES})
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, READY)
    await ask(here, **{"prompt": PROMPT, **PICTURES})
    here.oxen.fail(await made(here, 2), OF_PROMPT)
    await here.until(lambda: any(FAILED in text_of(m) for t in here.channel.threads for m in t.history()))
    assert UNCHANGED in text_of(private(await here.alice.click(ready, label=RUN_AGAIN)))
    assert here.oxen.started == 2
