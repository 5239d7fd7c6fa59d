"""A Discord and an Oxen over real sockets, and the bot between them as a process that can be killed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.discord import Limits, LoopbackDiscord, Upload
from sandbox.new_database import place_new_database
from sandbox.oxen import SimulatedOxen
from sandbox.process import BotProcess
from tests.support import is_outcome, picture_bytes

QUICK_BOT = (str(Path(__file__).with_name("quick_bot.py")),)


@dataclass(slots=True)
class Harness:
    """What stays while bots come and go."""

    folder: Path
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    channel: Any
    alice: Any
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What a bot needs to run here."""
        return {
            **self.discord.environment(guild_ready_seconds=0.05),
            "OXEN_API_KEY": self.oxen.api_key,
            "OXEN_API_URL": self.oxen.url,
            "RESULT_HOSTS_ALLOW_PRIVATE": "true",
            "DATABASE_PATH": str(self.folder / "data" / "bot.sqlite3"),
            **self.settings,
        }

    @asynccontextmanager
    async def bot(self, *, quick: bool = True, ready: bool = True) -> AsyncIterator[BotProcess]:
        """The bot, from its start until it is stopped, killed or left."""
        environment = self.environment()
        if quick:
            environment["PYTHONPATH"] += f":{Path(__file__).parents[2]}"
        arguments = QUICK_BOT if quick else ("-m", "bot")
        async with BotProcess(environment, arguments=arguments, is_forked=True) as process:
            if ready:
                await self.discord.wait_ready()
                await self.oxen.wait_for_listener()
            yield process

    async def ask(self, prompt: str = "The ox of @Image1 dances", **options: Any) -> Any:
        """Alice asks for a video; what comes back of the command."""
        picture = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        return await self.discord.slash(
            self.channel, self.alice, "video", {"prompt": prompt, "image1": picture, **options}
        )

    def outcomes(self) -> list[Any]:
        """Every message anywhere that tells an outcome."""
        places = [self.channel, *self.discord.threads(self.channel), self.discord.direct(self.alice)]
        return [m for place in places for m in self.discord.messages(place) if is_outcome(m)]

    async def outcome(self, timeout: float = 60.0) -> Any:
        """The first of them, once it is there."""
        await self.discord.wait_for(lambda: bool(self.outcomes()), timeout=timeout)
        return self.outcomes()[0]

    async def made(self, number: int = 1) -> str:
        """The id of the newest generation, once there are so many."""
        await self.oxen.wait_for_generation(number)
        return list(self.oxen.generations)[-1]

    async def priced(self) -> None:
        """Wait until the bot knows what a video costs: without that, no budget lets one in."""
        async with asyncio.timeout(60):
            while True:
                with closing(sqlite3.connect(self.folder / "data" / "bot.sqlite3")) as connection:
                    if connection.execute("SELECT count(*) FROM prices").fetchone()[0]:
                        return
                await asyncio.sleep(0.05)

    def job(self) -> dict[str, Any]:
        """The newest job, as the database has it."""
        with closing(sqlite3.connect(self.folder / "data" / "bot.sqlite3")) as connection:
            connection.row_factory = sqlite3.Row
            [row] = connection.execute("SELECT * FROM jobs ORDER BY rowid DESC LIMIT 1")
            return dict(row)

    def ledger(self) -> dict[str, int]:
        """Seconds by kind of entry."""
        with closing(sqlite3.connect(self.folder / "data" / "bot.sqlite3")) as connection:
            return dict(connection.execute("SELECT kind, sum(seconds) FROM ledger GROUP BY kind"))


@asynccontextmanager
async def harness(
    folder: Path, *, seconds: float | None = None, limits: Limits | None = None, **settings: str
) -> AsyncIterator[Harness]:
    """A server with a channel and alice, a migrated database, and no bot yet.

    A bot that is started again at once is let in at once.
    """
    limits = limits or Limits(identify_seconds=0.0)
    place_new_database(folder / "data" / "bot.sqlite3")
    async with LoopbackDiscord(limits) as discord, SimulatedOxen(seconds=seconds) as oxen:
        guild = discord.add_guild("The Herd")
        channel = discord.add_channel(guild, "videos")
        alice = discord.add_user("alice", guild)
        yield Harness(folder=folder, discord=discord, oxen=oxen, channel=channel, alice=alice, settings=settings)
