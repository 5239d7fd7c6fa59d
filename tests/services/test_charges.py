"""Two books: what Oxen charged replaces what was estimated, whatever became of the seconds."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.books import OxenCharge
from bot.domain.generation import GenerationStatus
from bot.oxen.history import history_page
from bot.services.spending.charges import cost_by_now
from sandbox.world import World, world
from tests.cogs.admins import admin
from tests.cogs.videos import ask, in_thread, made
from tests.support import ManualClock, private, text_of, usage_of


async def books(here: World) -> tuple[int, int]:
    """Micro-dollars held and spent today."""
    [row] = await here.parts.store.database.rows(
        "SELECT micros_held, micros_used FROM bot_totals WHERE length(period) = 10"
    )
    return row["micros_held"], row["micros_used"]


async def test_what_oxen_charged_replaces_the_estimate_once(here: World) -> None:
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


@pytest.mark.slow
async def test_a_failure_that_was_billed_all_the_same_is_spent_and_its_seconds_stay_given_back(here: World) -> None:
    await ask(here)
    generation = await made(here)
    here.oxen.fail(generation, "422 - the picture is too dark")
    await in_thread(here, "Your video failed")
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


@pytest.mark.parametrize("name", ["generation_id", "id"])
def test_a_row_of_the_history_is_known_by_either_name_of_its_id(name: str) -> None:
    [charge] = history_page({"generations": [{name: "g1", "status": "succeeded", "cost": "0.56"}]}, 1).charges
    assert (charge.generation_id, charge.cost) == ("g1", 560_000)


@pytest.mark.parametrize(
    ("cost", "status", "charged"),
    [
        (560_000, GenerationStatus.SUCCEEDED, 560_000),
        (0, GenerationStatus.SUCCEEDED, None),
        (0, GenerationStatus.FAILED, 0),
        (0, GenerationStatus.CANCELLED, 0),
        (None, GenerationStatus.FAILED, None),
        (0, None, None),
    ],
)
def test_a_video_for_nothing_is_not_charged_yet(
    cost: int | None, status: GenerationStatus | None, charged: int | None
) -> None:
    assert cost_by_now(OxenCharge(generation_id="a", status=status, cost=cost, at=None)) == charged


async def test_what_is_canceled_while_it_is_being_made_is_told_in_both_books(here: World) -> None:
    answer = await ask(here)
    generation = await made(here)
    here.oxen.start(generation)
    await here.alice.click(answer.response, label="Cancel")
    await in_thread(here, "canceled")
    await here.quiet()
    assert await books(here) == (0, 560_000)
    quota = text_of((await here.alice.slash(here.channel, "quota")).response)
    assert "60 of 60\u00a0s left today" in quota
    assert "canceled, not counted; Oxen was paid" in quota
    usage = private(await admin(here).slash(here.channel, "admin usage"))
    assert "0\u00a0s delivered · $0.56 spent" in text_of(usage)
    assert "$0.56 of it went to videos that nobody got" in text_of(usage)


async def test_what_is_canceled_before_oxen_began_is_given_back_in_both_books(here: World) -> None:
    answer = await ask(here)
    await made(here)
    await here.alice.click(answer.response, label="Cancel")
    await in_thread(here, "canceled")
    await here.quiet()
    assert await books(here) == (0, 0)
    assert "Oxen was paid" not in text_of((await here.alice.slash(here.channel, "quota")).response).split("Recent")[1]
