"""The one connection to Oxen's completion events, kept up for as long as the process runs."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NoReturn

from bot.backoff import Backoff
from bot.domain.generation import Completion
from bot.errors import BotError, OxenBusy, OxenError, OxenUncertain
from bot.oxen.client import OxenClient
from bot.oxen.protocol import completion_of
from bot.oxen.sse import EventDecoder, ServerSentEvent

logger = logging.getLogger(__name__)

_COMPLETED = "media_generation_completed"
# A stream that asks for a shorter ``retry`` than this is not let to make the bot spin.
_LEAST_FIRST = 0.1
_BACKOFF = Backoff(first=1.0, cap=60.0, spread=(0.0, 1.0))


class EventStream:
    """Reads completions from one connection after another.

    ``on_connected`` is called for each connection that Oxen accepted, before anything is read from it: it may take
    seconds to reconcile, and what fires meanwhile waits in the socket's buffer, so nothing is lost and the two
    callbacks never run at once. ``on_completion`` gets every completion, also ones seen before. A `BotError` out of
    either is logged and the stream goes on; any other error ends `run`, whose owner decides.

    ``silence_seconds`` should be three of Oxen's keep-alives (45 s). ``sleep`` is what the waits are slept with.
    """

    def __init__(
        self,
        client: OxenClient,
        *,
        silence_seconds: float,
        on_connected: Callable[[], Awaitable[None]],
        on_completion: Callable[[Completion], Awaitable[None]],
        rng: random.Random,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._silence_seconds = silence_seconds
        self._on_connected = on_connected
        self._on_completion = on_completion
        self._rng = rng
        self._backoff = backoff or _BACKOFF
        self._sleep = sleep
        self._connected = False
        self._failures = 0
        self._warned = False
        self._heard_at: float | None = None
        self.connections = 0
        """How many connections Oxen accepted."""

    @property
    def silent_seconds(self) -> float | None:
        """How long ago the last byte came, on any connection; ``None`` before the first one."""
        return None if self._heard_at is None else time.monotonic() - self._heard_at

    @property
    def connected(self) -> bool:
        """Whether a connection is open now that Oxen accepted."""
        return self._connected

    async def run(self) -> NoReturn:
        """Keep the stream up until cancelled."""
        while True:
            asked = 0.0
            try:
                self._ended(proved=await self._one_connection())
            except OxenError as error:
                asked = (error.retry_after or 0.0) if isinstance(error, OxenBusy) else 0.0
                self._warn_once(str(error))
            self._failures += 1
            await self._sleep(max(asked, self._backoff.after(self._failures, self._rng)))

    async def _one_connection(self) -> bool:
        """Read until Oxen ends the connection, and say if a byte came; raises `OxenError` where it fails or breaks."""
        # New for each connection: half an event that a disconnect left behind must not meet the next one's bytes.
        decoder = EventDecoder()
        proved = False
        async with self._client.events(silence_seconds=self._silence_seconds) as chunks:
            self._connected = True
            self.connections += 1
            try:
                await self._call("reconciling after a connect", self._on_connected())
                async for chunk in chunks:
                    proved = True
                    self._is_well()
                    for event in decoder.feed(chunk):
                        await self._take(event)
                    self._heed(decoder.reconnection_ms)
            finally:
                self._connected = False
        return proved

    async def _take(self, event: ServerSentEvent) -> None:
        if event.event != _COMPLETED:
            return
        try:
            completion = completion_of(event.data)
        except OxenUncertain as error:
            logger.warning("skipped an event of Oxen's stream: %s", error)
            return
        await self._call(f"handling the completion of {completion.generation_id}", self._on_completion(completion))

    async def _call(self, what: str, callback: Awaitable[None]) -> None:
        try:
            await callback
        except BotError as error:
            logger.warning("%s failed: %s", what, error, exc_info=error)

    def _is_well(self) -> None:
        """A byte has come: accepting connections is no proof that the other end is well."""
        self._failures = 0
        self._heard_at = time.monotonic()
        if self._warned:
            logger.info("Oxen's event stream is back")
            self._warned = False

    def _ended(self, *, proved: bool) -> None:
        if proved:
            logger.info("Oxen ended its event stream; connecting again")
        else:
            self._warn_once("Oxen ended it before a byte came")

    def _warn_once(self, reason: str) -> None:
        """Only the first failure of a series: the ones after it say nothing new."""
        if not self._warned:
            logger.warning("Oxen's event stream is down, trying on: %s", reason)
            self._warned = True

    def _heed(self, reconnection_ms: int | None) -> None:
        if reconnection_ms is not None:
            first = min(max(reconnection_ms / 1000, _LEAST_FIRST), self._backoff.cap)
            self._backoff = replace(self._backoff, first=first)
