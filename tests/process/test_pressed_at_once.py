"""Presses and forms that arrive at the same instant, from a Discord on a socket."""

import asyncio
from pathlib import Path
from typing import Any

from cogs.ui.texts import ENGLISH
from sandbox.discord import Upload
from sandbox.texts import saying
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

RUN_AGAIN = ENGLISH("button.run_again", seconds=5)
PICTURE = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")


async def answers(*asked: Any) -> list[str]:
    """Which of them were told that they had been made already, those last."""
    said = [(answer.message or answer).text for answer in await asyncio.gather(*(one.answered() for one in asked))]
    again = (saying("error.already_started"), saying("answer.form_gone"))  # the second once the form is closed
    return sorted("again" if any(words in text for words in again) else "" for text in said)


async def settled(here: Harness, count: int) -> None:
    """Wait for so many outcomes, and for whatever else would follow."""
    await here.discord.wait_for(lambda: len(here.outcomes()) >= count)
    await (await here.discord.slash(here.channel, here.alice, "quota", {})).answered()


async def test_run_again_pressed_twice_at_the_same_instant_is_one_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1, QUOTA_DAILY_SECONDS="600") as here, here.bot():
        await here.ask()
        message = await here.outcome()
        pressed = [await here.discord.click(message, RUN_AGAIN, here.alice) for _ in range(2)]
        assert await answers(*pressed) == ["", "again"]
        await settled(here, 2)
        assert here.oxen.started == 2
        assert here.ledger()["reserve"] == 10


async def test_a_form_that_is_sent_off_twice_at_the_same_instant_is_one_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1, QUOTA_DAILY_SECONDS="600") as here, here.bot():
        form = await (await here.discord.slash(here.channel, here.alice, "studio", {})).modal()
        filled: dict[str, Any] = {"Prompt": "The ox of @Image1 sings", "Images": [PICTURE]}
        sent = [await here.discord.submit_modal(form, filled) for _ in range(2)]
        assert await answers(*sent) == ["", "again"]
        await settled(here, 1)
        assert here.oxen.started == 1


async def test_a_form_that_is_sent_off_before_the_bot_hears_that_it_is_open_is_a_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot():
        shown = here.discord.faults.hold("POST", "/interactions/*/*/callback", after_effect=True)
        form = await (await here.discord.slash(here.channel, here.alice, "studio", {})).modal()
        await shown.reached()
        filled: dict[str, Any] = {"Prompt": "The ox of @Image1 sings", "Images": [PICTURE]}
        sent = await here.discord.submit_modal(form, filled)
        assert await answers(sent) == [""]
        shown.release()
        await settled(here, 1)
