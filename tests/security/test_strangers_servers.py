"""Where the bot works: a stranger who adds it somewhere gets a sentence, and the operator hears of it."""

from pathlib import Path

import pytest

from tests.process.harness import harness
from tests.security.strangers import ask

ELSEWHERE = "This server isn't on the bot's list"


@pytest.mark.slow
@pytest.mark.parametrize("says_available", [False, True])
async def test_in_a_strangers_server_there_is_a_private_sentence_and_nothing_else(
    tmp_path: Path, says_available: bool
) -> None:
    async with harness(tmp_path) as here:
        office = here.discord.add_channel(next(iter(here.discord.world.guilds.values())), "office")
        here.settings["OPERATOR_CHANNEL_ID"] = str(office.id)
        mallory = here.discord.add_user("mallory")
        async with here.bot() as bot:
            assert not (await ask(here, here.channel, here.alice)).ephemeral
            await here.made()
            stranger = here.discord.add_guild("Mallory's", owner=mallory, says_available=says_available)
            theirs = here.discord.add_channel(stranger, "free-videos")
            await bot.wrote(f"Somebody added the bot to the server Mallory's ({stranger.id})")
            await here.discord.wait_for(lambda: here.discord.messages(office))
            [told] = here.discord.messages(office)
            assert str(stranger.id) in told.text
            for _ in range(5):
                answer = await ask(here, theirs, mallory)
                assert answer.ephemeral
                assert ELSEWHERE in answer.text
            assert here.discord.messages(theirs) == []
            assert here.discord.threads(theirs) == []
            looked = [r for r in here.discord.requests if f"/guilds/{stranger.id}/members/" in r.path]
            assert len(looked) == 1, "not at every command"
            assert len(here.oxen.generations) == 1
        async with here.bot():
            assert ELSEWHERE in (await ask(here, theirs, mallory)).text
            assert len(here.discord.messages(office)) == 1, "told once"
            assert len([r for r in here.discord.requests if f"/guilds/{stranger.id}/members/" in r.path]) == 1, "kept"
        assert here.discord.mistakes == []


async def test_a_server_that_the_operator_is_a_member_of_is_one_of_his(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        friend = here.discord.add_user("friend")
        guild = here.discord.add_guild("A friend's", owner=friend)
        theirs = here.discord.add_channel(guild)
        here.discord.join(here.discord.world.owner, guild)
        async with here.bot():
            assert not (await ask(here, theirs, friend)).ephemeral


async def test_a_server_that_the_operator_joins_is_one_of_his_from_his_first_command_on(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        friend = here.discord.add_user("friend")
        guild = here.discord.add_guild("A friend's", owner=friend)
        theirs = here.discord.add_channel(guild)
        async with here.bot():
            assert ELSEWHERE in (await ask(here, theirs, friend)).text
            here.discord.join(here.discord.world.owner, guild)
            assert not (await ask(here, theirs, here.discord.world.owner)).ephemeral
            assert not (await ask(here, theirs, friend)).ephemeral


async def test_ids_name_the_only_servers_in_which_it_works(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        mallory = here.discord.add_user("mallory")
        guild = here.discord.add_guild("Another", owner=mallory)
        other = here.discord.add_channel(guild)
        here.settings["SERVERS"] = str(guild.id)
        async with here.bot():
            assert not (await ask(here, other, mallory)).ephemeral
            assert ELSEWHERE in (await ask(here, here.channel, here.alice)).text


async def test_direct_messages_are_for_members_of_the_servers_in_which_it_works(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        mallory = here.discord.add_user("mallory")
        here.discord.add_guild("Mallory's", owner=mallory)
        async with here.bot():
            refused = await ask(here, here.discord.direct(mallory), mallory)
            assert "for members of a server that is on the bot's list" in refused.text
            answer = await ask(here, here.discord.direct(here.alice), here.alice)
            assert "No seconds used" not in answer.text
            await here.made()
            looked = sum(f"/members/{here.alice.id}" in r.path for r in here.discord.requests)
            await ask(here, here.discord.direct(here.alice), here.alice)
            assert sum(f"/members/{here.alice.id}" in r.path for r in here.discord.requests) == looked
