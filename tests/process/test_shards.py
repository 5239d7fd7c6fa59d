"""The bot in two shards: servers on both, one connection lost, and a Discord that suddenly wants more shards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Channel, Limits, Message, Upload, User
from sandbox.texts import saying
from tests.process.harness import Harness, harness
from tests.support import is_outcome, picture_bytes


@dataclass(slots=True)
class Server:
    """A server on one shard, with a channel and a member."""

    here: Harness
    shard: int
    channel: Channel
    member: User

    async def ask(self) -> Message:
        """The member asks for a video with a command; the result, once it is there."""
        discord, before = self.here.discord, len(self.outcomes())
        picture = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        values: dict[str, str | Upload] = {"prompt": "The ox of @Image1 dances", "image1": picture}
        asked = await discord.slash(self.channel, self.member, "video", values)
        await asked.answered()
        return await self.result(before)

    async def mention(self) -> Message:
        """The member mentions the bot under a picture; the result, once it is there."""
        discord, before = self.here.discord, len(self.outcomes())
        picture = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        discord.say(self.channel, self.member, f"{discord.bot.mention} @Image1 dances", [picture])
        return await self.result(before)

    async def answers(self) -> bool:
        """Whether the bot answers a command here."""
        quota = await self.here.discord.slash(self.channel, self.member, "quota", {})
        return (await quota.answered()).ephemeral

    async def result(self, before: int) -> Message:
        await self.here.discord.wait_for(lambda: len(self.outcomes()) > before, timeout=30)
        return self.outcomes()[before]

    def outcomes(self) -> list[Message]:
        """Every message here that tells how a job ended."""
        places = [self.channel, *self.here.discord.threads(self.channel)]
        found = [entry for place in places for entry in self.here.discord.messages(place)]
        return sorted((entry for entry in found if is_outcome(entry)), key=lambda entry: entry.id)


@asynccontextmanager
async def two_shards(folder: Path, **settings: Any) -> AsyncIterator[tuple[Harness, list[Server]]]:
    """A Discord that wants two shards, with a server on each."""
    limits = Limits(shards=2, least_shards=2, max_concurrency=2)
    async with harness(folder, seconds=0.1, limits=limits, **settings) as here:
        servers = []
        for shard in range(2):
            guild = here.discord.add_guild(f"Server {shard}", shard=shard)
            channel = here.discord.add_channel(guild, "videos")
            servers.append(Server(here, shard, channel, here.discord.add_user(f"member-{shard}", guild)))
        yield here, servers


async def test_commands_mentions_and_results_come_through_on_both_shards(tmp_path: Path) -> None:
    async with two_shards(tmp_path) as (here, servers), here.bot() as bot:
        assert here.discord.gateway.shards == {0: 2, 1: 2}
        for server in servers:
            assert saying("result.ready") in (await server.ask()).text
            assert saying("result.ready") in (await server.mention()).text
            await bot.wrote(f"Connected to Discord (shard {server.shard} of 2)")
        assert len([request for request in here.oxen.requests if request.path == "/api/events"]) == 1
        direct = await here.discord.slash(here.discord.direct(servers[1].member), servers[1].member, "quota", {})
        assert (await direct.answered()).message is not None
        assert await bot.stop() == 0
        assert here.discord.gateway.identified_too_soon == 0


@pytest.mark.exhaustive
async def test_a_shard_whose_connection_is_cut_comes_back_while_the_other_goes_on(tmp_path: Path) -> None:
    async with two_shards(tmp_path) as (here, (first, second)), here.bot() as bot:
        for shard in range(2):
            await bot.wrote(f"Connected to Discord (shard {shard} of 2)")
        identified = here.discord.gateway.identified
        here.discord.gateway.refusals = 1
        await here.discord.gateway.drop(4000, shard=1)
        await bot.wrote("The connection to Discord is lost (shard 1 of 2)")
        assert await first.answers()
        await here.discord.wait_for(lambda: 1 in here.discord.gateway.shards, timeout=40)
        assert await second.answers()
        assert "shard 0 of 2); connecting again" not in bot.output
        assert here.discord.gateway.identified - identified <= 1
        assert await bot.stop() == 0


@pytest.mark.exhaustive
async def test_a_cut_shard_resumes_and_misses_nothing(tmp_path: Path) -> None:
    async with two_shards(tmp_path) as (here, (first, second)), here.bot() as bot:
        for shard in range(2):
            await bot.wrote(f"Connected to Discord (shard {shard} of 2)")
        identified = here.discord.gateway.identified
        await here.discord.gateway.drop(4000, shard=1)
        asked = await here.discord.slash(second.channel, second.member, "quota", {})
        assert await first.answers()
        assert (await asked.answered()).ephemeral
        await bot.wrote("The connection to Discord is back (shard 1 of 2)")
        assert here.discord.gateway.identified == identified


async def test_a_discord_that_wants_more_shards_gets_them_and_loses_no_video(tmp_path: Path) -> None:
    async with harness(tmp_path, limits=Limits(max_concurrency=3)) as here, here.bot() as bot:
        await bot.wrote("Connected to Discord")
        await here.ask()
        generation = await here.made()
        await here.discord.gateway.require_shards(3)
        await bot.wrote("Discord wants the bot in more shards")
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await here.outcome()).text
        await here.discord.wait_for(lambda: here.discord.gateway.complete, timeout=30)
        assert here.discord.gateway.shards == {0: 3, 1: 3, 2: 3}
        await bot.wrote("(shard 2 of 3)")
        quota = await here.discord.slash(here.channel, here.alice, "quota", {})
        assert (await quota.answered()).ephemeral
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output


@pytest.mark.exhaustive
async def test_shards_are_begun_at_the_pace_that_discord_allows(tmp_path: Path) -> None:
    limits = Limits(shards=3, least_shards=3, max_concurrency=2)
    async with harness(tmp_path, limits=limits) as here, here.bot(ready=False):
        await here.discord.wait_for(lambda: len(here.discord.gateway.shards) == 2)
        await here.discord.wait_ready(timeout=30)
        assert here.discord.gateway.shards == {0: 3, 1: 3, 2: 3}
        assert here.discord.gateway.identified_too_soon == 0


@pytest.mark.exhaustive
async def test_a_bot_that_is_started_again_at_once_is_let_in_a_little_later(tmp_path: Path) -> None:
    async with harness(tmp_path, limits=Limits()) as here:
        for _ in range(2):
            async with here.bot() as bot:
                assert await bot.stop() == 0
        assert here.discord.gateway.identified == 2


@pytest.mark.exhaustive
async def test_a_bot_that_was_started_too_often_waits_instead_of_losing_its_token(tmp_path: Path) -> None:
    limits = Limits(shards=2, least_shards=2, session_starts=1)
    async with harness(tmp_path, limits=limits) as here, here.bot(ready=False) as bot:
        await bot.wrote("Discord lets the bot connect 1 more times today, and its 2 shards need as many")
        assert not here.discord.gateway.open
        assert await bot.stop() == 0
