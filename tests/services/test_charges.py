"""Two books: what Oxen charged replaces what was estimated, whatever became of the seconds."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.oxen.history import charge_of
from sandbox.world import World, world
from tests.cogs.test_video import ask, in_thread, made
from tests.support import ManualClock, usage_of


async def books(here: World) -> tuple[int, int]:
    """Micro-dollars held and spent today."""
    [row] = await here.parts.store.database.rows(
        "SELECT micros_held, micros_used FROM bot_totals WHERE length(period) = 10"
    )
    return row["micros_held"], row["micros_used"]


async def test_what_oxen_charged_replaces_the_estimate_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await ask(here)
        generation = await made(here)
        assert await books(here) == (560_000, 0)
        here.oxen.succeed(generation)
        await in_thread(here, "is ready")
        await here.quiet()
        assert await books(here) == (0, 560_000)
        here.oxen.generations[generation].charged_micro_usd = 610_000
        assert await here.parts.services.charges.reconcile() == 1
        assert await books(here) == (0, 610_000)
        here.oxen.generations[generation].charged_micro_usd = 5
        assert await here.parts.services.charges.reconcile() == 0
        assert await books(here) == (0, 610_000)
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).used == 5


async def test_a_failure_that_was_billed_all_the_same_is_spent_and_its_seconds_stay_given_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await ask(here)
        generation = await made(here)
        here.oxen.fail(generation, "422 - the picture is too dark")
        await in_thread(here, "was not made")
        await here.quiet()
        assert await books(here) == (0, 0)
        here.oxen.generations[generation].charged_micro_usd = 560_000
        await here.parts.services.charges.reconcile()
        assert await books(here) == (0, 560_000)
        assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).used == 0


async def test_without_a_history_the_estimates_stay_and_it_is_asked_seldom(tmp_path: Path) -> None:
    clock = ManualClock()
    async with world(tmp_path, clock=clock) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        await in_thread(here, "is ready")
        await here.quiet()
        here.oxen.history_refused_with = 404
        for _ in range(5):
            assert await here.parts.services.charges.reconcile() == 0
        assert await books(here) == (0, 560_000)
        assert sum(seen.path == "/api/ai/generations" for seen in here.oxen.requests) == 1
        clock.now += timedelta(hours=1)
        here.oxen.history_refused_with = None
        assert await here.parts.services.charges.reconcile() == 1


@pytest.mark.parametrize(
    ("row", "charged"),
    [
        ({"cost": "0.56", "status": "succeeded"}, 560_000),
        ({"cost": 0.56, "status": "succeeded"}, 560_000),
        ({"cost": "0", "status": "succeeded"}, None),
        ({"cost": "0.000", "status": "failed"}, 0),
        ({"cost": "0", "status": "cancelled"}, 0),
        ({"cost": None, "status": "failed"}, None),
        ({"cost": "-1", "status": "failed"}, None),
        ({"cost": "NaN", "status": "succeeded"}, None),
        ({"cost": "much", "status": "succeeded"}, None),
        ({"cost": str(Decimal(10) ** 30), "status": "succeeded"}, None),
        ({"status": "succeeded"}, None),
        (None, None),
    ],
)
def test_a_charge_is_what_makes_sense_as_one(row: object, charged: int | None) -> None:
    assert charge_of(row) == charged
