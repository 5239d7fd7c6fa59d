"""``price``: what a second of video is taken to cost, seen and settled from a terminal, whether the bot runs or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from bot.domain.clock import utc_now
from bot.domain.money import dollars, micros
from bot.errors import CommandError, StoreError
from bot.store.prices import find_price, write_price

NONE_KNOWN = "No price is known yet. The bot asks Oxen at its start; or give one: python -m bot price accept USD"


def describe_price(database: Path, model: str) -> str:
    """What a second costs, and what Oxen says where that is in doubt.

    Raises:
        StoreError: the database cannot be used.
    """
    with _connected(database) as connection:
        known = find_price(connection, model)
    if known is None:
        return NONE_KNOWN
    price = known.price
    if not price.is_doubted:
        return f"A second of {model} costs {dollars(price.believed)}, as Oxen said {known.read_at:%Y-%m-%d %H:%M} UTC."
    said = "names no price" if price.said is None else f"says {dollars(price.said)}"
    return (
        f"In doubt: a second of {model} cost {dollars(price.believed)}, and Oxen {said} since "
        f"{known.read_at:%Y-%m-%d %H:%M} UTC. Counted is {dollars(price.counted)}. "
        "Settle it: python -m bot price accept [USD]"
    )


def accept_price(database: Path, model: str, usd: Decimal | None) -> str:
    """Believe what Oxen said, or an amount for a second; what was done. A running bot takes it up within a minute.

    Raises:
        CommandError: there is nothing to believe; nothing was changed.
        StoreError: the database cannot be used.
    """
    now = utc_now()
    with _connected(database) as connection:
        known = find_price(connection, model)
        amount = micros(usd) if usd is not None else None if known is None else known.price.said
        if known is None or amount is None:
            raise CommandError("Oxen names no price that could be accepted. Give one: python -m bot price accept USD")
        write_price(connection, model, known.price.settle(amount), known.read_at)
    return f"A second of {model} is taken to cost {dollars(amount)} from now on ({now:%Y-%m-%d %H:%M} UTC)."


@contextmanager
def _connected(database: Path) -> Iterator[sqlite3.Connection]:
    try:
        uri = f"{database.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection
    except sqlite3.Error as error:
        sentence = f"DATABASE_PATH: {database} cannot be used ({error}). Nothing was changed."
        raise StoreError(sentence, user_message=sentence) from error
