"""``/quota`` and ``/videos``: private, and true."""

from pathlib import Path

import pytest

from cogs.ui.quota_cards import quota_bar
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.videos import ask, in_thread, made
from tests.support import choose, is_outcome, png, text_of


@pytest.mark.slow
async def test_quota_shows_what_is_left_held_and_used_in_private(here: World) -> None:
    fresh = await here.alice.slash(here.channel, "quota")
    assert fresh.ephemeral
    assert ENGLISH("quota_card.today", left=60, limit=60) in text_of(fresh.response)
    await ask(here, duration=10)
    generation = await made(here)
    held = text_of((await here.alice.slash(here.channel, "quota")).response)
    assert ENGLISH("quota_card.today", left=50, limit=60) in held
    assert ENGLISH("quota_card.standing_of", used=0, held=10, active=1, limit=2) in held
    assert "<t:" in held
    here.oxen.succeed(generation)
    await in_thread(here, saying("result.ready"))
    await here.ended()
    used = text_of((await here.alice.slash(here.channel, "quota")).response)
    assert ENGLISH("quota_card.standing_of", used=10, held=0, active=0, limit=2) in used


@pytest.mark.slow
async def test_a_refusal_says_what_is_left_and_when_there_is_more(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=9) as here:
        await ask(here)
        refused = await ask(here)
        assert refused.ephemeral
        assert "4 of 9\u00a0s left today (5\u00a0s reserved" in text_of(refused.response)
        assert ":R>" in text_of(refused.response)


@pytest.mark.slow
async def test_too_many_at_once_are_refused(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=1) as here:
        await ask(here)
        assert "The limit here is 1 at a time" in text_of((await ask(here)).response)


async def test_jobs_lists_ones_own_videos_in_private_with_their_state(here: World) -> None:
    empty = await here.alice.slash(here.channel, "videos")
    assert ENGLISH("videos.none") in text_of(empty.response)
    await ask(here, prompt="first @Image1")
    here.oxen.fail(await made(here), "too dark")
    await in_thread(here, saying("result.failed"))
    await ask(here, prompt="second @Image1", image1=png())
    await made(here, 2)
    listed = await here.alice.slash(here.channel, "videos")
    assert listed.ephemeral
    text = text_of(listed.response)
    assert text.index("second") < text.index("first")
    assert "too dark" in text
    bob = here.guild.add_member(here.env.create_user("bob"))
    assert ENGLISH("videos.none") in text_of((await bob.slash(here.channel, "videos")).response)


async def test_the_button_under_a_result_lists_the_clickers_own_videos(here: World) -> None:
    await ask(here)
    here.oxen.succeed(await made(here))
    message = await in_thread(here, saying("result.ready"))
    assert is_outcome(message)
    answer = await choose(here.alice, message, "videos")
    assert answer.ephemeral
    assert "**Your videos**" in text_of(answer.response)


@pytest.mark.parametrize(
    ("used", "held", "bar"),
    [
        (0, 0, "██████████"),
        (1, 1, "████████▓░"),
        (30, 30, "▓▓▓▓▓░░░░░"),
        (60, 0, "░░░░░░░░░░"),
        (59, 1, "░░░░░░░░░░"),
        (90, 30, "░░░░░░░░░░"),
    ],
)
def test_the_bar_shows_left_reserved_and_used_at_a_glance(used: int, held: int, bar: str) -> None:
    assert quota_bar(60, used, held, width=10) == bar
