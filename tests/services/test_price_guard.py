"""A price that moved too far, or is none: the higher one counts until an operator settles it."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Composition
from bot.domain.actor import Actor
from bot.domain.model_spec import Price
from bot.domain.price_guard import GuardedPrice, GuardedPrices, price_of_shapes, shapes_of_price
from bot.errors import CommandError
from bot.operations.prices import accept_price, describe_prices
from bot.services.spending.prices import KEPT_FOR
from bot.text import load_text
from sandbox.oxen import REFERENCE_TO_VIDEO
from tests.services.spending import Clock, price, services
from tests.support import request

DATABASE = "bot.sqlite3"
OMNI = "kling-video-o3-omni"


def told(folder: Path) -> list[str]:
    """The keys of what the operator is told."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [load_text(row[0]).key for row in connection.execute("SELECT text FROM notices ORDER BY id")]


@pytest.mark.slow
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
        assert "In doubt" in describe_prices(tmp_path / DATABASE, REFERENCE_TO_VIDEO)[0]
        accept_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO, None)
        await monitor.look()
        assert (monitor.per_second, monitor.is_doubted) == (10_000, False)
        assert "In doubt" not in describe_prices(tmp_path / DATABASE, REFERENCE_TO_VIDEO)[0]
        price(oxen, None)
        clock.now += KEPT_FOR
        await monitor.look()
        accept_price(tmp_path / DATABASE, REFERENCE_TO_VIDEO, Decimal("0.2"))
        for _ in range(2):
            clock.now += KEPT_FOR
            await monitor.look()
            assert (monitor.per_second, monitor.is_doubted) == (200_000, False)
        assert told(tmp_path) == ["operator.price_moved", "operator.price_missing"]


@pytest.mark.slow
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


@pytest.mark.slow
async def test_a_job_is_held_at_the_higher_price_meanwhile(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        await parts.services.price_monitor.look()
        price(oxen, 0.001)
        clock.now += KEPT_FOR
        await parts.services.price_monitor.look()
        job = await parts.services.submitter.accept(request(), Actor(user_id=7, guild_id=9, channel_id=11))
        assert job.cost_micros == 560_000


OMNI_ASKED = {"model": OMNI, "duration": 7, "resolution": "4k"}


async def looked(parts: Composition) -> None:
    """Models and prices are read, as they are every hour."""
    await parts.services.models.look()
    await parts.services.price_monitor.look()


async def cost_of(parts: Composition, **asked: Any) -> int | None:
    job = await parts.services.submitter.accept(request(**asked), Actor(user_id=7, guild_id=9, channel_id=11))
    return job.cost_micros


@pytest.mark.slow
async def test_every_model_in_use_is_guarded_in_each_of_its_shapes(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock, oxen_models=OMNI) as (parts, oxen):
        await looked(parts)
        assert await cost_of(parts, **OMNI_ASKED) == 7 * 420_000
        pricing = oxen.models[OMNI]["pricing"]
        pricing["cost_per_second_by_resolution"]["4k"] = 0.004
        clock.now += KEPT_FOR
        await looked(parts)
        assert parts.services.price_monitor.doubted_models == (OMNI,)
        assert not parts.services.price_monitor.is_doubted
        assert await cost_of(parts, **OMNI_ASKED) == 7 * 420_000
        assert await cost_of(parts, model=OMNI, duration=7, resolution="720p") == 7 * 126_000
        assert told(tmp_path) == ["operator.price_moved.shape"]
        accept_price(tmp_path / DATABASE, OMNI, None)
        await parts.services.price_monitor.look()
        assert await cost_of(parts, **OMNI_ASKED) == 7 * 4_000


@pytest.mark.slow
async def test_a_model_whose_price_is_missing_goes_on_with_the_last_one_that_was_believed(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock, oxen_models=OMNI) as (parts, oxen):
        await looked(parts)
        oxen.models[OMNI]["pricing"] = {"method": "per_video_output_second", "cost_per_second": 0}
        clock.now += KEPT_FOR
        await looked(parts)
        assert await cost_of(parts, **OMNI_ASKED) == 7 * 420_000
        assert told(tmp_path) == ["operator.price_missing.shape"]
        with pytest.raises(CommandError):
            accept_price(tmp_path / DATABASE, OMNI, None)
        accept_price(tmp_path / DATABASE, OMNI, Decimal("0.5"))
        await parts.services.price_monitor.look()
        assert [line[:40] for line in describe_prices(tmp_path / DATABASE, OMNI)][:1] == [
            "A second of kling-video-o3-omni costs $0"
        ]


def test_a_shape_that_gets_a_price_of_its_own_is_compared_with_what_counted_for_it() -> None:
    before = GuardedPrices().hear(Price(per_second=100_000))
    after = before.hear(Price(per_second=100_000, by_resolution={"4k": 1_000, "720p": 90_000}))
    assert after.doubted == ("resolution:4k",)
    assert after.counted.of_second(resolution="4k") == 100_000
    assert after.counted.of_second(resolution="720p") == 90_000


def test_a_shape_that_has_no_price_any_more_costs_what_others_do_once_that_is_accepted() -> None:
    before = GuardedPrices().hear(Price(per_second=100_000, with_audio=150_000))
    after = before.hear(Price(per_second=100_000))
    assert (after.doubted, after.counted.of_second(sound=True)) == (("sound",), 150_000)
    settled = after.settle_as_said()
    assert settled is not None
    assert (settled.doubted, settled.counted.of_second(sound=True)) == ((), 100_000)


@pytest.mark.slow
@given(
    st.builds(
        Price,
        per_second=st.none() | st.integers(1, 10**9),
        with_audio=st.none() | st.integers(1, 10**9),
        high_resolution=st.none() | st.integers(1, 10**9),
        by_resolution=st.dictionaries(st.text(max_size=8), st.integers(1, 10**9), max_size=4),
        per_image=st.none() | st.integers(1, 10**9),
    )
)
def test_prices_by_their_shapes_are_the_same_prices(price: Price) -> None:
    assert price_of_shapes(shapes_of_price(price)) == price
