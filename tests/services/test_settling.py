"""A video that was sent is settled at once; what only shows it in more places comes afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.media.worker.process import Task
from bot.media.worker.protocol import Frame
from bot.media.worker.workers import Kind, Workers
from sandbox.shared_workers import shared_workers
from sandbox.texts import saying
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.posters import DELETED, posters, shown_on
from tests.cogs.videos import READY, ask, in_thread, made, told
from tests.support import choose, is_outcome


class HeldStills(Workers):
    """The workers of this process, that cut no still until they may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_cut = asyncio.Event()

    async def do(self, kind: Kind, task: Task, progress: Callable[[float], None] | None = None) -> Frame:
        if task.name == "stills":
            await self.may_cut.wait()
        return await shared_workers().do(kind, task, progress)


def settled(folder: Path) -> int:
    """How many reservations are settled."""
    return len(rows(folder, "SELECT 1 FROM ledger WHERE kind = 'settle'"))


def edits(here: World, card: Any) -> int:
    """How often a card was edited."""
    path = f"/channels/{here.channel.id}/messages/{card.id}"
    return sum((r.method, r.path) == ("PATCH", path) for r in here.env.http_requests)


async def test_seconds_are_settled_and_the_next_video_begins_while_stills_are_still_being_cut(tmp_path: Path) -> None:
    workers = HeldStills()
    timing = replace(QUICK, card_poster=3_600.0)
    async with world(tmp_path, workers=workers, timing=timing, max_active_jobs_per_user=1) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        await in_thread(here, READY)
        await here.until(lambda: settled(tmp_path))
        await ask(here)
        await made(here, 2)
        assert told(here, here.channel, saying("card.done")) is None
        workers.may_cut.set()
        card = await here.until(lambda: told(here, here.channel, saying("card.done")))
        assert shown_on(card)


async def test_a_card_waits_for_its_poster_and_is_edited_once(tmp_path: Path) -> None:
    workers = HeldStills()
    timing = replace(QUICK, card_poster=3_600.0, card_settle=3_600.0)
    async with world(tmp_path, workers=workers, timing=timing) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        await here.until(lambda: settled(tmp_path))
        workers.may_cut.set()
        card = await here.until(lambda: told(here, here.channel, saying("card.done")))
        await here.ended()
        assert shown_on(card)
        assert edits(here, card) == 1


async def test_a_card_does_not_wait_for_a_poster_that_is_late(tmp_path: Path) -> None:
    workers = HeldStills()
    timing = replace(QUICK, card_poster=0.05, card_settle=3_600.0)
    async with world(tmp_path, workers=workers, timing=timing) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        card = await here.until(lambda: told(here, here.channel, saying("card.done")))
        await here.ended()
        workers.may_cut.set()
        await here.quiet()
        assert shown_on(card) == []
        assert edits(here, card) == 1


@pytest.mark.slow
async def test_a_bot_that_stops_shows_that_a_video_is_done_without_its_poster(tmp_path: Path) -> None:
    workers = HeldStills()
    timing = replace(QUICK, card_poster=3_600.0, card_settle=3_600.0)
    async with world(tmp_path, workers=workers, timing=timing) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        await here.until(lambda: settled(tmp_path))
        await here.parts.jobs.cards.finish(5.0)
        card = told(here, here.channel, saying("card.done"))
        assert shown_on(card) == []
        thread = here.thread()
        assert thread is not None
        assert sum(is_outcome(message) for message in thread.history()) == 1
        workers.may_cut.set()


async def test_stills_of_a_video_that_was_deleted_meanwhile_are_not_kept(tmp_path: Path) -> None:
    workers = HeldStills()
    async with world(tmp_path, workers=workers, timing=replace(QUICK, card_poster=3_600.0)) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        ready = await in_thread(here, READY)
        await here.until(lambda: settled(tmp_path))
        await choose(here.alice, ready, "delete")
        workers.may_cut.set()
        await here.ended()
        assert posters(tmp_path) == []
        assert shown_on(await here.until(lambda: told(here, here.channel, DELETED))) == []


async def test_a_stop_right_after_a_video_was_sent_waits_until_its_stills_are_kept(tmp_path: Path) -> None:
    workers = HeldStills()
    async with world(tmp_path, workers=workers, timing=replace(QUICK, card_poster=3_600.0)) as here:
        await ask(here)
        here.oxen.succeed(await made(here))
        await in_thread(here, READY)
        await here.until(lambda: settled(tmp_path))
        stopping = asyncio.create_task(here.parts.services.shutdown_guard.close(60.0))
        await asyncio.sleep(0)
        workers.may_cut.set()
        assert await stopping
        [kept] = rows(tmp_path, "SELECT poster, last_frame FROM jobs")
        assert all(kept)
