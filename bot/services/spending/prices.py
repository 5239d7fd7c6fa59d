"""Prices: what each model costs now, by Oxen's own word, asked every hour; the last word survives an outage.

A word that is no price, or moved too far, is not believed alone: ``bot.domain.price_guard``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.model_schema import price_of
from bot.domain.model_spec import Price
from bot.domain.money import dollars
from bot.domain.price_guard import HIGH, IMAGE, SECOND, SOUND, GuardedPrice, GuardedPrices, resolution_of
from bot.errors import OxenError, OxenNotFound, StoreError
from bot.oxen.client import OxenClient
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.notices import NoticeSender
from bot.services.timing import Timing
from bot.store.prices import PriceStore, StoredPrices
from bot.text import Text, Usd, Value, text

_log = logging.getLogger(__name__)
KEPT_FOR: Final = timedelta(hours=1)
_READ_EVERY: Final = timedelta(seconds=30)
"""How soon the bot takes up what an operator settled from a terminal."""


class PriceBook:
    """The prices of models as they are known now; accepting a job never waits for Oxen to say one."""

    def __init__(self) -> None:
        self._prices: dict[str, GuardedPrices] = {}
        self._counted: dict[str, Price] = {}

    def take(self, model_id: str, prices: GuardedPrices) -> None:
        """Know the prices of a model."""
        self._prices[model_id] = prices
        self._counted[model_id] = prices.counted

    def of(self, model_id: str) -> Price | None:
        """What a model is taken to cost; ``None`` while Oxen never said."""
        return self._counted.get(model_id)

    def is_doubted(self, model_id: str) -> bool:
        """Whether an operator is to say what to believe of a model's price."""
        known = self._prices.get(model_id)
        return known is not None and bool(known.doubted)


class PriceMonitor:
    """Keeps the prices of the models in use. ``model_ids`` says which those are, beside the default."""

    def __init__(
        self,
        store: PriceStore,
        client: OxenClient,
        book: PriceBook,
        default: str,
        model_ids: Callable[[], Sequence[str]],
        operator: OperatorDefaults,
        notices: NoticeSender,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._client = client
        self._book = book
        self._default = default
        self._model_ids = model_ids
        self._operator = operator
        self._notices = notices
        self._timing = timing
        self._clock = clock
        self._asked_at: dict[str, datetime] = {}
        self._known = asyncio.Event()

    async def known(self) -> None:
        """Wait until there is a price of the default."""
        await self._known.wait()

    async def comes_soon(self) -> bool:
        """Wait for the first price, as long as somebody can wait who asks for a video; whether there is one."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.price_within):
                await self._known.wait()
        return self._known.is_set()

    @property
    def per_second(self) -> int | None:
        """Micro-dollars for a second of video by the default; ``None`` while Oxen never said."""
        price = self._book.of(self._default)
        return None if price is None else price.of_second()

    @property
    def is_doubted(self) -> bool:
        """Whether an operator is to say what to believe of the default."""
        return self._book.is_doubted(self._default)

    @property
    def doubted_models(self) -> tuple[str, ...]:
        """The other models whose price an operator is to settle."""
        return tuple(one for one in self._others() if self._book.is_doubted(one))

    def _others(self) -> Sequence[str]:
        return [one for one in dict.fromkeys(self._model_ids()) if one != self._default]

    async def run(self) -> None:
        """Keep the prices fresh, until cancelled."""
        delays = self._timing.delays()
        while True:
            try:
                wait = min(await self.look(), _READ_EVERY)
                delays = self._timing.delays()
            except (OxenError, StoreError) as error:
                _log.warning("The prices could not be read (%s); the last ones stay", error)
                wait = timedelta(seconds=next(delays))
            await asyncio.sleep(wait.total_seconds())

    async def load(self) -> dict[str, StoredPrices]:
        """Take up what was written down, before anything is asked for.

        Raises:
            StoreError: the database refused.
        """
        stored = await self._store.all()
        for model_id, one in stored.items():
            self._book.take(model_id, one.prices)
        if self._default in stored:
            self._known.set()
        return stored

    async def look(self) -> timedelta:
        """Take up the last prices that were written down, ask for those that are old; how long all stay fresh.

        Raises:
            OxenError: Oxen did not say all; the last prices stay.
            StoreError: the database refused.
        """
        stored = await self.load()
        failure: OxenError | None = None
        waits = [KEPT_FOR]
        for model_id in (self._default, *self._others()):
            known = stored.get(model_id)
            left = self._fresh_for(self._asked_at.get(model_id) if known is None else known.read_at)
            if left > timedelta():
                waits.append(left)
                continue
            try:
                await self._ask(model_id, known)
            except OxenNotFound as error:
                if model_id == self._default:
                    failure = error
                self._asked_at[model_id] = self._clock()
            except OxenError as error:
                failure = error
        if failure is not None:
            raise failure
        return min(waits)

    def _fresh_for(self, read_at: datetime | None) -> timedelta:
        age = None if read_at is None else self._clock() - read_at
        return KEPT_FOR - age if age is not None and timedelta() <= age else timedelta()

    async def _ask(self, model_id: str, known: StoredPrices | None) -> None:
        said = price_of(await self._client.model(model_id))
        before = GuardedPrices() if known is None else known.prices
        after = before.hear(said)
        if not after.shapes:
            _log.error("Oxen names no price of %s, and none is known", model_id)
            self._asked_at[model_id] = self._clock()
            return
        _log_changes(model_id, before, after)
        news = [shape for shape in after.doubted if after.shapes[shape] != before.shapes.get(shape)]
        notice = self._notice(model_id, news[0], after.shapes[news[0]]) if news else None
        await self._store.write(model_id, after, notice, self._operator.channel_id)
        if news:
            self._notices.wake()
        self._book.take(model_id, after)
        if model_id == self._default:
            self._known.set()

    def _notice(self, model_id: str, shape: str, price: GuardedPrice) -> Text:
        """What the operator is told of a price that is in doubt."""
        happened = "missing" if price.said is None else "moved"
        values: dict[str, Value] = {"model": model_id, "believed": Usd(price.believed)}
        if price.said is not None:
            values |= {"said": Usd(price.said), "counted": Usd(price.counted)}
        if model_id == self._default and shape == SECOND:
            return text(f"operator.price_{happened}", **values)
        if shape == IMAGE:
            return text(f"operator.price_{happened}.image", **values)
        return text(f"operator.price_{happened}.shape", **values, what=_shape_text(model_id, shape))


def _shape_text(model_id: str, shape: str) -> Text:
    """A model in a shape as people read it."""
    resolution = resolution_of(shape)
    if resolution is not None:
        return text("operator.price_in_resolution", model=model_id, resolution=resolution)
    return text(f"operator.price_of.{shape}", model=model_id)


def _log_changes(model_id: str, before: GuardedPrices, after: GuardedPrices) -> None:
    for shape, price in after.shapes.items():
        old = before.shapes.get(shape)
        if old is None or old.counted != price.counted:
            what = "An image" if shape == IMAGE else "A second"
            _log.info("%s of %s costs %s%s", what, model_id, dollars(price.counted), in_words(shape))


def in_words(shape: str) -> str:
    """A shape for a log or a terminal, after what it costs; nothing for the base of a model's prices."""
    resolution = resolution_of(shape)
    if resolution is not None:
        return f" in {resolution}"
    return {SOUND: " with sound", HIGH: " from 1080p up"}.get(shape, "")
