"""Where the bot is measured: `python -m bot` as a process between the loopback Discord and the simulated Oxen."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import psutil
from PIL import Image

from sandbox.discord import Channel, Invocation, LoopbackDiscord, Message, Upload, User
from sandbox.discord.limits import Limits
from sandbox.outcome_marks import told_job
from sandbox.oxen import SimulatedOxen
from sandbox.process import PROJECT, BotProcess

QUEUE = "/api/ai/queue"
PATIENCE_SECONDS = 300.0


def _picture() -> Upload:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 80, 40)).save(buffer, "PNG")
    return Upload(filename="ox.png", data=buffer.getvalue(), content_type="image/png")


@dataclass(slots=True, kw_only=True)
class Harness:
    """A server with one channel and many members, and an Oxen where nothing ends by itself."""

    folder: Path
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    channel: Channel
    people: list[User]
    picture: Upload

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[BotProcess]:
        """The bot as its operator runs it, with limits that nobody reaches; killed at the end of the block."""
        environment = {
            **self.discord.environment(),
            **settings_without_limits(self.oxen, self.database),
        }
        environment["PYTHONPATH"] += f":{PROJECT}"
        async with BotProcess(environment, folder=self.folder) as process:
            yield process
        self.discord.gateway.forget_sessions()

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.folder / "bot.sqlite3"

    async def ready(self) -> None:
        """Wait until Discord has let the bot in, it knows the servers, and it listens to Oxen."""
        await self.discord.wait_ready()
        await self.oxen.wait_for_listener(timeout=30.0)
        await asyncio.sleep(3.0)  # discord.py waits 2 s for more servers

    async def ask(self, number: int) -> Invocation:
        """Somebody asks for a video."""
        person = self.people[number % len(self.people)]
        options: dict[str, str | Upload] = {"prompt": f"The ox of @Image1 dances {number}", "image1": self.picture}
        return await self.discord.slash(self.channel, person, "video", options)

    async def answer_time(self, number: int) -> float:
        """Somebody asks for a video; milliseconds until they see the answer."""
        begun = time.perf_counter()
        await (await self.ask(number)).answered()
        return (time.perf_counter() - begun) * 1_000

    async def quota_time(self) -> float:
        """Somebody asks for their quota; milliseconds until they see it."""
        begun = time.perf_counter()
        await (await self.discord.slash(self.channel, self.people[0], "quota")).answered()
        return (time.perf_counter() - begun) * 1_000

    def states(self) -> dict[str, int]:
        """How many jobs are in which state."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return dict(connection.execute("SELECT state, count(*) FROM jobs GROUP BY state"))

    async def wait_running(self, count: int) -> None:
        """Wait until so many jobs wait at Oxen and nothing is left to do for them."""
        await self.oxen.wait_for_generation(count, timeout=PATIENCE_SECONDS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.states().get("running", 0) < count:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)

    def outcomes(self) -> list[Message]:
        """Every message that tells how a job ended."""
        world = self.discord.world
        messages = (message for channel in world.channels.values() for message in channel.messages.values())
        return [message for message in messages if told_job(message.parts()) is not None]


def settings_without_limits(oxen: SimulatedOxen, database: Path) -> dict[str, str]:
    """The environment of a bot whose limits nobody reaches."""
    return {
        "OXEN_API_KEY": oxen.api_key,
        "OXEN_API_URL": oxen.url,
        "RESULT_HOSTS_ALLOW_PRIVATE": "true",
        "DATABASE_PATH": str(database),
        "QUOTA_DAILY_SECONDS": "86400",
        "BUDGET_USD_PER_DAY": "none",
        "MAX_DAILY_SECONDS_PER_USER": "1000000",
        "MAX_ACTIVE_JOBS_PER_USER": "100",
        "MAX_COMMANDS_PER_MINUTE": "10000",
        "RECONCILE_SECONDS": "3600",
        "LOG_LEVEL": "WARNING",
    }


def memory(process: BotProcess) -> tuple[float, float]:
    """Megabytes (of 10^6 bytes) that are resident, of the process and of its children."""
    bot = psutil.Process(process.pid)
    children = sum(child.memory_info().rss for child in bot.children(recursive=True))
    return bot.memory_info().rss / 1e6, children / 1e6


@asynccontextmanager
async def harness(folder: Path, people: int) -> AsyncIterator[Harness]:
    """Two empty services, without a bot yet. Discord limits no calls: what is measured is the bot."""
    limits = Limits(active_threads=100_000, rate_limited=False, identify_seconds=0.0)
    async with LoopbackDiscord(limits) as discord, SimulatedOxen(seconds=None) as oxen:
        guild = discord.add_guild("The Herd")
        channel = discord.add_channel(guild, "videos")
        members = [discord.add_user(f"person-{number}", guild) for number in range(people)]
        yield Harness(folder=folder, discord=discord, oxen=oxen, channel=channel, people=members, picture=_picture())
