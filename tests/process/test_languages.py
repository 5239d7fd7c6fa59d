"""Whose language it is: the reader's in private, the server's in its channels, and the card's for its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.pseudo_locale import mark_of
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

LANGUAGES = "de ja pt-BR"


def marks(message: Any) -> set[str]:
    """The languages that a message has sentences in."""
    words = f"{message.text} {message.buttons}"
    return {name for name in LANGUAGES.split() if mark_of(name) in words}


async def card(here: Harness) -> Any:
    """The card of the newest video of the channel."""
    return [message for message in here.discord.messages(here.channel) if f"<@{here.alice.id}>" in message.text][-1]


async def refused(here: Harness, **options: Any) -> Any:
    """What alice is answered in private who forgets the pictures."""
    given = {"prompt": "dance"} | options
    answer = await (await here.discord.slash(here.channel, here.alice, "video", given)).answered()
    assert answer.message is not None
    return answer.message


@pytest.mark.parametrize("locale", LANGUAGES.split())
async def test_a_video_is_told_in_its_askers_language_from_command_to_result_though_the_bot_restarts(
    tmp_path: Path, locale: str
) -> None:
    async with harness(tmp_path, MARKED_LANGUAGES=LANGUAGES) as here:
        here.alice.locale = locale
        async with here.bot() as bot:
            [command] = [one for one in here.discord.world.commands.values() if one["name"] == "video"]
            assert command["description_localizations"][locale].startswith(mark_of(locale))
            assert marks(await refused(here)) == {locale}
            await here.ask()
            generation = await here.made()
            await here.discord.wait_for(lambda: bool(here.discord.threads(here.channel)))
            assert marks(await card(here)) == {locale}
            assert await bot.stop() == 0
        here.alice.locale = "en-US"
        async with here.bot():
            here.oxen.succeed(generation)
            assert marks(await here.outcome()) == {locale}
            await here.discord.wait_for(lambda: any("Done" in one.text for one in here.discord.messages(here.channel)))
            assert marks(await card(here)) == {locale}


async def test_a_server_that_chose_a_language_has_its_videos_in_it_and_private_answers_in_the_readers(
    tmp_path: Path,
) -> None:
    async with harness(tmp_path, MARKED_LANGUAGES=LANGUAGES) as here, here.bot():
        here.alice.locale = "de"
        owner = here.discord.world.users[here.channel.guild.owner_id]
        set_to = {"language": "ja", "notice_channel": here.channel}
        await (await here.discord.slash(here.channel, owner, "admin settings", set_to)).answered()
        await here.discord.wait_for(lambda: any(marks(one) == {"ja"} for one in here.discord.messages(here.channel)))
        assert marks(await refused(here)) == {"de"}
        await here.ask()
        await here.made()
        assert marks(await card(here)) == {"ja"}


async def test_a_community_reads_its_own_language_where_its_admins_chose_none(tmp_path: Path) -> None:
    async with harness(tmp_path, MARKED_LANGUAGES=LANGUAGES) as here:
        here.channel.guild.features, here.channel.guild.locale = ("COMMUNITY",), "pt-BR"
        here.alice.locale = "de"
        async with here.bot():
            await here.ask()
            await here.made()
            assert marks(await card(here)) == {"pt-BR"}
            assert marks(await refused(here)) == {"de"}
