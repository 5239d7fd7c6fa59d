"""``/admin quota model``: a dear model counts more, and one that may not be used is refused before anything is paid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.support import png, private, text_of

OMNI = "kling-video-o3-omni"
NAME = "Kling Video O3 Omni"


async def ask(here: World, **options: Any) -> Any:
    await here.parts.services.models.look()
    return await here.alice.slash(here.channel, "video", prompt="@Image1 runs", image1=png(), **options)


def told(here: World) -> list[Any]:
    """What is said in the threads of videos."""
    return [message for thread in here.channel.threads for message in thread.history()]


@pytest.mark.slow
async def test_every_second_of_a_dear_model_counts_as_three_and_is_paid_as_one(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI, quota_daily_seconds=20) as here:
        await here.parts.services.models.look()
        assert "1\u00a0s counts as 3\u00a0s" in await says(admin(here), here, "admin quota model", model=NAME, factor=3)
        assert f"{NAME}: 1\u00a0s counts as 3\u00a0s" in await says(here.alice, here, "quota")
        await ask(here, model=OMNI, duration=5)
        assert "5 of 20\u00a0s left today" in await says(here.alice, here, "quota")
        refused = text_of(private(await ask(here, model=OMNI, duration=5)))
        assert "takes 15\u00a0s" in refused
        assert "5 of 20\u00a0s left" in refused
        await ask(here, duration=5)
        await here.oxen.wait_for_generation(2)
        assert rows(tmp_path, "SELECT seconds, quota_seconds FROM jobs ORDER BY created_at, rowid") == [
            (5, 15),
            (5, None),
        ]
        assert rows(tmp_path, "SELECT sum(micros), sum(seconds) FROM ledger WHERE kind = 'reserve'") == [
            (5 * 168_000 + 5 * 112_000, 20)
        ]


async def test_a_model_that_may_not_be_used_is_refused_and_is_not_in_the_list(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI) as here:
        ada = admin(here)
        await here.parts.services.models.look()
        assert "can't be used here" in await says(ada, here, "admin quota model", model=OMNI, allowed=False)
        refused = text_of(private(await ask(here, model=OMNI)))
        assert f"{NAME} can't be used in this server" in refused
        assert "No seconds used" in refused
        shown = await here.alice.autocomplete(here.channel, "video", "model", "")
        assert OMNI not in [choice["value"] for choice in shown]
        assert f"{NAME}: can't be used here" in await says(ada, here, "admin quota show")
        assert "every second counts as one" in await says(ada, here, "admin quota model", model=OMNI, allowed=True)
        await ask(here, model=OMNI)
        await here.oxen.wait_for_generation()
        assert rows(tmp_path, "SELECT count(*) FROM model_rules") == [(0,)]


async def test_a_factor_below_one_lifts_no_ceiling_of_the_operator(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI, max_daily_seconds_per_user=5) as here:
        await here.parts.services.models.look()
        await says(admin(here), here, "admin quota model", model=OMNI, factor=0.1)
        await ask(here, model=OMNI, duration=5)
        assert "59 of 60\u00a0s left today" in await says(here.alice, here, "quota")
        assert "over all servers" in text_of(private(await ask(here, model=OMNI, duration=5)))


@pytest.mark.slow
async def test_a_video_that_failed_gives_back_what_it_counted_for(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI, seconds=None) as here:
        await here.parts.services.models.look()
        await says(admin(here), here, "admin quota model", model=OMNI, factor=2.5)
        await ask(here, model=OMNI, duration=5)
        generation = await here.oxen.wait_for_generation()
        here.oxen.fail(generation.id, "no")
        await here.until(lambda: any("13\u00a0s returned" in text_of(message) for message in told(here)))
        assert "60 of 60\u00a0s left today" in await says(here.alice, here, "quota")


async def test_what_is_no_model_here_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI) as here:
        await here.parts.services.models.look()
        assert "isn't available" in await says(admin(here), here, "admin quota model", model="minimax-h3", factor=2)


@pytest.mark.slow
async def test_usage_is_shown_by_model_where_there_are_several(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI) as here:
        ada = admin(here)
        await ask(here, duration=5)
        assert NAME not in await says(ada, here, "admin usage")
        await ask(here, model=OMNI, duration=10)
        shown = await says(ada, here, "admin usage")
        assert f"{NAME} · 1 video" in shown
        assert shown.index(NAME) < shown.index("Kling Video O1")
