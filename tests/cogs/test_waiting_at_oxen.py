"""Cards of videos that Oxen has in its queue and has not begun."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.videos import ask
from tests.support import text_of

WAITING = "**Waiting at Oxen**"
MAKING = saying("card.making")


async def cards(here: World, *words: str) -> None:
    """Wait until the cards say these, the oldest first."""

    def say_so() -> bool:
        shown = [text_of(m) for m in here.channel.history() if ENGLISH("button.cancel") in str(m.components)]
        return len(shown) == len(words) and all(word in one for word, one in zip(words, shown, strict=True))

    await here.until(say_so)


async def three(here: World, folder: Path) -> list[Any]:
    """Three videos that Oxen has, in this order."""

    def running() -> int:
        return len(rows(folder, "SELECT 1 FROM jobs WHERE state = 'running'"))

    found: list[Any] = []
    while len(found) < 3:
        await ask(here)
        found.append(await here.oxen.wait_for_generation(len(found) + 1))
        await here.until(lambda: running() == len(found))
    return found


@pytest.mark.slow
async def test_a_card_says_how_many_of_ours_are_ahead_until_oxen_begins(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None, max_active_jobs_per_user=3) as here:
        first, second, third = await three(here, tmp_path)
        reconciler = here.parts.services.reconciler
        await reconciler.reconcile()
        ahead = [ENGLISH("card.waiting_behind", ahead=count) for count in (1, 2)]
        await cards(here, WAITING, *ahead)
        here.oxen.start(first.id)
        await reconciler.reconcile()
        await cards(here, MAKING, WAITING, ahead[0])
        here.oxen.start(second.id)
        here.oxen.start(third.id)
        await reconciler.reconcile()
        await cards(here, MAKING, MAKING, MAKING)
