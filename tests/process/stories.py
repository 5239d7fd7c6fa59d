"""Stories made by a bot that runs as a process."""

from typing import Any

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from tests.cogs.stories import clip
from tests.process.harness import Harness


async def result(here: Harness, number: int) -> Any:
    """The newest message with a video, once there are so many."""
    here.oxen.succeed(await here.made(number), clip())
    await here.discord.wait_for(lambda: len(here.outcomes()) == number, timeout=30.0)
    return max(here.outcomes(), key=lambda message: message.id)


async def story(here: Harness) -> Any:
    """The message with the second shot of a story."""
    await here.ask()
    first = await result(here, 1)
    form = await (await here.discord.click(first, saying("button.last_frame"), here.alice)).modal()
    await here.discord.submit_modal(form, {ENGLISH("form.prompt"): "then @Image1 moves on"})
    return await result(here, 2)
