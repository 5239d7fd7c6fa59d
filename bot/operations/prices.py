"""``price``: what models are taken to cost, seen and settled from a terminal, whether the bot runs or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bot.domain.clock import utc_now
from bot.domain.money import dollars, micros
from bot.domain.price_guard import IMAGE, SECOND, GuardedPrice, GuardedPrices
from bot.errors import CommandError, StoreError
from bot.services.spending.prices import in_words
from bot.store.prices import StoredPrices, find_prices, write_prices

NONE_KNOWN = "No price is known yet. The bot asks Oxen at its start; or give one: python -m bot price accept USD"
_NONE_NAMED = "Oxen names no price that could be accepted. Give one: python -m bot price accept USD"


def describe_prices(database: Path, default: str, others: Collection[str] | None = ()) -> list[str]:
    """What each model costs, a line a shape, the default first; and what Oxen says where that is in doubt.

    ``others`` are the other models that are in use; ``None``: whichever a price is known of.

    Raises:
        StoreError: the database cannot be used.
    """
    with _connected(database) as connection:
        known = find_prices(connection)
    lines = list(_lines(default, known[default], is_default=True)) if default in known else [NONE_KNOWN]
    for model in dict.fromkeys(known if others is None else others):
        if model != default and model in known:
            lines += _lines(model, known[model], is_default=False)
    return lines


def _lines(model: str, known: StoredPrices, *, is_default: bool) -> Iterator[str]:
    settle = "python -m bot price accept [USD]" + ("" if is_default else f" --model {model}")
    for shape, price in known.prices.shapes.items():
        yield _line(f"{_unit(shape)} of {model}", in_words(shape), price, known.read_at, settle)


def _line(what: str, shape: str, price: GuardedPrice, read_at: datetime, settle: str) -> str:
    if not price.is_doubted:
        return f"{what} costs {dollars(price.believed)}{shape}, as Oxen said {read_at:%Y-%m-%d %H:%M} UTC."
    said = "names no price" if price.said is None else f"says {dollars(price.said)}"
    return (
        f"In doubt: {what[0].lower()}{what[1:]} cost {dollars(price.believed)}{shape}, and Oxen {said} since "
        f"{read_at:%Y-%m-%d %H:%M} UTC. Counted is {dollars(price.counted)}. Settle it: {settle}"
    )


def accept_price(database: Path, model: str, usd: Decimal | None) -> str:
    """Believe what Oxen said of a model, or an amount for a second or an image of it; what was done.

    A running bot takes it up within a minute.

    Raises:
        CommandError: there is nothing to believe; nothing was changed.
        StoreError: the database cannot be used.
    """
    now = utc_now()
    with _connected(database) as connection:
        known = find_prices(connection).get(model)
        if known is None:
            raise CommandError(f"No price of {model} is known. Nothing was changed.")
        settled = _settled(known.prices, usd)
        if settled is None:
            raise CommandError(_NONE_NAMED if usd is None else f"{model} has no such price. Nothing was changed.")
        write_prices(connection, model, settled, known.read_at)
    found = (
        f"{_unit(shape)} of {model} is taken to cost {dollars(price.believed)}{in_words(shape)}"
        for shape, price in settled.shapes.items()
        if shape in _bases(settled) or price != known.prices.shapes.get(shape)
    )
    return f"{'; '.join(found)} from now on ({now:%Y-%m-%d %H:%M} UTC)."


def _settled(prices: GuardedPrices, usd: Decimal | None) -> GuardedPrices | None:
    if usd is None:
        return prices.settle_as_said()
    shapes = [shape for shape in _bases(prices) if shape in prices.shapes] or list(prices.doubted)
    for shape in shapes:
        prices = prices.settle(shape, micros(usd))
    return prices if shapes else None


def _bases(prices: GuardedPrices) -> tuple[str, ...]:
    """The shapes that an amount is for when none is named."""
    return (IMAGE,) if IMAGE in prices.shapes else (SECOND,)


def _unit(shape: str) -> str:
    return "An image" if shape == IMAGE else "A second"


@contextmanager
def _connected(database: Path) -> Iterator[sqlite3.Connection]:
    try:
        uri = f"{database.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        sentence = f"DATABASE_PATH: {database} cannot be used ({error}). Nothing was changed."
        raise StoreError(sentence, user_message=sentence) from error
