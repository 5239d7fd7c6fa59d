"""What is shown where: spoilers by wish and by rule, age-restricted channels, the prompt log, mentions."""

from pathlib import Path
from typing import Any

import discord
import pytest

from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.admins import admin, rows, says
from tests.cogs.spoilers import is_hidden, posted, shown_by
from tests.cogs.videos import ask, made, told
from tests.support import png, private, text_of

RUN_AGAIN = ENGLISH("button.run_again", seconds=5)
PROMPT = "@Image1 dances"


def adults_channel(here: World) -> Any:
    """A channel of which the gateway has said that it is age-restricted; SimCord knows no such channels."""
    channel = here.guild.create_text_channel("adults")
    known = here.env.bot.get_channel(channel.id)
    assert isinstance(known, discord.TextChannel)
    known.nsfw = True
    return channel


async def mention(here: World, where: Any, text: str = PROMPT) -> None:
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(where, f"<@{me.id}> {text}", attachments=[png()])


async def test_whoever_asks_for_a_spoiler_has_pictures_and_video_hidden(here: World) -> None:
    answer = await ask(here, prompt=PROMPT, spoiler=True)
    assert "· spoiler" in text_of(answer.response)
    board, ready = await posted(here)
    assert all(hidden for hidden, _ in shown_by(board).values())
    assert is_hidden(ready, PROMPT)


@pytest.mark.slow
async def test_a_spoiler_stays_one_when_it_is_run_again(here: World) -> None:
    await ask(here, prompt=PROMPT, spoiler=True)
    _, ready = await posted(here)
    answer = await here.alice.click(ready, label=RUN_AGAIN)
    assert "· spoiler" in text_of(answer.response)


@pytest.mark.slow
async def test_where_the_server_hides_videos_every_way_in_is_hidden_and_adults_channels_are_not(
    tmp_path: Path,
    here: World,
) -> None:
    ada = admin(here)
    settings = await says(ada, here, "admin settings", outside_age_restricted="spoiler")
    assert "Outside age-restricted channels, videos are posted as spoilers" in settings
    await ask(here, prompt=PROMPT)
    board, ready = await posted(here)
    assert all(hidden for hidden, _ in shown_by(board).values())
    assert is_hidden(ready, PROMPT)
    assert "posted as spoilers outside age-restricted channels" in text_of(ready)
    await mention(here, here.channel, "@Image1 jumps")
    await made(here, 2)
    adults = adults_channel(here)
    answer = await ask(here, where=adults, prompt=PROMPT)
    assert "spoiler" not in text_of(answer.response)
    hidden = rows(tmp_path, "SELECT is_hidden FROM jobs ORDER BY created_at")
    assert [bool(one) for (one,) in hidden] == [True, True, False]


async def test_where_the_server_refuses_them_nothing_is_made_outside_of_adults_channels(here: World) -> None:
    ada = admin(here)
    await says(ada, here, "admin settings", outside_age_restricted="refuse")
    refused = "Videos can only be made in age-restricted channels here"
    assert refused in text_of(private(await ask(here)))
    await mention(here, here.channel)
    await here.until(lambda: told(here, here.channel, refused))
    assert here.channel.threads == []
    assert here.oxen.started == 0
    await ask(here, where=adults_channel(here))
    await made(here)


async def test_a_thread_of_an_adults_channel_counts_as_one(here: World) -> None:
    await says(admin(here), here, "admin settings", outside_age_restricted="refuse")
    adults = adults_channel(here)
    await ask(here, where=adults)
    await made(here)
    await here.until(lambda: adults.threads)
    await ask(here, where=adults.threads[0])
    await made(here, 2)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["command", "mention"])
async def test_a_prompt_log_gets_every_prompt_whole_and_privacy_says_so(here: World, way: str) -> None:
    log = here.guild.create_text_channel("log")
    ada = admin(here)
    assert "Prompts are logged nowhere" in await says(ada, here, "admin settings")
    assert "logs prompts" not in await says(here.alice, here, "privacy")
    await says(ada, here, "admin settings", prompt_log=log)
    assert f"posted in <#{log.id}>" in await says(here.alice, here, "privacy")
    prompt = "@Image1 dances " + "@everyone * " * 190 + "and ends"
    if way == "command":
        await ask(here, prompt=prompt)
    else:
        await mention(here, here.channel, prompt[:1_900] + " and ends")
    await here.until(lambda: told(here, log, "and ends"))
    logged = "".join(text_of(message) for message in log.history())
    assert f"<@{here.alice.id}>" in logged
    assert "@everyone" not in logged.replace("\\@everyone", "")
    await says(ada, here, "admin settings", no_prompt_log=True)
    count = len(log.history())
    await ask(here, prompt="@Image1 rests")
    await made(here, 2)
    await here.quiet()
    assert len(log.history()) == count


async def test_where_mentions_are_off_one_makes_nothing_and_is_not_answered(here: World) -> None:
    ada = admin(here)
    assert "Mentioning me makes no video" in await says(ada, here, "admin settings", mentions=False)
    before = len(here.channel.history())
    await mention(here, here.channel)
    await here.quiet()
    assert len(here.channel.history()) == before + 1
    assert here.oxen.started == 0
    await says(ada, here, "admin settings", mentions=True)
    await mention(here, here.channel)
    await made(here)
