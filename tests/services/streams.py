"""Jobs that end over an event stream, told or not."""

from __future__ import annotations

import asyncio
import json

from bot.domain.job import JobState
from bot.domain.job_update import JobUpdate
from sandbox.world import WAIT_SECONDS, World
from tests.support import is_outcome, png, text_of

QUEUE = "/api/ai/queue"


def event(generation_id: str, status: str = "succeeded") -> bytes:
    data = json.dumps({"generation_id": generation_id, "status": status, "media_type": "video"})
    return f"event: media_generation_completed\ndata: {data}\n\n".encode()


async def ask(here: World, number: int = 1) -> str:
    """Alice asks; the id of her generation, once the bot has written down that it runs."""
    running: asyncio.Queue[str | None] = asyncio.Queue()

    def note(update: JobUpdate) -> None:
        if update.is_transition and update.after.state is JobState.RUNNING:
            running.put_nowait(update.after.generation_id)

    here.parts.store.observe(note)
    await here.alice.slash(here.channel, "video", prompt="The ox of @Image1 dances", image1=png())
    generation = await here.oxen.wait_for_generation(number)
    async with asyncio.timeout(WAIT_SECONDS):
        while await running.get() != generation.id:
            pass
    return generation.id


def outcomes(here: World) -> list[str]:
    """What every message anywhere says that tells an outcome."""
    messages = [message for channel in here.env.backend.messages.values() for message in channel.values()]
    return [text_of(message) for message in messages if is_outcome(message)]


async def told(here: World, count: int = 1) -> list[str]:
    """The outcomes, once there are so many."""
    await here.until(lambda: len(outcomes(here)) >= count)
    return outcomes(here)
