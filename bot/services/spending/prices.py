"""Prices: what a second of video costs now, by Oxen's own word, asked every hour; the last word survives an outage."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.money import dollars, price_per_second
from bot.errors import OxenError, StoreError
from bot.oxen.client import OxenClient
from bot.services.timing import Timing
from bot.store.prices import PriceStore

_log = logging.getLogger(__name__)
KEPT_FOR: Final = timedelta(hours=1)


class PriceMonitor:
    """Knows the price of the model; accepting a job never waits for Oxen to say it."""

    def __init__(self, prices: PriceStore, client: OxenClient, model: str, timing: Timing, clock: Clock) -> None:
        self._prices = prices
        self._client = client
        self._model = model
        self._timing = timing
        self._clock = clock
        self._per_second: int | None = None
        self._known = asyncio.Event()

    async def known(self) -> None:
        """Wait until there is a price."""
        await self._known.wait()

    @property
    def per_second(self) -> int | None:
        """Micro-dollars for a second of video; ``None`` while Oxen never said."""
        return self._per_second

    async def run(self) -> None:
        """Keep the price fresh, until cancelled."""
        delays = self._timing.delays()
        while True:
            try:
                wait = await self.look()
                delays = self._timing.delays()
            except (OxenError, StoreError) as error:
                _log.warning("The price of %s could not be read (%s); the last one stays", self._model, error)
                wait = timedelta(seconds=next(delays))
            await asyncio.sleep(wait.total_seconds())

    async def look(self) -> timedelta:
        """Take up the last price that was written down, ask for another if it is old; how long it stays fresh.

        Raises:
            OxenError: Oxen did not say; the last price stays.
            StoreError: the database refused.
        """
        known = await self._prices.find(self._model)
        if known is not None:
            self._take(known.micros_per_second)
            age = self._clock() - known.read_at
            if timedelta() <= age < KEPT_FOR:
                return KEPT_FOR - age
        price = price_per_second(await self._client.model(self._model))
        if price is None:
            _log.error("Oxen names no price per second for %s; the last one stays", self._model)
            return KEPT_FOR
        if price != self._per_second:
            _log.info("A second of %s costs %s", self._model, dollars(price))
        await self._prices.write(self._model, price)
        self._take(price)
        return KEPT_FOR

    def _take(self, price: int) -> None:
        self._per_second = price
        self._known.set()
