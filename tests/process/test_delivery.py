"""Where a video goes when its thread is not what it was; and what becomes of ends that nobody announces."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Permission, Upload
from sandbox.texts import saying
from tests.process.harness import Harness, harness
from tests.support import picture_bytes, unreadable_video

DONE = saying("card.done")
SEND_HERE = saying("button.send_here")
QUEUE = "/api/ai/queue"
MIB = 1024 * 1024


async def thread_with_references(here: Harness) -> Any:
    """The thread of the first request, once Oxen has it."""
    await here.made()
    [thread] = here.discord.threads(here.channel)
    return thread


async def finish(here: Harness) -> Any:
    """Let Oxen finish; the message that tells it."""
    here.oxen.succeed(await here.made())
    outcome = await here.outcome()
    assert saying("result.ready") in outcome.text
    return outcome


async def test_an_archived_thread_is_revived(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        here.discord.archive(thread)
        await finish(here)
        assert here.outcomes()[0] in here.discord.messages(thread)


async def test_when_the_thread_is_locked_the_video_is_a_reply_in_the_channel(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        here.discord.archive(thread, locked=True)
        assert await finish(here) in here.discord.messages(here.channel)


async def test_when_the_thread_is_gone_the_video_is_a_reply_in_the_channel(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        here.discord.delete(await thread_with_references(here))
        assert await finish(here) in here.discord.messages(here.channel)


async def test_when_the_channel_is_closed_to_the_bot_the_video_comes_as_a_direct_message(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        await thread_with_references(here)
        here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
        assert await finish(here) in here.discord.messages(here.discord.direct(here.alice))


async def test_a_video_that_no_place_takes_is_kept_and_sent_where_its_owner_asks(tmp_path: Path) -> None:
    async with harness(tmp_path, MAX_COMMANDS_PER_MINUTE="10000") as here, here.bot():
        await here.ask()
        await thread_with_references(here)
        other = here.discord.add_channel(next(iter(here.discord.world.guilds.values())), "elsewhere")
        here.alice.accepts_messages = False
        here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
        here.oxen.succeed(await here.made())
        listed: Any = None
        while listed is None or SEND_HERE not in str(listed.message.buttons):
            asked = await here.discord.slash(other, here.alice, "videos", {})
            listed = await asked.answered()
        assert listed.ephemeral
        assert here.ledger() == {"reserve": 5}
        await here.discord.click(listed.message, SEND_HERE, here.alice)
        await here.discord.wait_for(lambda: any(m.attachments for m in here.discord.messages(other)))
        [video] = [m for m in here.discord.messages(other) if m.attachments]
        assert saying("result.ready") in video.text
        quota = await here.discord.slash(other, here.alice, "quota", {})
        await quota.answered()
        while here.ledger() != {"reserve": 5, "settle": 5}:
            await (await here.discord.slash(other, here.alice, "quota", {})).answered()


async def test_a_video_sent_again_in_direct_messages_goes_by_their_limit_not_by_the_servers(tmp_path: Path) -> None:
    async with harness(tmp_path, MAX_COMMANDS_PER_MINUTE="10000") as here:
        guild = next(iter(here.discord.world.guilds.values()))
        guild.premium_tier, guild.upload_limit = 2, 50 * MIB
        here.oxen.faults.result.replace(unreadable_video(22 * MIB), "video/mp4", times=None)
        here.alice.accepts_messages = False
        direct = here.discord.direct(here.alice)
        async with here.bot():
            asked = await here.ask()
            await thread_with_references(here)
            here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
            here.oxen.succeed(await here.made())
            listed: Any = None
            while listed is None or SEND_HERE not in str(listed.message.buttons):
                listed = await (await here.discord.slash(direct, here.alice, "videos", {})).answered()
            here.discord.allow(here.channel, Permission.VIEW_CHANNEL)
            here.alice.accepts_messages = True
            await here.discord.click(listed.message, SEND_HERE, here.alice)
            assert await here.outcome() in here.discord.messages(direct)
            await here.discord.wait_for(lambda: DONE in asked.original.text)
            assert f"/channels/@me/{direct.id}/" in asked.original.text
            assert [request.path for request in here.discord.requests if request.code == 40005] == []


async def test_a_discord_that_loses_the_connection_gets_the_video_once(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        path = f"/channels/{thread.id}/messages"
        here.discord.faults.lose("POST", path, times=1, after_effect=True)
        here.discord.faults.lose("POST", path, times=2, after_effect=False)
        await finish(here)
        await here.discord.wait_for(lambda: any(DONE in m.text for m in here.discord.messages(here.channel)))
        assert len(here.outcomes()) == 1


async def test_a_link_that_expired_is_fetched_anew(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        await thread_with_references(here)
        here.oxen.faults.result.refuse(403)
        assert (await finish(here)).attachments


async def test_what_is_no_video_is_not_delivered_as_one_but_kept(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        here.oxen.faults.result.replace(b"<html>sorry</html>", times=None)
        here.oxen.succeed(await here.made())
        await here.discord.wait_for(lambda: SEND_HERE in str(here.discord.messages(thread)[-1].buttons))
        assert "its file didn't open" in here.discord.messages(thread)[-1].text
        assert here.outcomes() == []
        assert here.ledger() == {"reserve": 5}


async def test_a_generation_cancelled_elsewhere_is_told_and_not_charged(tmp_path: Path) -> None:
    async with harness(tmp_path, RECONCILE_SECONDS="0.2") as here, here.bot():
        await here.ask()
        here.oxen.cancel_elsewhere(await here.made())
        outcome = await here.outcome()
        assert saying("reason.canceled_at_oxen") in outcome.text
        assert saying("result.returned") in outcome.text


async def test_a_generation_that_vanished_is_told_and_not_charged(tmp_path: Path) -> None:
    async with harness(tmp_path, RECONCILE_SECONDS="0.2") as here, here.bot():
        await here.ask()
        here.oxen.vanish(await here.made())
        outcome = await here.outcome()
        assert saying("reason.oxen_lost_it") in outcome.text
        assert saying("result.returned") in outcome.text


async def test_an_end_that_no_event_tells_is_found_by_the_sweep(tmp_path: Path) -> None:
    async with harness(tmp_path, RECONCILE_SECONDS="0.2") as here, here.bot():
        await here.ask()
        here.oxen.succeed(await here.made(), announce=False)
        assert saying("result.ready") in (await here.outcome()).text


async def test_a_generation_that_takes_too_long_is_stopped_told_and_not_charged(tmp_path: Path) -> None:
    async with harness(tmp_path, RECONCILE_SECONDS="0.2", JOB_TIMEOUT_SECONDS="4") as here, here.bot():
        await here.ask()
        generation = await here.made()
        outcome = await here.outcome()
        assert saying("reason.timed_out") in outcome.text
        assert saying("result.returned") in outcome.text
        assert here.oxen.generations[generation].status == "cancelled"


@pytest.mark.exhaustive
async def test_a_video_finished_after_its_job_was_released_is_withheld(tmp_path: Path) -> None:
    async with harness(tmp_path, RECONCILE_SECONDS="0.2", JOB_TIMEOUT_SECONDS="4") as here, here.bot() as bot:
        await here.ask()
        generation = await here.made()
        here.oxen.faults.refuse("DELETE", f"{QUEUE}/*", 500, times=None)
        outcome = await here.outcome()
        assert saying("reason.cancel_unreachable") in outcome.text
        here.oxen.succeed(generation)
        await bot.wrote("it is withheld")
        assert here.outcomes() == [outcome]
        assert here.ledger() == {"reserve": 5, "release": 5}


async def test_oxen_that_asks_to_wait_is_asked_again_as_told(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.oxen.faults.refuse("POST", QUEUE, 429, headers={"Retry-After": "0"}, times=3)
        await here.ask()
        await finish(here)
        assert here.oxen.started == 1


async def test_an_answer_that_cannot_be_read_is_looked_for_not_repeated(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.oxen.faults.garble("POST", QUEUE)
        await here.ask()
        await finish(here)
        assert here.oxen.started == 1


async def test_a_5xx_that_took_effect_is_not_paid_twice(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.oxen.faults.refuse("POST", QUEUE, 502, after_effect=True)
        here.oxen.faults.refuse("GET", QUEUE, 503, times=2)
        await here.ask()
        await finish(here)
        assert here.oxen.started == 1


async def test_an_error_beside_an_empty_list_is_told_as_the_refusal_that_it_is(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.oxen.faults.empty_with_error("The model is over capacity")
        await here.ask()
        outcome = await here.outcome()
        assert "The model is over capacity" in outcome.text
        assert saying("result.returned") in outcome.text


async def test_when_the_thread_takes_no_message_everything_goes_on_in_the_channel(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.discord.deny(here.channel, Permission.SEND_MESSAGES_IN_THREADS)
        await here.ask()
        await finish(here)
        assert here.outcomes()[0] in here.discord.messages(here.channel)
        assert here.discord.mistakes == []


async def test_a_thread_that_refuses_the_message_as_such_leaves_it_to_the_channel(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        here.discord.faults.refuse("POST", f"/channels/{thread.id}/messages", 400, times=100)
        assert await finish(here) in here.discord.messages(here.channel)
        assert len(here.oxen.downloads) == 1


async def test_a_video_that_every_place_refuses_is_fetched_once_and_kept(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        asked = await here.ask()
        await thread_with_references(here)
        here.discord.faults.refuse("POST", "/channels/*/messages", 400, times=100)
        here.oxen.succeed(await here.made())
        await here.discord.wait_for(lambda: saying("card.kept") in asked.original.text)
        assert len(here.oxen.downloads) == 1
        assert here.ledger() == {"reserve": 5}
        assert "Traceback" not in bot.output


@pytest.mark.parametrize("status", [400, 413])
async def test_a_failure_that_no_place_takes_is_logged_once_and_no_more_is_tried(tmp_path: Path, status: int) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        asked = await here.ask()
        await thread_with_references(here)
        here.discord.faults.refuse("POST", "/channels/*/messages", status, times=100)
        here.oxen.fail(await here.made(), "too dark")
        await bot.wrote("could not be told anywhere")
        await here.discord.wait_for(lambda: "too dark" in asked.original.text)
        assert bot.output.count("could not be told anywhere") == 1
        assert "Traceback" not in bot.output
        assert here.ledger() == {"reserve": 5, "release": 5}
        assert here.job()["outcome_message_id"] == 0


@pytest.mark.parametrize("lost", [False, True])
async def test_a_mention_whose_card_discord_does_not_take_at_once_is_made_all_the_same(
    tmp_path: Path, lost: bool
) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot() as bot:
        here.discord.faults.refuse("POST", "/channels/*/messages", 503, after_effect=lost)
        ox = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        here.discord.say(here.channel, here.alice, f"<@{here.discord.bot.id}> The ox of @Image1 dances", [ox])
        assert saying("result.ready") in (await here.outcome()).text
        [thread] = here.discord.threads(here.channel)
        await here.discord.wait_for(lambda: any(DONE in m.text for m in here.discord.messages(thread)))
        assert await bot.stop() == 0
        said = [m.text for m in here.discord.messages(thread)]
        assert len([text for text in said if DONE in text]) == 1
        assert not any("Something went wrong" in text for text in said)
        assert here.ledger() == {"reserve": 5, "settle": 5}


async def test_uploads_that_take_long_hold_up_no_other_request(tmp_path: Path) -> None:
    at_once = 16
    async with harness(tmp_path, MAX_ACTIVE_JOBS_PER_USER="100", QUOTA_DAILY_SECONDS="900") as here, here.bot():
        here.discord.limits.rate_limited = False
        for number in range(1, at_once + 1):
            await here.ask()
            await here.made(number)
        holds = [here.discord.faults.hold("POST", "/channels/*/messages") for _ in range(at_once)]
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        for hold in holds:
            await hold.reached()
        await here.ask()
        await here.made(at_once + 1)
        for hold in holds:
            hold.release()
        await here.discord.wait_for(lambda: len(here.outcomes()) == at_once)


async def test_a_server_that_refused_a_tiny_video_once_gets_the_next_one_as_a_video(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        thread = await thread_with_references(here)
        here.discord.faults.refuse("POST", f"/channels/{thread.id}/messages", 413)
        first = await finish(here)
        assert "Open video" in first.text
        await here.discord.wait_for(lambda: here.ledger() == {"reserve": 5, "settle": 5})
        await here.ask("The ox of @Image1 sleeps")
        here.oxen.succeed(await here.made(2))
        await here.discord.wait_for(lambda: len(here.outcomes()) == 2)
        [second] = [outcome for outcome in here.outcomes() if outcome.id != first.id]
        assert "Open video" not in second.text


async def test_a_discord_that_opens_no_thread_for_too_long_ends_the_job_uncharged(tmp_path: Path) -> None:
    async with harness(tmp_path, JOB_TIMEOUT_SECONDS="1") as here, here.bot():
        here.discord.faults.refuse("POST", "/channels/*/messages/*/threads", 503, times=1_000_000)
        await here.ask()
        outcome = await here.outcome()
        assert saying("reason.discord_unreachable") in outcome.text
        assert here.ledger() == {"reserve": 5, "release": 5}
        assert not here.oxen.generations


@pytest.mark.exhaustive
async def test_while_discord_takes_nothing_only_so_many_videos_lie_on_the_disk(tmp_path: Path) -> None:
    generous = harness(
        tmp_path,
        MAX_ACTIVE_JOBS_PER_USER="99",
        QUOTA_DAILY_SECONDS="9999",
        MAX_COMMANDS_PER_MINUTE="9999",
        BUDGET_USD_PER_DAY="none",
        MAX_DAILY_SECONDS_PER_USER="9999",
    )
    async with generous as here, here.bot():
        here.discord.limits.rate_limited = False
        for number in range(1, 71):
            await here.ask()
            await here.made(number)
        holds = [here.discord.faults.hold("POST", "/channels/*/messages") for _ in range(80)]
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        await here.oxen.wait_for_download(64)
        with pytest.raises(TimeoutError):
            await here.oxen.wait_for_download(65, timeout=1.0)
        assert len(list((tmp_path / "data" / "bot.sqlite3.work").glob("*-original.mp4"))) <= 64
        for hold in holds:
            hold.release()
        await here.discord.wait_for(lambda: len(here.outcomes()) == 70, timeout=60.0)  # few at a time in the channel
