"""Cards that cannot be edited, or only slowly: they hold up no job, and are made right in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.discord.limits import Limits
from sandbox.texts import saying
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

DONE = saying("card.done")


def card(here: Harness) -> str:
    """What the first card says."""
    return str(here.discord.messages(here.channel)[0].text)


async def test_an_edit_that_never_ends_holds_up_neither_its_own_job_nor_another(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        hold = here.discord.faults.hold("PATCH", "/channels/*/messages/*")
        await here.ask()
        first = await here.made()
        await hold.reached()
        await here.ask("The ox of @Image1 sings")
        here.oxen.succeed(await here.made(2))
        here.oxen.succeed(first)
        await here.discord.wait_for(lambda: len(here.outcomes()) == 2)
        hold.release()


async def test_while_one_card_of_a_channel_is_edited_no_other_is(tmp_path: Path) -> None:
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="3") as here, here.bot():
        hold = here.discord.faults.hold("PATCH", "/channels/*/messages/*")
        for number in (1, 2, 3):
            await here.ask()
            await here.made(number)
        await hold.reached()
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        await here.discord.wait_for(lambda: len(here.outcomes()) == 3)
        assert len([r for r in here.discord.requests if r.method == "PATCH"]) <= 1
        hold.release()
        await here.discord.wait_for(lambda: sum(DONE in m.text for m in here.discord.messages(here.channel)) == 3)


async def test_a_discord_that_takes_no_edits_for_a_while_has_the_card_edited_later(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.discord.faults.lose("PATCH", "/channels/*/messages/*", times=20)
        await here.ask()
        here.oxen.succeed(await here.made())
        await here.outcome()
        await here.discord.wait_for(lambda: DONE in card(here), timeout=60)


async def test_a_card_that_was_deleted_is_not_edited_again_and_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        generation = await here.made()
        [message] = here.discord.messages(here.channel)
        here.discord.delete(message)
        here.oxen.succeed(generation)
        await here.outcome()
        await here.ask("The ox of @Image1 sings")
        here.oxen.succeed(await here.made(2))
        await here.discord.wait_for(lambda: DONE in card(here))
        edits = [r for r in here.discord.requests if r.method == "PATCH" and r.path.endswith(f"/{message.id}")]
        assert len(edits) <= 2


async def test_a_card_that_a_kill_left_behind_is_made_right_by_the_next_process(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await here.ask()
            generation = await here.made()
            hold = here.discord.faults.hold("PATCH", "/channels/*/messages/*")
            here.oxen.succeed(generation)
            await here.outcome()
            await bot.wrote("delivering → delivered")
            await bot.kill()
            hold.drop()
        assert DONE not in card(here)
        async with here.bot():
            await here.discord.wait_for(lambda: DONE in card(here))


async def test_a_stop_right_after_the_video_still_shows_that_it_is_done(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot(quick=False) as bot:
        hold = here.discord.faults.hold("POST", "/channels/*/messages")
        await here.ask()
        await hold.reached()
        hold.release()
        hold = here.discord.faults.hold("POST", "/channels/*/messages")
        here.oxen.succeed(await here.made())
        await hold.reached()
        bot.terminate()
        await bot.wrote("Stopping")
        hold.release()
        assert await bot.exited() == 0
        assert DONE in card(here)


MANY = 47
GENEROUS: dict[str, Any] = {
    "MAX_ACTIVE_JOBS_PER_USER": "99",
    "QUOTA_DAILY_SECONDS": "9999",
    "BUDGET_USD_PER_DAY": "none",
    "MAX_DAILY_SECONDS_PER_USER": "9999",
    "MAX_COMMANDS_PER_MINUTE": "9999",
}


async def test_more_videos_than_a_channel_takes_threads_wait_for_no_thread(tmp_path: Path) -> None:
    async with harness(tmp_path, **GENEROUS) as here, here.bot():
        for _ in range(MANY):
            await here.ask()
        await here.oxen.wait_for_generation(MANY, timeout=120.0)
        threads = here.discord.threads(here.channel)
        assert 40 <= len(threads) < MANY
        boards = [m for m in here.discord.messages(here.channel) if saying("board.title") in m.text]
        assert len(boards) == MANY - len(threads)
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        await here.discord.wait_for(lambda: len(here.outcomes()) == MANY, timeout=120.0)
        assert [r for r in here.discord.requests if r.status == 429] == []


async def test_where_discord_names_no_limits_every_video_has_its_thread(tmp_path: Path) -> None:
    limits = Limits(rate_limited=False, identify_seconds=0.0)
    async with harness(tmp_path, limits=limits, **GENEROUS) as here, here.bot():
        for _ in range(MANY):
            await here.ask()
        await here.oxen.wait_for_generation(MANY, timeout=60.0)
        assert len(here.discord.threads(here.channel)) == MANY
