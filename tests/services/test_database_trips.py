"""What jobs cost the database: commits, each a wait for the disk, and trips to its threads and back."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.job_update import JobUpdate
from sandbox.timing import QUICK
from sandbox.world import WAIT_SECONDS, world
from tests.cogs.videos import ask, made

JOBS = 10
COMMITS, TRIPS = 8, 16
"""What a job may cost when it is asked for alone; asked for at once, jobs share commits, and it is less."""
OF_ALL = 5
"""Commits of no one job: the price, and what the cards of all say."""
WRITTEN_AT_THE_END = replace(QUICK, card_write_every=30.0, card_write_final=30.0)
"""What cards say is written for all that ended within a while: how many that are is not left to chance."""


@pytest.mark.slow
async def test_a_job_costs_no_more_than_eight_commits_and_sixteen_trips(tmp_path: Path) -> None:
    async with world(tmp_path, timing=WRITTEN_AT_THE_END, max_active_jobs_per_user=JOBS) as here:
        store, cards = here.parts.store, here.parts.jobs.cards
        told: set[str] = set()
        all_told = asyncio.Event()

        def note(update: JobUpdate) -> None:
            if update.after.has_ended and update.after.is_told:
                told.add(update.after.id)
            if len(told) == JOBS:
                all_told.set()

        store.observe(note)
        commits, hops = store.database.commits, store.database.hops
        for number in range(JOBS):
            await ask(here)
            await made(here, number + 1)
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        async with asyncio.timeout(WAIT_SECONDS):
            await all_told.wait()
        await cards.finish(WAIT_SECONDS)
        commits, hops = store.database.commits - commits, store.database.hops - hops
        assert await store.unfinished() == []
        said = await store.database.rows("SELECT card_phase FROM jobs")
        assert [row["card_phase"] for row in said] == ["done"] * JOBS
        assert commits <= COMMITS * JOBS + OF_ALL
        assert hops / JOBS <= TRIPS
