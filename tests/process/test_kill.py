"""A real ``kill -9`` around every point where something is promised, paid or sent."""

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.discord import Hold
from sandbox.texts import saying
from tests.process.harness import Harness, harness

DONE = saying("card.done")
POST = ("POST", "/api/ai/queue")


def thread_messages(here: Harness) -> str:
    [thread] = here.discord.threads(here.channel)
    return f"/channels/{thread.id}/messages"


async def sending(here: Harness, *, after_effect: bool) -> Hold:
    """A video that is being sent and held there, before or after Discord has it."""
    await here.ask()
    generation = await here.made()
    hold = here.discord.faults.hold("POST", thread_messages(here), after_effect=after_effect)
    here.oxen.succeed(generation)
    await hold.reached()
    return hold


async def settled(here: Harness, *, charged: bool) -> None:
    """One outcome, one generation at most, books that add up; and no mistake was made on the way."""
    assert len(here.outcomes()) == 1
    assert here.oxen.started <= 1
    assert here.ledger() == {"reserve": 5, ("settle" if charged else "release"): 5}
    assert here.discord.mistakes == []


async def finish(here: Harness) -> None:
    """A bot that starts again and sees it through."""
    async with here.bot() as bot:
        if here.oxen.started == 0:
            await here.made()
        for generation in list(here.oxen.generations.values()):
            if generation.status.active:
                here.oxen.succeed(generation.id)
        assert saying("result.ready") in (await here.outcome()).text
        await here.discord.wait_for(lambda: any(DONE in m.text for m in here.discord.messages(here.channel)))
        assert await bot.stop() == 0


async def test_killed_before_the_answer_the_user_is_told_and_not_charged(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        hold = here.discord.faults.hold("POST", "/interactions/*/*/callback", after_effect=False)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.drop()
        async with here.bot() as bot:
            outcome = await here.outcome()
            assert "interrupted before I could answer" in outcome.text
            assert saying("result.returned") in outcome.text
            assert await bot.stop() == 0
        await settled(here, charged=False)
        assert here.oxen.started == 0


async def test_killed_right_after_the_answer_the_video_still_comes(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        hold = here.discord.faults.hold("POST", "/interactions/*/*/callback", after_effect=True)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.drop()
        await finish(here)
        await settled(here, charged=True)
        assert len(here.discord.threads(here.channel)) == 1


async def test_killed_before_oxen_hears_of_it_it_is_asked_once(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.oxen.faults.lose(*POST, after_effect=False)
        hold = here.oxen.faults.hold("GET", "/api/ai/queue", after_effect=False)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.release()
        await finish(here)
        await settled(here, charged=True)


async def test_killed_before_the_answer_of_oxen_the_generation_is_found_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        hold = here.oxen.faults.hold(*POST, after_effect=True)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.release()
        await finish(here)
        await settled(here, charged=True)
        assert here.oxen.started == 1


async def test_killed_before_the_answer_of_oxen_it_is_looked_for_where_it_was_sent(tmp_path: Path) -> None:
    async with harness(tmp_path, OXEN_TARGET_NAMESPACE="studio") as here:
        hold = here.oxen.faults.hold(*POST, after_effect=True)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.release()
        here.settings["OXEN_TARGET_NAMESPACE"] = "elsewhere"
        await finish(here)
        await settled(here, charged=True)
        assert here.oxen.started == 1


async def test_a_request_that_is_sent_once_more_is_sent_where_it_was_meant_to_go(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.oxen.faults.lose(*POST, after_effect=False)
        hold = here.oxen.faults.hold("GET", "/api/ai/queue", after_effect=False)
        async with here.bot() as bot:
            await here.ask()
            await hold.reached()
            await bot.kill()
            hold.release()
        here.settings["OXEN_TARGET_NAMESPACE"] = "elsewhere"
        await finish(here)
        assert "target_namespace" not in next(iter(here.oxen.generations.values())).body


async def test_killed_while_it_waits_the_video_is_delivered_by_the_next_process(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await here.ask()
            generation = await here.made()
            await bot.kill()
        here.oxen.succeed(generation)
        await finish(here)
        await settled(here, charged=True)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before it is sent", "after it is sent"])
async def test_killed_around_the_sending_the_video_is_there_once(tmp_path: Path, *, after_effect: bool) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            hold = await sending(here, after_effect=after_effect)
            await bot.kill()
            hold.drop()
        await finish(here)
        await settled(here, charged=True)


async def test_nothing_is_left_behind_on_the_disk_by_a_kill_while_fetching(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        stall = here.oxen.faults.result.stall(after_bytes=500)
        async with here.bot() as bot:
            await here.ask()
            here.oxen.succeed(await here.made())
            await stall.reached()
            await bot.kill()
            stall.release()
        await finish(here)
        assert list((tmp_path / "data" / "bot.sqlite3.work").iterdir()) == []


async def test_sigterm_finishes_what_is_being_sent_and_ends_with_status_0(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            hold = await sending(here, after_effect=False)
            bot.terminate()
            await bot.wrote("Stopping")
            hold.release()
            assert await bot.exited() == 0
        assert saying("result.ready") in (await here.outcome()).text
        await settled(here, charged=True)


async def test_sigterm_leaves_what_waits_to_the_next_start(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await here.ask()
            await here.made()
            assert await bot.stop() == 0
        assert here.outcomes() == []
        assert here.ledger() == {"reserve": 5}
        await finish(here)
        await settled(here, charged=True)


async def test_buttons_on_old_messages_work_after_a_restart(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            asked = await here.ask()
            await asked.answered()
            await here.made()
            await bot.kill()
        async with here.bot() as bot:
            await here.discord.click(asked.original, "Cancel", here.alice)
            assert saying("result.canceled") in (await here.outcome()).text
            assert await bot.stop() == 0
        await settled(here, charged=False)


async def test_a_message_is_looked_for_only_once_discord_has_let_the_bot_in(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            hold = await sending(here, after_effect=True)
            await bot.kill()
            hold.drop()
        here.discord.advance(timedelta(hours=1))  # no nonce holds that long
        here.discord.faults.lose("GET", "/users/@me", times=2, after_effect=False)
        await finish(here)
        await settled(here, charged=True)
