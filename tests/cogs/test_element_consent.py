"""What somebody else shares comes into a paid video only after its user agreed to it, by its owner's name."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.saved_element import checked_name
from bot.errors import RequestError
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.saved_elements import bob_in, element, save
from tests.cogs.videos import made, told
from tests.support import buttons_of, png, private, text_of

PROMPT = "@bloxy dances"


async def shared(here: World, seed: int = 1) -> Any:
    """Bob, in a server where alice shares an element."""
    await save(here, "bloxy", share=True, front=png(seed=seed))
    return bob_in(here)


async def asks(who: Any, here: World, prompt: str = PROMPT, **options: Any) -> Any:
    return await who.slash(here.channel, "video", prompt=prompt, **options)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"saved_element": "bloxy", "prompt": "@Element1 dances"}])
async def test_its_user_is_asked_by_the_owners_name_once_and_nothing_is_paid_before(
    tmp_path: Path, options: dict[str, str]
) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        bob = await shared(here)
        question = private(await asks(bob, here, **options))
        assert f"@bloxy is shared by <@{here.alice.id}>" in text_of(question)
        assert here.oxen.started == 0
        assert rows(tmp_path, "SELECT count(*) FROM ledger") == [(0,)]
        await bob.click(question, label="Use it")
        await made(here)
        await asks(bob, here, **options)
        await made(here, 2)


async def test_its_owner_is_never_asked(here: World) -> None:
    await shared(here)
    await asks(here.alice, here)
    await made(here)


async def test_a_mention_asks_too_and_nobody_else_can_answer_for_its_user(here: World) -> None:
    bob = await shared(here)
    me = here.env.bot.user
    assert me is not None
    await bob.send(here.channel, f"<@{me.id}> {PROMPT}")
    question = await here.until(lambda: told(here, here.channel, "is shared by"))
    assert here.channel.threads == []
    assert "Use it" in buttons_of(question)
    await here.alice.click(question, label="Use it")
    await here.quiet()
    assert here.oxen.started == 0
    await bob.click(question, label="Use it")
    await made(here)


async def test_an_element_that_was_swapped_since_is_asked_about_anew(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        bob = await shared(here)
        question = private(await asks(bob, here))
        await element(here, "delete", name="bloxy")
        await save(here, "bloxy", share=True, front=png(seed=9))
        again = private(await bob.click(question, label="Use it"))
        assert "is shared by" in text_of(again)
        assert here.oxen.started == 0
        await bob.click(again, label="Use it")
        await made(here)


async def test_agreeing_to_a_doubtful_prompt_agrees_to_no_element(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=5) as here:
        bob = await shared(here)
        await asks(bob, here)
        doubt = private(await asks(bob, here, "they dance", image1=png(seed=4), image2=png(seed=5)))
        await bob.click(doubt, label="Make")
        await made(here)
        assert "is shared by" in text_of(private(await asks(bob, here)))


@pytest.mark.parametrize("name", ["bl\u043exy", "\u0430lice", "ox牛", "αlpha", "Марина_x"])
def test_a_name_of_mixed_scripts_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="name_mixed"):
        checked_name(name)


@pytest.mark.parametrize("name", ["bloxy-2", "牛くん", "ソ連の牛", "소牛", "вол", "ثور", "Ｂｌｏｘｙ", "bœuf"])
def test_a_name_of_one_language_is_not(name: str) -> None:
    assert checked_name(name)
