"""The real bot as a process whose calls to the outside fail at random: `python -m sandbox.soak.bot`.

`SOAK_SEED` and `SOAK_RATE` (the share of calls that are struck) say how; each blow is a line in the file `SOAK_BLOWS`.
A death is a SIGKILL that the process sends itself right before or after the call.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import aiohttp

from bot.app import compose, web_of
from bot.client import VideoBot
from bot.config import Settings, load_settings
from bot.domain.clock import utc_now
from bot.errors import BotError, DiscordUnavailable, OxenUncertain, OxenUnreachable, StoreError
from bot.logs import set_up_logging
from bot.oxen.client import OxenClient, Retries
from bot.services.fetch import Workspace
from bot.services.pace import Pace
from bot.services.ports import Conversations
from bot.store.store import Store
from sandbox.as_they_are import AsTheyAre
from sandbox.gates import Blow, Gate, Gated

POST_TIMEOUT_SECONDS = 1.5
POST_GRACE_SECONDS = 4.0
"""Longer than the timeout by more than the weather ever delays a request."""
PACE = Pace(
    post_grace=POST_GRACE_SECONDS,
    search_every=0.5,
    retry_first=0.02,
    retry_cap=0.3,
    stop_every=0.05,
    finish_within=3.0,
)
_DEATHS = (Blow.DIES_BEFORE, Blow.DIES_AFTER)
_SHARE_OF_DEATHS = 0.12


class RandomGate:
    """Strikes a share of all calls; most blows are errors, some are deaths."""

    def __init__(self, rng: random.Random, rate: float, note: Callable[[str], None]) -> None:
        self._rng = rng
        self._rate = rate
        self._note = note

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:  # noqa: ANN401 - whatever the call gives
        """Make the call, unless it is struck."""
        blow = self._draw()
        if blow is Blow.DIES_BEFORE:
            self._die(f"{blow}: {name}")
        if blow is Blow.RAISES:
            self._note(f"{blow}: {name}")
            raise type(certain)(str(certain))
        result = await call()
        if blow is Blow.DIES_AFTER:
            self._die(f"{blow}: {name}")
        if blow is Blow.LOST_ANSWER:
            self._note(f"{blow}: {name}")
            raise type(uncertain)(str(uncertain))
        return result

    def _draw(self) -> Blow | None:
        if self._rng.random() >= self._rate:
            return None
        if self._rng.random() < _SHARE_OF_DEATHS:
            return self._rng.choice(_DEATHS)
        return self._rng.choice((Blow.RAISES, Blow.LOST_ANSWER))

    def _die(self, what: str) -> None:
        self._note(what)
        os.kill(os.getpid(), signal.SIGKILL)


def _noting(path: Path) -> Callable[[str], None]:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return lambda line: (os.write(descriptor, f"{line}\n".encode()), None)[1]


async def live(settings: Settings, gate: Gate) -> None:
    """Run until SIGTERM or SIGINT, as `bot.app.run` does, with the ways out behind a gate."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.database_path, utc_now)
        stack.push_async_callback(store.close)
        workspace = Workspace(settings.database_path.parent / "work")
        workspace.prepare()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=POST_TIMEOUT_SECONDS,
            retries=Retries(attempts=2, wait_initial=0.02, wait_max=0.05, wait_jitter=0.02),
            elsewhere=web_of(settings),
        )
        gated_client = Gated(client, gate, "oxen", OxenUncertain("lost"), OxenUnreachable("unreachable"))
        parts = compose(
            settings,
            cast("Store", Gated(store, gate, "store", StoreError("lost"), StoreError("refused"))),
            cast("OxenClient", gated_client),
            workspace,
            PACE,
            utc_now,
            mender=AsTheyAre(),
            talk=lambda real: cast(
                "Conversations",
                Gated(real, gate, "discord", DiscordUnavailable("lost"), DiscordUnavailable("down")),
            ),
        )
        talking = asyncio.create_task(_talk(parts.bot, settings))
        stopped = asyncio.create_task(stop.wait())
        try:
            async with parts.running():
                await asyncio.wait({talking, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await parts.bot.close()
            for task in (talking, stopped):
                task.cancel()
            await asyncio.wait({talking, stopped})
    if not talking.cancelled() and (error := talking.exception()) is not None:
        raise error


async def _talk(bot: VideoBot, settings: Settings) -> None:
    async with bot:
        await bot.login(settings.discord_token.get_secret_value())
        await bot.connect(reconnect=True)


def main() -> None:
    """Run it with what the environment says."""
    settings = load_settings()
    secrets = (settings.discord_token.get_secret_value(), settings.oxen_api_key.get_secret_value())
    set_up_logging(settings.log_level, settings.log_format, secrets)
    note = _noting(Path(os.environ["SOAK_BLOWS"]))
    gate = RandomGate(random.Random(os.environ["SOAK_SEED"]), float(os.environ["SOAK_RATE"]), note)
    asyncio.run(live(settings, gate))


if __name__ == "__main__":
    main()
