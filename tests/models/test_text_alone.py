"""A video from a prompt alone: no picture is posted, and a lost answer is found again by the prompt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.oxen.catalogue import TEXT_TO_VIDEO
from sandbox.timing import QUICK
from sandbox.world import World, world
from tests.support import png, private, text_of

QUEUE = "/api/ai/queue"


def posts(here: World) -> int:
    """How often Oxen was asked for a video."""
    return sum(request.method == "POST" for request in here.oxen.requests)


def is_ready(thread: Any) -> bool:
    return any("Your video is ready" in text_of(message) for message in thread.history())


async def ask(here: World, **options: Any) -> Any:
    return await here.alice.slash(here.channel, "video", prompt="A garden in the rain", **options)


@pytest.mark.slow
async def test_a_lost_answer_is_found_by_the_prompt_and_nothing_is_asked_for_twice(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_model=TEXT_TO_VIDEO, timing=replace(QUICK, landing_grace=30.0)) as here:
        here.oxen.faults.lose("POST", QUEUE, after_effect=True, times=2)
        await ask(here)
        await ask(here)
        await here.oxen.wait_for_generation(2)
        for generation in list(here.oxen.generations):
            here.oxen.succeed(generation)
        threads = await here.until(lambda: here.channel.threads if len(here.channel.threads) == 2 else None)
        await here.until(lambda: all(is_ready(thread) for thread in threads))
        assert (here.oxen.started, posts(here)) == (2, 2)


async def test_a_picture_for_a_model_that_takes_none_is_refused_before_anything_is_paid(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_model=TEXT_TO_VIDEO) as here:
        answer = await ask(here, image1=png())
        assert "works from the prompt alone" in text_of(private(answer))
        await here.quiet()
        assert here.oxen.started == 0
