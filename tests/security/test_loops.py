"""Asking again and again for what is given back: the whole bot, and a person who has found out that seconds return."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.discord import Permission
from sandbox.oxen.generations import GenerationStatus
from tests.process.harness import Harness, harness

MADE = 3
CEILINGS = [{"BUDGET_USD_PER_DAY": "1.70"}, {"MAX_DAILY_SECONDS_PER_USER": "15"}]
"""Each has room for three videos of 5 s."""
TRIES = 6


@asynccontextmanager
async def bot(folder: Path, settings: dict[str, str]) -> AsyncIterator[Harness]:
    """A bot whose server gives alice more than the operator does."""
    async with harness(folder, QUOTA_DAILY_SECONDS="600") as here:
        here.settings |= settings
        async with here.bot():
            await here.priced()
            yield here


async def asked(here: Harness) -> Any:
    """Alice asks: her card, or a private refusal."""
    return await (await here.ask(prompt="The ox of @Image1 dances")).message()


async def in_state(here: Harness, state: str) -> None:
    await here.discord.wait_for(lambda: here.job()["state"] == state, timeout=30)


async def started(here: Harness, number: int) -> str:
    """Oxen's id of the newest video, which it is making."""
    generation = await here.made(number)
    await in_state(here, "running")
    here.oxen.start(generation)
    return generation


@pytest.mark.slow
@pytest.mark.parametrize("ceiling", CEILINGS, ids=lambda ceiling: next(iter(ceiling)))
async def test_who_cancels_what_is_being_made_again_and_again_is_stopped_by_each_ceiling(
    tmp_path: Path, ceiling: dict[str, str]
) -> None:
    async with bot(tmp_path, ceiling) as here:
        refused = 0
        for _ in range(TRIES):
            made = len(here.oxen.generations)
            card = await asked(here)
            if card.ephemeral:
                refused += 1
                continue
            await started(here, made + 1)
            await here.discord.click(card, ENGLISH("button.cancel"), here.alice)
            await in_state(here, "cancelled")
        assert (here.oxen.started, refused) == (MADE, TRIES - MADE)
        assert {one.status for one in here.oxen.generations.values()} == {GenerationStatus.CANCELLED}
        assert here.ledger() == {"reserve": 5 * MADE, "release": 5 * MADE}, "her own quota is whole again"


@pytest.mark.slow
@pytest.mark.parametrize("ceiling", CEILINGS, ids=lambda ceiling: next(iter(ceiling)))
async def test_who_lets_every_video_expire_is_stopped_by_each_ceiling(tmp_path: Path, ceiling: dict[str, str]) -> None:
    async with bot(tmp_path, ceiling | {"KEEP_UNDELIVERABLE_SECONDS": "0.2", "RECONCILE_SECONDS": "0.1"}) as here:
        here.alice.accepts_messages = False
        refused = 0
        for _ in range(TRIES):
            made = len(here.oxen.generations)
            if (await asked(here)).ephemeral:
                refused += 1
                continue
            generation = await started(here, made + 1)
            here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
            here.oxen.succeed(generation)
            await in_state(here, "expired")
            here.discord.allow(here.channel, Permission.VIEW_CHANNEL)
        assert (here.oxen.started, refused) == (MADE, TRIES - MADE)
        assert here.ledger() == {"reserve": 5 * MADE, "release": 5 * MADE}
