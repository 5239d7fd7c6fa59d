"""Which edits of cards are made, when, and what is written down of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from bot.domain.clock import utc_now
from bot.domain.job import Job, JobState, Phase
from bot.domain.policy import Policy
from bot.errors import DiscordUnavailable, PlaceGone
from bot.services.jobs.status_cards import StatusCards
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import verbatim
from sandbox.new_database import place_new_database
from sandbox.timing import QUICK
from tests.support import job

AT_ONCE = replace(QUICK, card_settle=0.0, card_window=0.0)
NEVER_SETTLED = replace(QUICK, card_settle=3_600.0, card_window=0.0)
POLICY = Policy(daily_seconds=10_000, max_active=100)


@dataclass
class Channel:
    """What a channel is asked to show; an edit takes until it is let through, if edits are held."""

    edits: list[tuple[str, Phase]] = field(default_factory=list)
    shown: list[Job] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def show_card(self, shown: Job, phase: Phase) -> None:
        self.edits.append((shown.id, phase))
        self.shown.append(shown)
        self.changed.set()
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)

    async def until(self, count: int) -> list[tuple[str, Phase]]:
        """The edits, once there were so many."""
        async with asyncio.timeout(20):
            while len(self.edits) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.edits


@dataclass
class Harness:
    store: Store
    channel: Channel
    cards: StatusCards

    async def running(self, number: int = 1, **changes: Any) -> Job:
        """A job that Oxen has, with a card that says that it is getting ready."""
        accepted = job(number, user_id=number)
        await self.store.accept(accepted, POLICY)
        here = await self.store.change(accepted, card_message_id=100 + number, card_phase=Phase.STARTING)
        for state in (JobState.PREPARED, JobState.SUBMITTING):
            here = await self.store.move(here, state, "on its way")
        return await self.store.move(here, JobState.RUNNING, "on its way", **changes)

    async def delivered(self, here: Job) -> Job:
        here = await self.store.move(here, JobState.DELIVERING, "finished")
        return await self.store.deliver(here, "sent", 7)


@asynccontextmanager
async def harness(folder: Path, timing: Timing = AT_ONCE, *, held: bool = False) -> AsyncIterator[Harness]:
    store = await Store.open(place_new_database(folder / "bot.sqlite3"))
    channel = Channel()
    if not held:
        channel.gate.set()
    cards = StatusCards(store, cast("Any", channel), timing)
    store.observe(cards.follow)
    running = asyncio.create_task(cards.run())
    try:
        yield Harness(store, channel, cards)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await store.close()


async def test_a_phase_that_did_not_settle_is_never_shown(tmp_path: Path) -> None:
    async with harness(tmp_path, NEVER_SETTLED) as here:
        done = await here.delivered(await here.running())
        assert await here.channel.until(1) == [(done.id, Phase.DONE)]


async def test_while_an_edit_is_on_its_way_the_latest_phase_alone_waits(tmp_path: Path) -> None:
    async with harness(tmp_path, held=True) as here:
        running = await here.running()
        assert await here.channel.until(1) == [(running.id, Phase.MAKING)]
        await here.delivered(running)
        here.channel.gate.set()
        assert (await here.channel.until(2))[1:] == [(running.id, Phase.DONE)]


async def test_what_is_final_goes_before_what_is_not(tmp_path: Path) -> None:
    async with harness(tmp_path, held=True) as here:
        first = await here.running(1)
        await here.channel.until(1)
        second, third = await here.running(2), await here.running(3)
        await here.delivered(third)
        here.channel.gate.set()
        edits = await here.channel.until(3)
        assert edits == [(first.id, Phase.MAKING), (third.id, Phase.DONE), (second.id, Phase.MAKING)]


async def test_an_end_is_shown_only_once_it_was_told(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        running = await here.running()
        await here.channel.until(1)
        failed = await here.store.move(running, JobState.FAILED, "refused", reason=verbatim("No."))
        other = await here.running(2)
        assert (await here.channel.until(2))[1] == (other.id, Phase.MAKING)
        await here.store.change(failed, outcome_message_id=9)
        assert (await here.channel.until(3))[2] == (failed.id, Phase.FAILED)


async def test_what_a_card_says_rides_with_the_next_write_of_its_job(tmp_path: Path) -> None:
    never = replace(AT_ONCE, card_write_every=3_600.0)
    async with harness(tmp_path, never) as here:
        running = await here.running()
        await here.channel.until(1)
        moved = await here.store.move(running, JobState.DELIVERING, "finished")
        assert moved.card_phase is Phase.MAKING


async def test_a_final_phase_is_written_down_without_another_write_of_its_job(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        done = await here.delivered(await here.running())
        await here.cards.finish(20.0)
        assert (await here.store.job(done.id)).card_phase is Phase.DONE
        assert await here.store.with_pending_messages() == []


async def test_a_card_that_cannot_be_edited_is_left_alone(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.channel.errors = [PlaceGone("404 10008")]
        first = await here.running(1)
        await here.channel.until(1)
        second = await here.running(2)
        assert await here.channel.until(2) == [(first.id, Phase.MAKING), (second.id, Phase.MAKING)]


async def test_a_card_is_tried_again_while_discord_is_away(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.channel.errors = [DiscordUnavailable("503")] * 3
        running = await here.running()
        assert await here.channel.until(4) == [(running.id, Phase.MAKING)] * 4


async def test_a_card_whose_edit_fails_is_tried_again_with_what_was_kept_meanwhile(tmp_path: Path) -> None:
    async with harness(tmp_path, NEVER_SETTLED, held=True) as here:
        here.channel.errors = [DiscordUnavailable("503")]
        done = await here.delivered(await here.running())
        await here.channel.until(1)
        await here.store.keep_stills(done, {"poster": "kept:1"})
        here.channel.gate.set()
        await here.channel.until(2)
        assert [shown.poster for shown in here.channel.shown] == [None, "kept:1"]


async def test_at_the_end_what_is_final_is_shown_and_the_rest_is_left(tmp_path: Path) -> None:
    async with harness(tmp_path, replace(QUICK, card_settle=3_600.0), held=True) as here:
        done = await here.delivered(await here.running(1))
        await here.channel.until(1)
        also = await here.delivered(await here.running(2))
        await here.running(3)
        finishing = asyncio.create_task(here.cards.finish(20.0))
        here.channel.gate.set()
        await finishing
        assert here.channel.edits == [(done.id, Phase.DONE), (also.id, Phase.DONE)]
        assert [job.card_phase for job in await here.store.unfinished()] == [Phase.STARTING]
        assert await here.store.with_pending_messages() == []


async def test_the_end_does_not_wait_for_a_discord_that_is_away(tmp_path: Path) -> None:
    async with harness(tmp_path, replace(QUICK, retry_first=3_600.0, retry_cap=3_600.0)) as here:
        here.channel.errors = [DiscordUnavailable("503")]
        await here.delivered(await here.running())
        await here.channel.until(1)
        await here.cards.finish(3_600.0)


async def test_one_that_takes_longer_than_nine_in_ten_says_so(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        soon = utc_now() + timedelta(milliseconds=200)
        running = await here.running(done_about=soon, slow_after=soon)
        assert await here.channel.until(2) == [(running.id, Phase.MAKING), (running.id, Phase.SLOW)]


async def test_one_that_is_done_in_time_never_says_that_it_is_slow(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        soon = utc_now() + timedelta(seconds=2)
        slow = await here.running(1, done_about=soon, slow_after=soon)
        done = await here.delivered(await here.running(2, done_about=soon, slow_after=soon))
        while (slow.id, Phase.SLOW) not in here.channel.edits:
            await here.channel.until(len(here.channel.edits) + 1)
        assert (done.id, Phase.SLOW) not in here.channel.edits


async def test_after_a_restart_a_slow_one_is_not_promised_again(tmp_path: Path) -> None:
    async with harness(tmp_path, NEVER_SETTLED) as here:
        running = await here.running(done_about=utc_now(), slow_after=utc_now())
        here.cards.show(replace(running, card_phase=Phase.SLOW))
        done = await here.delivered(running)
        assert await here.channel.until(1) == [(done.id, Phase.DONE)]


async def test_one_that_waits_at_oxen_says_so_and_how_many_are_ahead_and_then_that_it_is_made(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        running = await here.running()
        await here.channel.until(1)
        for ahead in (2, 1, None):
            here.cards.show_waiting(running, ahead)
            await here.channel.until(len(here.channel.edits) + 1)
        phases = [Phase.MAKING, Phase.WAITING, Phase.WAITING, Phase.MAKING]
        assert here.channel.edits == [(running.id, phase) for phase in phases]


async def test_that_it_waits_is_not_told_of_one_that_is_further_by_now(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        running = await here.running()
        await here.channel.until(1)
        await here.delivered(running)
        here.cards.show_waiting(running, 2)
        while (running.id, Phase.DONE) not in here.channel.edits:
            await here.channel.until(len(here.channel.edits) + 1)
        assert (running.id, Phase.WAITING) not in here.channel.edits
