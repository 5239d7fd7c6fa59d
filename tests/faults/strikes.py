"""Writes besides those of a job, struck by a fault."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from cogs.ui.texts import ENGLISH
from tests.faults.harness import Cell, FaultPoint, Harness
from tests.support import png, private


async def save_element(here: Harness, _: Any) -> Any:
    return await here.alice.slash(here.channel, "element save", name="bloxy", front=png(seed=1))


async def about_to_be_forgotten(here: Harness) -> Any:
    await save_element(here, None)
    return private(await here.alice.slash(here.channel, "privacy"))


async def be_forgotten(here: Harness, card: Any) -> Any:
    sure = private(await here.alice.click(card, custom_id="privacy:delete"))
    return await here.alice.click(sure, custom_id="privacy:confirm")


async def with_one_refused(here: Harness) -> Any:
    """Alice has a video in the making, and a second request that has no room now."""
    await here.ask()
    return private(await ask_for_one_more(here))


async def ask_for_one_more(here: Harness, _: Any = None) -> Any:
    return await here.alice.slash(here.channel, "video", prompt="second, @Image1", image1=png(seed=3))


async def have_it_wait(here: Harness, refused: Any) -> Any:
    return await here.alice.click(refused, label=ENGLISH("waiting.make"))


def count(here: Harness, sql: str) -> int:
    """How often something took effect, read past the bot."""
    with contextlib.closing(sqlite3.connect(here.folder / "bot.sqlite3")) as connection:
        [(number,)] = connection.execute(sql)
        return int(number)


@contextlib.contextmanager
def struck(gate: FaultPoint, cell: Cell) -> Iterator[None]:
    """The next call of that name is struck."""
    number = gate.calls.count(cell.call) + 1
    gate.cells = (Cell(cell.call, number, cell.fault),)
    yield
    assert gate.struck, "the call was never made"
