"""A stage on which a bot dies and starts again, while its database, its Discord and its Oxen stay.

The bot is the one that ``composed`` builds. Its three ways out (the database, the Oxen client, the conversations)
are the real ones, each behind a ``FaultPoint`` that counts the calls and can strike one of them: the process dies
before or after it, it raises, or it raises although it took effect.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import simcord

from bot.app import Composition, composed
from bot.client import VideoBot
from bot.domain.clock import utc_now
from bot.domain.job import Job
from bot.domain.result_place import ResultPlace
from bot.errors import BotError
from bot.services.timing import Timing
from bot.store.sql.jobs import job_from_row
from cogs.ui.custom_ids import COPY
from cogs.ui.texts import Catalogues
from sandbox.fault_injection import Fault as Fault
from sandbox.fault_injection import with_faults
from sandbox.new_database import place_new_database
from sandbox.oxen import SimulatedOxen
from sandbox.shared_extensions import share_extensions
from sandbox.shared_workers import shared_workers
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.wall_clock import follow_wall_clock
from sandbox.world import sandbox_settings
from tests.support import is_outcome, png, text_of

FAST = Timing(
    oxen_timeout=2.0,
    landing_grace=0.25,
    settled_grace=0.25,
    search_every=0.05,
    search_cap=0.05,
    retry_first=0.005,
    retry_cap=0.02,
    confirm_seconds=0.1,
    confirm_every=0.05,
    stop_every=0.005,
    finish_within=0.2,
    card_settle=0.0,
    card_window=0.01,
    card_write_final=0.0,
    card_write_every=0.01,
    card_poster=15.0,
)
WAIT_SECONDS = 30.0
_SETTLE_SECONDS = 5.0
"""How long what alice does may take; a bot that dies never settles."""


class ProcessDied(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One call (its name and its number among calls of that name, from 1) and what happens to it."""

    call: str
    number: int
    fault: Fault

    def __str__(self) -> str:
        return f"{self.call}#{self.number}, {self.fault}"


@dataclass(slots=True)
class FaultPoint:
    """Every call to the outside goes through here."""

    cells: tuple[Cell, ...] = ()
    calls: list[str] = field(default_factory=list)
    is_dead: bool = False
    struck: int = 0
    _activity: asyncio.Event = field(default_factory=asyncio.Event)

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:
        if self.is_dead:
            raise ProcessDied
        self.calls.append(name)
        number = self.calls.count(name)
        fault = next((cell.fault for cell in self.cells if (cell.call, cell.number) == (name, number)), None)
        self.struck += fault is not None
        try:
            if fault is Fault.DIES_BEFORE:
                self._die()
            if fault is Fault.RAISES:
                raise certain
            result = await call()
            if fault is Fault.DIES_AFTER:
                self._die()
            if fault is Fault.LOST_ANSWER:
                raise uncertain
            if self.is_dead:
                raise ProcessDied
            return result
        finally:
            self._activity.set()

    def check(self) -> None:
        """Go on only if the process lives."""
        if self.is_dead:
            raise ProcessDied

    def _die(self) -> None:
        self.is_dead = True
        raise ProcessDied

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something is so; asked again after every call."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not await condition():
                if self.is_dead:
                    raise ProcessDied
                self._activity.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._activity.wait(), 0.05)


@dataclass(frozen=True, slots=True)
class Asked:
    """What alice asks for: a command and its options, the seconds that it takes, and the settings it needs.

    ``ready`` is the key of what is said when it is there.
    """

    options: Mapping[str, Any]
    seconds: int = 5
    settings: Mapping[str, Any] = field(default_factory=dict)
    command: str = "video"
    ready: str = "result.ready"


PLAIN = Asked({"prompt": "@Image1", "image1": png()})


@dataclass(slots=True)
class Harness:
    """What stays when the bot dies."""

    folder: Path
    oxen: SimulatedOxen
    env: simcord.Env
    channel: Any
    alice: Any
    guild: Any
    asked: Asked = PLAIN
    ahead: timedelta = timedelta()
    """How far the bot's clock is ahead of the real one."""

    def now(self) -> datetime:
        """What time it is for the bot."""
        return utc_now() + self.ahead

    @asynccontextmanager
    async def bot(self, gate: FaultPoint) -> AsyncIterator[Composition]:
        """A bot process, from its start to its death or to the end of the block."""
        with contextlib.suppress(ProcessDied):
            try:
                async with self._process(gate) as parts:
                    yield parts
            except BaseExceptionGroup as group:
                _, others = group.split(lambda error: isinstance(error, (ProcessDied, asyncio.CancelledError)))
                if others is not None:
                    raise

    @asynccontextmanager
    async def _process(self, gate: FaultPoint) -> AsyncIterator[Composition]:
        settings = sandbox_settings(self.folder, self.oxen, reconcile_seconds=0.2, **self.asked.settings)
        async with composed(
            settings,
            timing=FAST,
            clock=self.now,
            normalizer=UnchangedPictures(),
            wrappers=with_faults(gate),
            catalogues=Catalogues(),
            workers=shared_workers(),
        ) as parts:
            share_extensions(parts.bot)
            if not parts.services.models.are_read:  # the commands wait for it
                with contextlib.suppress(BotError):
                    await parts.services.models.look()
            self.env.settle_timeout = WAIT_SECONDS  # the bot before may have died while it was still getting ready
            await self.env.restart_bot(parts.bot)
            self.env.settle_timeout = _SETTLE_SECONDS
            async with parts.running():
                yield parts

    def post_in(self, place: ResultPlace) -> None:
        """Have the server's results posted somewhere, past the gate."""
        with contextlib.closing(sqlite3.connect(self.folder / "bot.sqlite3")) as connection, connection:
            connection.execute("INSERT INTO servers (guild_id, results) VALUES (?, ?)", (self.guild.id, place))

    async def ask(self) -> None:
        """Alice asks for a video; what comes of it, if the bot dies meanwhile, is seen later."""
        with contextlib.suppress(TimeoutError):
            await self.alice.slash(self.channel, self.asked.command, **self.asked.options)

    async def jobs(self) -> list[Job]:
        """Every job there is, read past the gate and past the bot."""
        with contextlib.closing(sqlite3.connect(self.folder / "bot.sqlite3")) as connection:
            connection.row_factory = sqlite3.Row
            return [job_from_row(row) for row in connection.execute("SELECT * FROM jobs ORDER BY created_at")]

    async def is_settled(self) -> bool:
        """Whether every job has ended and was told, also where it is told twice."""
        return all(job.has_ended and job.is_told and job.copy_message_id != 0 for job in await self.jobs())

    def ledger(self) -> dict[str, int]:
        """Seconds by kind of entry."""
        with contextlib.closing(sqlite3.connect(self.folder / "bot.sqlite3")) as connection:
            return dict(connection.execute("SELECT kind, sum(seconds) FROM ledger GROUP BY kind"))

    def copies(self) -> list[Any]:
        """The messages that show a result a second time."""
        messages = [message for channel in self.env.backend.messages.values() for message in channel.values()]
        return [message for message in messages if COPY.prefix in str(message.components)]

    def outcomes(self) -> list[str]:
        """What every message anywhere says that tells an outcome."""
        messages = [message for channel in self.env.backend.messages.values() for message in channel.values()]
        return [text_of(message) for message in messages if is_outcome(message)]


@asynccontextmanager
async def harness(folder: Path, *, seconds: float | None = 0.0, asked: Asked = PLAIN) -> AsyncIterator[Harness]:
    """A stage with an empty database, a server with a channel, and alice."""
    backends: list[Any] = []

    async def fetch_image(url: str) -> bytes:
        return bytes(backends[0].cdn.get(url))

    async with SimulatedOxen(seconds=seconds, begins_at_once=True, fetch_image=fetch_image) as oxen:
        env = simcord.Env(VideoBot(), check_errors=False, settle_timeout=_SETTLE_SECONDS, shard_count=1)
        backends.append(env.backend)
        place_new_database(folder / "bot.sqlite3")
        await env.start()
        try:
            with env.time_context():
                guild = env.create_guild("The Herd")
                channel = guild.create_text_channel("videos")
                alice = guild.add_member(env.create_user("alice"))
                follow_wall_clock(env)
                yield Harness(folder=folder, oxen=oxen, env=env, channel=channel, alice=alice, guild=guild, asked=asked)
        finally:
            await env.shutdown()
            backends.clear()  # aiohttp keeps the handlers of the simulated Oxen, and they would keep it all
