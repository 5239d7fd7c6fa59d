"""A price that moved too far, or is none: the higher one counts until an operator settles it."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.price_guard import GuardedPrice
from bot.operations.prices import accept_price, describe_price
from bot.services.jobs.submit import Asker
from bot.services.spending.prices import KEPT_FOR
from bot.text import load_text
from sandbox.oxen import REFERENCE_TO_VIDEO
from tests.services.test_budgets import Clock, price, services
from tests.support import request

DATABASE = "bot.sqlite3"


def told(folder: Path) -> list[str]:
    """The keys of what the operator is told."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [load_text(row[0]).key for row in connection.execute("SELECT text FROM notices ORDER BY id")]


@pytest.mark.parametrize(
    ("said", "counted", "key"),
    [
        (1.12, 1_120_000, "operator.price_moved"),
        (0.0112, 112_000, "operator.price_moved"),
        (0, 112_000, "operator.price_missing"),
        (-5, 112_000, "operator.price_missing"),
        (None, 112_000, "operator.price_missing"),
    ],
)
async def test_what_is_hard_to_believe_counts_where_it_is_dearer_and_is_told_once(
    tmp_path: Path, said: object, counted: int, key: str
) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        monitor = parts.services.price_monitor
        await monitor.look()
        price(oxen, said)
        for _ in range(3):
            clock.now += KEPT_FOR
            await monitor.look()
            assert (monitor.per_second, monitor.is_doubted) == (counted, True)
        assert told(tmp_path) == [key]


async def test_a_price_that_moved_a_little_is_believed(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        monitor = parts.services.price_monitor
        await monitor.look()
        for said, wanted in ((0.336, 336_000), (0.112, 112_000)):
            price(oxen, said)
            clock.now += KEPT_FOR
            await monitor.look()
            assert (monitor.per_second, monitor.is_doubted) == (wanted, False)
        assert told(tmp_path) == []


async def test_an_operator_settles_it_from_a_terminal_while_the_bot_runs(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        monitor = parts.services.price_monitor
        await monitor.look()
        price(oxen, 0.01)
        clock.now += KEPT_FOR
        await monitor.look()
        assert "In doubt" in describe_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO)
        accept_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO, None)
        await monitor.look()
        assert (monitor.per_second, monitor.is_doubted) == (10_000, False)
        assert "In doubt" not in describe_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO)
        price(oxen, None)
        clock.now += KEPT_FOR
        await monitor.look()
        accept_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO, Decimal("0.2"))
        for _ in range(2):
            clock.now += KEPT_FOR
            await monitor.look()
            assert (monitor.per_second, monitor.is_doubted) == (200_000, False)
        assert told(tmp_path) == ["operator.price_moved", "operator.price_missing"]


@given(st.lists(st.none() | st.integers(1, 10_000), min_size=1), st.integers(1, 10_000))
def test_whatever_oxen_says_nothing_counts_for_less_than_a_third_of_what_was_believed(
    words: list[int | None], first: int
) -> None:
    now = GuardedPrice(believed=first, said=first)
    for said in words:
        after = now.hear(said)
        assert after.counted * 3 >= now.believed
        assert said is None or after.counted >= min(said, now.believed)
        now = after


async def test_a_job_is_held_at_the_higher_price_meanwhile(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        await parts.services.price_monitor.look()
        price(oxen, 0.001)
        clock.now += KEPT_FOR
        await parts.services.price_monitor.look()
        job = await parts.services.submitter.accept(request(), Asker(user_id=7, guild_id=9, channel_id=11))
        assert job.cost_micros == 560_000
