"""Prices: what a second of video costs now, by Oxen's own word, asked every hour; the last word survives an outage.

A word that is no price, or moved too far, is not believed alone: ``bot.domain.price_guard``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.money import dollars, price_per_second
from bot.domain.price_guard import GuardedPrice
from bot.errors import OxenError, StoreError
from bot.oxen.client import OxenClient
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.notices import NoticeSender
from bot.services.timing import Timing
from bot.store.prices import PriceStore
from bot.text import Text, Usd, text

_log = logging.getLogger(__name__)
KEPT_FOR: Final = timedelta(hours=1)
_READ_EVERY: Final = timedelta(seconds=30)
"""How soon the bot takes up what an operator settled from a terminal."""


class PriceMonitor:
    """Knows the price of the model; accepting a job never waits for Oxen to say it."""

    def __init__(
        self,
        prices: PriceStore,
        client: OxenClient,
        model: str,
        operator: OperatorDefaults,
        notices: NoticeSender,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._prices = prices
        self._client = client
        self._model = model
        self._operator = operator
        self._notices = notices
        self._timing = timing
        self._clock = clock
        self._price: GuardedPrice | None = None
        self._known = asyncio.Event()

    async def known(self) -> None:
        """Wait until there is a price."""
        await self._known.wait()

    async def comes_soon(self) -> bool:
        """Wait for the first price, as long as somebody can wait who asks for a video; whether there is one."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.price_within):
                await self._known.wait()
        return self._known.is_set()

    @property
    def per_second(self) -> int | None:
        """Micro-dollars for a second of video; ``None`` while Oxen never said."""
        return None if self._price is None else self._price.counted

    @property
    def is_doubted(self) -> bool:
        """Whether an operator is to say what to believe."""
        return self._price is not None and self._price.is_doubted

    async def run(self) -> None:
        """Keep the price fresh, until cancelled."""
        delays = self._timing.delays()
        while True:
            try:
                wait = min(await self.look(), _READ_EVERY)
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
            self._take(known.price)
            age = self._clock() - known.read_at
            if timedelta() <= age < KEPT_FOR:
                return KEPT_FOR - age
        said = price_per_second(await self._client.model(self._model))
        before = self._price
        if before is None and said is None:
            _log.error("Oxen names no price per second for %s, and none is known", self._model)
            return KEPT_FOR
        after = GuardedPrice(believed=said or 0, said=said) if before is None else before.hear(said)
        if after.counted != (None if before is None else before.counted):
            _log.info("A second of %s costs %s", self._model, dollars(after.counted))
        is_news = after.is_doubted and after != before
        await self._prices.write(
            self._model, after, self._notice(after) if is_news else None, self._operator.channel_id
        )
        if is_news:
            self._notices.wake()
        self._take(after)
        return KEPT_FOR

    def _notice(self, price: GuardedPrice) -> Text:
        """What the operator is told of a price that is in doubt."""
        believed, counted = Usd(price.believed), Usd(price.counted)
        if price.said is None:
            return text("operator.price_missing", model=self._model, believed=believed)
        return text("operator.price_moved", model=self._model, believed=believed, said=Usd(price.said), counted=counted)

    def _take(self, price: GuardedPrice) -> None:
        self._price = price
        self._known.set()
