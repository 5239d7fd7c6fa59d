"""Jobs asked for, and looked up again."""

from __future__ import annotations

import asyncio

from bot.domain.job import Job, JobState
from bot.domain.job_update import JobUpdate
from sandbox.world import WAIT_SECONDS, World
from tests.support import png


async def ask(here: World, number: int = 1) -> str:
    """Alice asks; the id of her generation, once the bot has written it down."""
    written = asyncio.Event()

    def note(update: JobUpdate) -> None:
        if update.after.state is JobState.RUNNING:
            written.set()

    here.parts.store.observe(note)
    await here.alice.slash(here.channel, "video", prompt="The ox of @Image1 dances", image1=png())
    generation = await here.oxen.wait_for_generation(number)
    async with asyncio.timeout(WAIT_SECONDS):
        await written.wait()
    return generation.id


async def job_of(here: World) -> Job:
    [job] = await here.parts.services.job_history.recent(here.alice.id, here.guild.id)
    return job
