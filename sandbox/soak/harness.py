"""Where the soak takes place: a Discord, an Oxen, the bot's database, and the bot as a process."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.domain.job import ENDED
from bot.domain.result_place import ResultPlace
from cogs.ui.custom_ids import COPY
from sandbox.discord import Channel, Guild, LoopbackDiscord, Message
from sandbox.discord.limits import Limits as DiscordLimits
from sandbox.new_database import place_new_database
from sandbox.outcome_marks import told_job
from sandbox.oxen import SimulatedOxen
from sandbox.process import PROJECT, BotProcess
from sandbox.soak.invariants import Limits
from sandbox.soak.tally import Tally

SHARDS = 2
JOB_TIMEOUT_SECONDS = 25
RECONCILE_SECONDS = 1
SILENCE_SECONDS = 2
_DATABASE: Final = "bot.sqlite3"
CHANNELS = 12
"""In each of the two servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the soak needs to know of a job while it runs."""

    id: str
    state: str
    user_id: int
    guild_id: int
    prompt: str
    place_id: int | None
    is_told: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.is_told and self.state in ENDED


@dataclass(slots=True, kw_only=True)
class Harness:
    """Everything that stays while bots come and go."""

    seed: int
    folder: Path
    limits: Limits
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    guilds: list[Guild]
    channels: list[Channel]
    settings: Mapping[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.folder / _DATABASE

    @property
    def faults_injected(self) -> Path:
        """Where the bot's processes note what struck them."""
        return self.folder / "faults.txt"

    def look(self) -> None:
        """Read the jobs anew, by their prompts."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            found = connection.execute(
                "SELECT id, state, user_id, guild_id, json_extract(request, '$.prompt'), place_id,"
                " outcome_message_id IS NOT NULL FROM jobs ORDER BY rowid"
            ).fetchall()
        self.rows = {
            prompt: Row(
                id=id_, state=state, user_id=user, guild_id=guild, prompt=prompt, place_id=place, is_told=bool(told)
            )
            for id_, state, user, guild, prompt, place, told in found
        }

    def state_of(self, prompt: str) -> str | None:
        """The state of a prompt's job as of the last look, if it has one."""
        return row.state if (row := self.rows.get(prompt)) is not None else None

    def unfinished(self) -> list[Row]:
        """The jobs of which something is still to come, as of the last look."""
        return [row for row in self.rows.values() if not row.is_over]

    def outcomes(self, place: Channel | None = None) -> Iterator[tuple[str, Message]]:
        """Every message, anywhere or in one place, that tells how a job ended, with the job's id."""
        for channel in [place] if place is not None else list(self.discord.world.channels.values()):
            for message in channel.messages.values():
                if (job_id := told_job(message.parts())) is not None:
                    yield job_id, message

    def copies(self) -> Iterator[str]:
        """Every message that shows a result a second time, by its job's id."""
        for channel in self.discord.world.channels.values():
            for message in channel.messages.values():
                for part in message.parts():
                    if (mark := str(part.get("custom_id", ""))).startswith(f"{COPY.prefix}:"):
                        yield mark.rpartition(":")[2]

    def bot(self, seed: str, rate: float) -> BotProcess:
        """A process of the bot, of whose calls this share is struck."""
        environment = {
            **self.discord.environment(guild_ready_seconds=0.05),
            "OXEN_API_KEY": self.oxen.api_key,
            "OXEN_API_URL": self.oxen.url,
            "RESULT_HOSTS_ALLOW_PRIVATE": "true",
            "DATABASE_PATH": str(self.database),
            "QUOTA_DAILY_SECONDS": str(self.limits.daily_seconds),
            "BUDGET_USD_PER_DAY": "none",
            "MAX_DAILY_SECONDS_PER_USER": "1000000",
            "MAX_ACTIVE_JOBS_PER_USER": str(self.limits.max_active),
            "MAX_COMMANDS_PER_MINUTE": "10000",
            "RECONCILE_SECONDS": str(RECONCILE_SECONDS),
            "STREAM_SILENCE_SECONDS": str(SILENCE_SECONDS),
            "JOB_TIMEOUT_SECONDS": str(JOB_TIMEOUT_SECONDS),
            "SOAK_SEED": seed,
            "SOAK_RATE": str(rate),
            "SOAK_FAULTS": str(self.faults_injected),
            **self.settings,
        }
        environment["PYTHONPATH"] += f":{PROJECT}"
        return BotProcess(environment, arguments=("-m", "sandbox.soak.bot"), folder=self.folder)


def discord_limits() -> DiscordLimits:
    """Discord's limits, with two shards, and so that a process which dies lets the next one in at once."""
    return DiscordLimits(
        active_threads=100_000,
        shards=SHARDS,
        least_shards=SHARDS,
        max_concurrency=SHARDS,
        identify_seconds=0.0,
        session_starts=1_000_000,
    )


@asynccontextmanager
async def harness(folder: Path, seed: int, limits: Limits, settings: Mapping[str, str]) -> AsyncIterator[Harness]:
    """Two servers with many channels, on a shard each, nobody in them yet, and no bot. One has its results twice.

    Discord opens no more than 50 threads in a channel in five minutes.
    """
    oxen = SimulatedOxen(seconds=None, keep_alive_seconds=SILENCE_SECONDS / 3, credits_micro_usd=10**13)
    async with LoopbackDiscord(discord_limits()) as discord, oxen:
        guilds = [discord.add_guild("The Herd", shard=0), discord.add_guild("The Flock", shard=1)]
        place_new_database(folder / _DATABASE)
        with closing(sqlite3.connect(folder / _DATABASE)) as connection, connection:
            values = (guilds[0].id, ResultPlace.BOTH)
            connection.execute("INSERT INTO servers (guild_id, results) VALUES (?, ?)", values)
        channels = [discord.add_channel(guild, f"videos-{number}") for guild in guilds for number in range(CHANNELS)]
        yield Harness(
            seed=seed,
            folder=folder,
            limits=limits,
            discord=discord,
            oxen=oxen,
            guilds=guilds,
            channels=channels,
            settings=settings,
        )
