"""Discord and Oxen as one process sees them, with a stamp on what matters; the bot that is measured is another process.

Nobody waits for one job: a hundred waiters that are woken by every call would cost more than the calls.
"""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
from PIL import Image

from benchmarks.harness import settings_without_limits
from benchmarks.instrumented import Counts, read_counts
from sandbox.discord import Channel, Guild, LoopbackDiscord, Upload, User
from sandbox.discord.errors import Json
from sandbox.discord.limits import Limits
from sandbox.oxen import SimulatedOxen
from sandbox.process import PROJECT, BotProcess

QUEUE = "/api/ai/queue"
PATIENCE_SECONDS = 180.0
PATIENCE = timedelta(seconds=PATIENCE_SECONDS)
"""For how long an answer may be late without being lost: it is measured, not missed."""
_QUIET_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A bot that is measured: its module, and the folder that its code is in."""

    name: str
    module: str
    folder: Path = PROJECT


BOT = Program(name="bot", module="bot")
PEER = Program(name="peer", module="benchmarks.peer")


@contextmanager
def program_of_revision(revision: str, folder: Path) -> Iterator[Program]:
    """The bot as it was in a commit, its code copied into ``folder``."""
    archive = subprocess.run(["git", "archive", revision, "bot", "cogs"], cwd=PROJECT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    yield Program(name=f"bot at {revision[:7]}", module="bot", folder=folder)


@dataclass(slots=True, kw_only=True)
class Accepted:
    """How accepting went: seconds from all commands to each answer and enqueuing, and CPU seconds."""

    answers: list[float]
    enqueued: list[float]
    cpu: float
    worlds_cpu: float
    counts: Counts | None


@dataclass(slots=True, kw_only=True)
class Delivered:
    """How delivering went: seconds from all ends to each video, and CPU seconds."""

    videos: list[float]
    cpu: float
    worlds_cpu: float
    counts: Counts | None


@dataclass(slots=True)
class _Meter:
    """What the bot's process and this one have used since it was made."""

    pid: int
    counters: Path | None
    _begun: tuple[float, float, Counts | None] = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self._now()

    def read(self) -> tuple[float, float, Counts | None]:
        """CPU seconds of the bot and of the worlds, commits and hops."""
        then, now = self._begun, self._now()
        counts = None if now[2] is None or then[2] is None else now[2] - then[2]
        return now[0] - then[0], now[1] - then[1], counts

    def _now(self) -> tuple[float, float, Counts | None]:
        times = psutil.Process(self.pid).cpu_times()
        counts = read_counts(self.counters) if self.counters is not None else None
        return times.user + times.system, time.process_time(), counts


@dataclass(slots=True, kw_only=True)
class Worlds:
    """Some servers' channels with many members, and an Oxen where nothing ends by itself."""

    folder: Path
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    guild: Guild
    channels: list[Channel]
    people: list[User]
    _picture: Upload
    _process: BotProcess | None = None
    _counters: Path | None = None
    _asked: int = 0
    _answers: list[float] = field(default_factory=list)
    _videos: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.discord.world.subscribe(self._stamp)

    def _stamp(self, event: str, data: Json, _place: object) -> None:
        if event != "MESSAGE_CREATE" or data["author"]["id"] != str(self.discord.bot.id):
            return
        if any(part["filename"].endswith(".mp4") for part in data["attachments"]):
            self._videos.append(time.perf_counter())
        elif "interaction_metadata" in data:
            self._answers.append(time.perf_counter())

    @asynccontextmanager
    async def running(
        self, program: Program, *, commit_delay: float = 0.0, is_counted: bool = False
    ) -> AsyncIterator[BotProcess]:
        """A program between these worlds, ready and warm, with limits of its own that nobody reaches."""
        environment = {
            **self.discord.environment(guild_ready_seconds=0.2),
            **settings_without_limits(self.oxen, self.folder / "bot.sqlite3"),
        }
        environment["PYTHONPATH"] += f"{os.pathsep}{program.folder}"
        arguments: tuple[str, ...] = ("-m", program.module)
        if commit_delay or is_counted:
            self._counters = self.folder / "counters"
            options = ("--commit-delay", str(commit_delay), "--counters", str(self._counters))
            arguments = (str(PROJECT / "benchmarks" / "instrumented.py"), *options, program.module)
        self.folder.mkdir(parents=True)
        async with BotProcess(environment, arguments=arguments, folder=self.folder) as self._process:
            await self.discord.wait_ready()
            await self.oxen.wait_for_listener(timeout=30.0)
            await self._quiet()
            yield self._process

    async def accept(self, count: int) -> Accepted:
        """So many people ask at once; until all are enqueued and the program is quiet."""
        answered, enqueued = len(self._answers), self.oxen.started
        meter = self._meter()
        for _ in range(count):
            await self._ask()
        begun = time.perf_counter()
        await self.discord.wait_for(lambda: len(self._answers) >= answered + count, PATIENCE_SECONDS)
        await self.oxen.wait_for_generation(enqueued + count, timeout=PATIENCE_SECONDS)
        await self._quiet()
        cpu, worlds_cpu, counts = meter.read()
        posts = [call.arrived for call in self.oxen.requests if (call.method, call.path) == ("POST", QUEUE)]
        return Accepted(
            answers=[moment - begun for moment in self._answers[answered:]],
            enqueued=[moment - begun for moment in posts[-count:]],
            cpu=cpu,
            worlds_cpu=worlds_cpu,
            counts=counts,
        )

    async def deliver(self) -> Delivered:
        """All that waits at Oxen ends at once; until all of it is delivered and the program is quiet."""
        waiting = [generation.id for generation in self.oxen.generations.values() if generation.status.active]
        before = len(self._videos)
        meter = self._meter()
        begun = time.perf_counter()
        for generation_id in waiting:
            self.oxen.succeed(generation_id)
        await self.discord.wait_for(lambda: len(self._videos) >= before + len(waiting), PATIENCE_SECONDS)
        await self._quiet()
        cpu, worlds_cpu, counts = meter.read()
        return Delivered(
            videos=[moment - begun for moment in self._videos[before:]], cpu=cpu, worlds_cpu=worlds_cpu, counts=counts
        )

    async def _ask(self) -> None:
        number = self._asked
        self._asked += 1
        options: dict[str, str | Upload] = {
            "prompt": f"The ox of @Image1 dances {number}",
            "image1": self._picture,
        }
        person = self.people[number % len(self.people)]
        await self.discord.slash(self.channels[number % len(self.channels)], person, "video", options)

    def _meter(self) -> _Meter:
        if self._process is None:
            raise RuntimeError("no program is running")
        return _Meter(self._process.pid, self._counters)

    async def _quiet(self) -> None:
        """Wait until the program has called nobody for a while."""

        def calls() -> int:
            return len(self.discord.requests) + len(self.oxen.requests)

        async with asyncio.timeout(PATIENCE_SECONDS):
            seen = -1
            while seen != calls():
                seen = calls()
                await asyncio.sleep(_QUIET_SECONDS)


@asynccontextmanager
async def worlds(folder: Path, *, people: int, channels: int = 1, limits: Limits) -> AsyncIterator[Worlds]:
    """Empty worlds, without a program yet."""
    async with LoopbackDiscord(limits) as discord, SimulatedOxen(seconds=None, credits_micro_usd=10**13) as oxen:
        guild = discord.add_guild("The Herd")
        yield Worlds(
            folder=folder,
            discord=discord,
            oxen=oxen,
            guild=guild,
            channels=[discord.add_channel(guild, f"videos-{number}") for number in range(channels)],
            people=[discord.add_user(f"person-{number}", guild) for number in range(people)],
            _picture=_picture(),
        )


def _picture() -> Upload:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 80, 40)).save(buffer, "PNG")
    return Upload(filename="ox.png", data=buffer.getvalue(), content_type="image/png")
