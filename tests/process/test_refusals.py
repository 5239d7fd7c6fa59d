"""What Discord refuses for its words or its size, over real sockets and across a restart."""

from pathlib import Path

import pytest

from sandbox.oxen import pad_mp4, tiny_clip
from sandbox.texts import saying
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

MIB = 1024 * 1024
REFUSED = {"message": "Title was blocked by automatic moderation", "code": 200001}


def too_large(here: Harness) -> int:
    """How many requests were refused for their size."""
    return sum(request.code == 40005 for request in here.discord.requests)


async def test_refused_words_stay_out_of_every_message_after_a_crash(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            here.discord.faults.refuse("POST", "/channels/*/messages/*/threads", 400, REFUSED)
            asked = await here.ask("The forbidden ox of @Image1")
            generation = await here.made()
            await here.discord.wait_for(lambda: saying("card.making") in asked.original.text)
            await bot.kill()
        async with here.bot():
            here.oxen.succeed(generation)
            outcome = await here.outcome()
            await here.discord.wait_for(lambda: saying("card.done") in asked.original.text)
        [thread] = here.discord.threads(here.channel)
        assert thread.name == "Video for @Alice"
        assert outcome.attachments
        said = [m.text for place in (thread, here.channel) for m in here.discord.messages(place)]
        assert not any("forbidden" in text for text in said)
        assert "Discord blocked this prompt here, so it isn't shown." in outcome.text
        assert len([request for request in here.discord.requests if request.path.endswith("/threads")]) == 2


async def test_a_15_mb_video_goes_as_it_is_where_a_server_that_says_10_takes_20(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        next(iter(here.discord.world.guilds.values())).upload_limit = 20 * MIB
        video = pad_mp4(tiny_clip("16:9", 5), 15 * MIB)
        await here.ask()
        here.oxen.succeed(await here.made(), video)
        outcome = await here.outcome()
        [attachment] = outcome.attachments
        assert attachment.size == len(video)
        assert too_large(here) == 0


async def test_a_server_that_refuses_more_than_it_says_gets_a_copy_and_is_asked_once_a_day(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        video = pad_mp4(tiny_clip("16:9", 5), 15 * MIB)
        await here.ask()
        here.oxen.succeed(await here.made(), video)
        await here.outcome()
        await here.ask()
        here.oxen.succeed(await here.made(2), video)
        await here.discord.wait_for(lambda: len(here.outcomes()) == 2)
        assert all(outcome.attachments[0].size <= 10 * MIB for outcome in here.outcomes())
        assert too_large(here) == 1
        assert len(here.oxen.downloads) == 2
