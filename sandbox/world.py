"""A small world for the bot: SimCord as Discord, a simulated Oxen, and the real services between them.

The services run outside the bot that SimCord watches: it settles the bot after every action, and a
listener that never ends would keep it waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import simcord
from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from simcord.builders import ChannelHandle

from bot.app import Composition, composed
from bot.config import Settings
from bot.domain.clock import Clock, utc_now
from bot.domain.job import JobState
from bot.domain.job_update import JobUpdate
from bot.errors import BotError, StoreError
from bot.media.worker.workers import Workers
from bot.services.ports import PictureNormalizer
from bot.services.timing import Timing
from cogs.ui.texts import Catalogues
from sandbox.interpreter import VARIABLE, Interpreter, PseudoCatalogues, interpret
from sandbox.new_database import place_new_database
from sandbox.oxen import SimulatedOxen
from sandbox.shared_extensions import share_extensions
from sandbox.shared_workers import shared_workers
from sandbox.timing import QUICK
from sandbox.wall_clock import follow_wall_clock

WAIT_SECONDS = 60.0
BOT_NAME = "Oxen Video"


@dataclass(slots=True)
class World:
    """What a test or the demo holds. ``env`` is SimCord's own handle on its Discord."""

    env: simcord.Env
    oxen: SimulatedOxen
    parts: Composition
    guild: Any
    channel: ChannelHandle
    alice: Any
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.env.backend.subscribers.append(self._note)
        self.parts.store.observe(self._note_job)

    def _note_job(self, _update: JobUpdate) -> None:
        self._changed.set()

    def _note(self, _event: str, _payload: Mapping[str, Any]) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], Any], *, timeout: float = WAIT_SECONDS) -> Any:  # noqa: ANN401
        """Wait for something to be so in Discord; asked again after each of its events. What it was."""
        async with asyncio.timeout(timeout):
            while not (value := condition()):
                self._changed.clear()
                await self._changed.wait()
        return value

    async def ended(self) -> None:
        """Wait until every job has ended and was told, and that is written down: its message is seen before.

        And until what was cut of its video is kept.
        """
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                self._changed.clear()
                if not await self.parts.store.unfinished():
                    await self.parts.services.runner.idle()
                    return
                await self._changed.wait()

    def thread(self) -> ChannelHandle | None:
        """The newest thread of the channel."""
        threads = self.channel.threads
        return threads[-1] if threads else None

    async def quiet(self) -> None:
        """Let the bot finish what it does now, and write down what was seen of it."""
        with contextlib.suppress(TimeoutError):
            await self.env.settle(timeout=1.0)
        with contextlib.suppress(TimeoutError, StoreError):
            async with asyncio.timeout(3.0):
                while any(job.state is JobState.DELIVERING for job in await self.parts.store.unfinished()):
                    self._changed.clear()
                    await self._changed.wait()
                if not await self.parts.store.unfinished():
                    await self.parts.services.runner.idle()


class _GivenSettings(Settings):
    """Settings of which nothing is read from the environment, nor from a file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep to what was given."""
        return (init_settings,)


def sandbox_settings(folder: Path, oxen: SimulatedOxen, **changes: Any) -> Settings:  # noqa: ANN401
    """Settings for a bot in the sandbox; nothing is read from the environment."""
    values: dict[str, Any] = {
        "discord_token": SecretStr("sandbox-discord-token"),
        "oxen_api_key": SecretStr(oxen.api_key),
        "oxen_api_url": oxen.url,
        "result_hosts_allow_private": True,
        "database_path": folder / "bot.sqlite3",
        "reconcile_seconds": 3_600,
        "stream_silence_seconds": 45,
        "max_commands_per_minute": 10_000,
        "budget_usd_per_day": None,
        "max_daily_seconds_per_user": 1_000_000,
    }
    return _GivenSettings.model_validate(values | changes)


@asynccontextmanager
async def world(
    folder: Path,
    *,
    seconds: float | None = None,
    render: bool = False,
    timing: Timing = QUICK,
    clock: Clock = utc_now,
    oxen: SimulatedOxen | None = None,
    normalizer: PictureNormalizer | None = None,
    catalogues: Catalogues | None = None,
    workers: Workers | None = None,
    **settings: Any,  # noqa: ANN401 - settings by their names
) -> AsyncIterator[World]:
    """One server with one channel and one member, alice; a bot that is ready; an Oxen that listens.

    It uses the media workers of this process, unless it is given others, and speaks English, unless it is given
    ``catalogues``: to tell Discord of the commands in eleven languages takes a third of a bot's start.
    """
    backends: list[Any] = []

    async def fetch_image(url: str) -> bytes:
        data = backends[0].cdn.get(url)
        if data is None:
            raise LookupError(f"the simulated CDN has no {url}")
        return bytes(data)

    if catalogues is None:
        catalogues = PseudoCatalogues() if VARIABLE in os.environ else Catalogues()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(backends.clear)  # aiohttp keeps the handlers of the simulated Oxen, and they would keep it all
        oxen = oxen or SimulatedOxen(seconds=seconds, render=render, fetch_image=fetch_image)
        await stack.enter_async_context(oxen)
        configured = sandbox_settings(folder, oxen, **settings)
        place_new_database(configured.database_path)
        parts = await stack.enter_async_context(
            composed(
                configured,
                timing=timing,
                clock=clock,
                normalizer=normalizer,
                catalogues=catalogues,
                workers=workers or shared_workers(),
            )
        )
        share_extensions(parts.bot)
        if not parts.services.models.are_read:  # else a first start would tell Discord of options that nothing takes
            with contextlib.suppress(BotError):
                await parts.services.models.look()
        env = await stack.enter_async_context(simcord.run(parts.bot, settle_timeout=WAIT_SECONDS, shard_count=1))
        interpreter = Interpreter()
        if isinstance(catalogues, PseudoCatalogues):
            interpret(env, parts.bot, interpreter)
        del parts.bot.tree.on_error  # SimCord's wrapper, for which every error of a command is one that nobody answers
        backends.append(env.backend)
        follow_wall_clock(env)
        env.backend.edit_bot_profile(BOT_NAME)
        guild = env.create_guild("The Herd")
        channel = guild.create_text_channel("videos")
        alice = guild.add_member(env.create_user("alice"))
        here = World(env=env, oxen=oxen, parts=parts, guild=guild, channel=channel, alice=alice)
        await stack.enter_async_context(parts.running())
        await oxen.wait_for_listener()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await parts.services.price_monitor.known()
                await parts.services.models.known()
        with contextlib.suppress(BotError):  # else whose server it is may be asked in the midst of what a test looks at
            await parts.services.access.check(guild.id, alice.id)
        yield here
        assert not (faults := interpreter.faults()), faults
