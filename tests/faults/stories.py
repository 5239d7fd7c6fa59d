"""Stories that are played while faults strike."""

from __future__ import annotations

from typing import Any

from sandbox.oxen.clips import tiny_clip
from sandbox.texts import saying
from tests.cogs.messages import fill
from tests.faults.harness import FaultPoint, Harness
from tests.support import is_outcome


async def a_video(here: Harness, gate: FaultPoint, number: int) -> None:
    """The next generation is made and delivered."""
    await here.oxen.wait_for_generation(number)
    here.oxen.succeed(list(here.oxen.generations)[-1], tiny_clip())

    async def is_delivered() -> bool:
        return len(here.outcomes()) == number and await here.is_settled()

    await gate.until(is_delivered)


def newest(here: Harness) -> Any:
    """The newest message that tells an outcome."""
    return max(
        (m for thread in here.channel.threads for m in thread.history() if is_outcome(m)), key=lambda m: int(m.id)
    )


async def go_on(here: Harness) -> None:
    """Alice continues the newest video from its last frame."""
    form = await here.alice.click(newest(here), label=saying("button.last_frame"))
    await fill(here, form, "then @Image1 moves on", None, None, None, ["5 16:9"])


async def story(here: Harness, gate: FaultPoint) -> Any:
    """The message with the second shot of a story."""
    await here.ask()
    await a_video(here, gate, 1)
    await go_on(here)
    await a_video(here, gate, 2)
    return newest(here)
