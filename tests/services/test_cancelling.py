"""What somebody who cancels is told, and whether it is true."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import composed
from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.errors import RequestError
from bot.services.jobs.cancel import JobCanceller
from bot.store.job_store import Store
from sandbox.oxen import SimulatedOxen
from sandbox.world import sandbox_settings
from tests.support import job

POLICY = Policy(daily_seconds=60, max_active=2)


class Overtaken(Store):
    """A store in which Oxen is done right after somebody looked."""

    async def find(self, job_id: str, *, within: float | None = None) -> Job | None:
        found = await super().find(job_id, within=within)
        if found is not None and found.state is JobState.RUNNING:
            await self.move(found, JobState.DELIVERING, "Oxen finished it")
        return found


async def running(store: Store) -> Job:
    """A job that Oxen has."""
    accepted = job()
    await store.accept(accepted, POLICY)
    prepared = await store.move(accepted, JobState.PREPARED, "posted")
    submitter = await store.move(prepared, JobState.SUBMITTING, "sent")
    return await store.move(submitter, JobState.RUNNING, "taken", generation_id="g")


async def test_a_video_that_is_finished_meanwhile_is_not_called_cancelled(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen, composed(sandbox_settings(tmp_path, oxen)) as parts:
        store = Overtaken(parts.store.database)
        canceller = JobCanceller(store, parts.services.runner)
        one = await running(store)
        with pytest.raises(RequestError, match=r"note\.too_late_to_cancel"):
            await canceller.cancel(one.id, user_id=one.user_id, is_moderator=False)
        assert (await parts.store.job(one.id)).cancel_requested_by is None
        assert not parts.services.runner.is_active(one.id)


async def test_the_first_wish_to_cancel_is_the_one_that_counts(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen, composed(sandbox_settings(tmp_path, oxen)) as parts:
        one = await running(parts.store)
        cancel = parts.services.canceller.cancel
        await cancel(one.id, user_id=one.user_id, is_moderator=False)
        others = (cancel(one.id, user_id=user_id, is_moderator=True) for user_id in (70, 71))
        assert {told.cancel_requested_by for told in await asyncio.gather(*others)} == {one.user_id}
        assert parts.services.runner.is_active(one.id)
