"""Measure the bot in many servers, with one shard and with two: ``python -m benchmarks.shards [--quick]``.

The loopback Discord lets one shard in every five seconds, as Discord does with a bot of this size, and tells each of
its own servers; the bot is a process of its own with its real waiting times.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import memory
from benchmarks.table import Line, below, run, spread
from sandbox.discord import Channel, Limits, LoopbackDiscord, User
from sandbox.oxen import SimulatedOxen
from sandbox.process import BotProcess

_CHANNELS = 31
_IDENTIFY_SECONDS = 5.0
_ALLOWANCE_SECONDS = 10.0
"""For reading every server, and the 2 s that discord.py waits for more of them."""
_ASKED = 20
_PATIENCE_SECONDS = 300.0


@dataclass(slots=True, kw_only=True)
class ManyServers:
    """A Discord with many servers, and a member in one of each shard."""

    folder: Path
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    places: list[tuple[Channel, User]]

    def bot(self) -> BotProcess:
        """The bot, not started yet."""
        environment = {
            **self.discord.environment(),
            "OXEN_API_KEY": self.oxen.api_key,
            "OXEN_API_URL": self.oxen.url,
            "RESULT_HOSTS_ALLOW_PRIVATE": "true",
            "DATABASE_PATH": str(self.folder / "bot.sqlite3"),
            "MAX_COMMANDS_PER_MINUTE": "10000",
        }
        return BotProcess(environment)

    async def quota_time(self, channel: Channel, user: User) -> float:
        """Somebody asks for their quota; milliseconds until they see it."""
        begun = time.perf_counter()
        await (await self.discord.slash(channel, user, "quota")).answered()
        return (time.perf_counter() - begun) * 1_000


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    servers = 200 if quick else 2_000
    for shards in (1, 2):
        place = folder / str(shards)
        place.mkdir()
        async with many_servers(place, servers, shards) as here:
            async for line in _measure(here, servers, shards):
                yield line


async def _measure(here: ManyServers, servers: int, shards: int) -> AsyncIterator[Line]:
    title = f"{servers:,} servers of {_CHANNELS} channels, {shards} shard{'s' if shards > 1 else ''}"
    async with here.bot() as bot:
        await here.discord.wait_for(lambda: here.discord.gateway.live, timeout=_PATIENCE_SECONDS)
        begun = time.perf_counter()
        await here.discord.wait_ready(timeout=_PATIENCE_SECONDS)
        let_in = time.perf_counter() - begun
        await bot.wrote(f"Ready in {servers} servers", timeout=_PATIENCE_SECONDS)
        ready = time.perf_counter() - begun
        allowed = _IDENTIFY_SECONDS * (shards - 1) + _ALLOWANCE_SECONDS
        note = f" ({let_in:.1f} s to the last shard let in)"
        yield below(f"{title}: from the first shard let in to ready", ready, allowed, "s", note=note)
        taken = [await here.quota_time(*place) for _ in range(_ASKED) for place in here.places]
        yield Line(
            what=f"{title}: command to answer, on every shard",
            measured=spread(taken),
            goal="< 50 ms",
            is_met=statistics.median(taken) < 50,
        )
        own, _ = memory(bot)
        yield below(f"{title}: resident", own, 120, "MB")


@asynccontextmanager
async def many_servers(folder: Path, servers: int, shards: int) -> AsyncIterator[ManyServers]:
    """So many servers, spread evenly over the shards; no bot yet."""
    limits = Limits(shards=shards, least_shards=shards, identify_seconds=_IDENTIFY_SECONDS)
    async with LoopbackDiscord(limits) as discord, SimulatedOxen(seconds=None) as oxen:
        places = []
        for number in range(servers):
            guild = discord.add_guild(f"Server {number}", shard=number % shards)
            channels = [discord.add_channel(guild, f"channel-{place}") for place in range(_CHANNELS)]
            if number < shards:
                places.append((channels[0], discord.add_user(f"member-{number}", guild)))
        yield ManyServers(folder=folder, discord=discord, oxen=oxen, places=places)


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
