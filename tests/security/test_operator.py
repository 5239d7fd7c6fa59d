"""The operator's brakes: for the application's owner and team alone, and they hold everywhere at once."""

from pathlib import Path
from typing import Any

from tests.process.harness import Harness, harness
from tests.security.strangers import ask


async def operate(here: Harness, name: str, who: Any = None, place: Any = None, **options: Any) -> str:
    """What an operator's command is answered with; it is always private."""
    user = who or here.discord.world.owner
    asked = await here.discord.slash(place or here.channel, user, f"operator {name}", options)
    await asked.answered()
    assert asked.original is not None
    assert asked.original.ephemeral
    return asked.original.text


async def test_nobody_else_can_use_any_of_it(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        for name, options in (
            ("status", {}),
            ("servers", {}),
            ("spenders", {}),
            ("pause", {}),
            ("resume", {}),
            ("ban", {"user": here.discord.world.owner}),
            ("unban", {"user": here.alice}),
            ("leave", {"server": str(here.channel.guild.id)}),
            ("drain", {}),
            ("jobs", {}),
        ):
            assert "Only the bot's operator can use this" in await operate(here, name, here.alice, **options)
        assert not (await ask(here, here.channel, here.alice)).ephemeral
        assert here.channel.guild.members[here.discord.bot.id]


async def test_a_pause_holds_over_a_restart_until_it_is_resumed(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot():
            assert "Paused" in await operate(here, "pause")
            assert "Videos are paused" in (await ask(here, here.channel, here.alice)).text
        async with here.bot():
            assert "Videos are paused" in (await ask(here, here.discord.direct(here.alice), here.alice)).text
            assert "**Paused**" in await operate(here, "status")
            await operate(here, "resume", place=here.discord.direct(here.discord.world.owner))
            assert not (await ask(here, here.channel, here.alice)).ephemeral


async def test_who_is_banned_is_banned_everywhere_and_a_server_with_all_that_is_in_it(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        assert f"Banned <@{here.alice.id}>" in await operate(here, "ban", user=here.alice)
        for place in (here.channel, here.discord.direct(here.alice)):
            assert "You can't use this bot" in (await ask(here, place, here.alice)).text
        assert f"Unbanned <@{here.alice.id}>" in await operate(here, "unban", user=here.alice)
        guild = here.channel.guild
        await operate(here, "ban", server=str(guild.id))
        assert "can't be used in this server" in (await ask(here, here.channel, here.alice)).text
        assert "Banned: 0 users, 1 server" in await operate(here, "status"), "in any place"
        assert "can't be banned" in await operate(here, "ban", user=here.discord.world.owner)
        assert "is a number" in await operate(here, "ban", server="The Herd")
        assert len(here.oxen.generations) == 0


async def test_he_sees_where_the_money_goes_and_can_leave_a_server(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        mallory = here.discord.add_user("mallory")
        stranger = here.discord.add_guild("Mallory's", owner=mallory)
        await ask(here, here.channel, here.alice)
        await here.made()
        assert "$0.56 of $20.00" in await operate(here, "status")
        servers = await operate(here, "servers")
        assert f"The Herd ({here.channel.guild.id}) · $0.56 · 1 video" in servers
        assert f"Mallory's ({stranger.id}) · not on the list" in servers
        assert f"<@{here.alice.id}> · $0.56 · 1 video" in await operate(here, "spenders")
        assert "Left the server Mallory's" in await operate(here, "leave", server=str(stranger.id))
        assert here.discord.bot.id not in stranger.members
        assert here.discord.mistakes == []


async def test_an_account_without_credit_refuses_new_requests_until_oxen_takes_one_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        office = here.discord.add_channel(here.channel.guild, "office")
        here.settings["OPERATOR_CHANNEL_ID"] = str(office.id)
        async with here.bot():
            here.oxen.credits_micro_usd = 0
            await ask(here, here.channel, here.alice)
            await here.outcome()
            for _ in range(2):
                assert "out of credit" in (await ask(here, here.channel, here.alice)).text
            assert "**Out of credit**" in await operate(here, "status")
            await here.discord.wait_for(lambda: here.discord.messages(office))
            [told] = here.discord.messages(office)
            assert "out of credit" in told.text
            assert len(here.oxen.generations) == 0
