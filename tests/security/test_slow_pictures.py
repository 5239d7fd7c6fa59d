"""Pictures in fair turns: three people with slow ones hold up nobody else."""

from __future__ import annotations

import asyncio
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.discord import Upload
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

pytestmark = pytest.mark.slow
IMAGES = 7


def slow_picture() -> bytes:
    """Close to the most pixels that are taken: seconds of a worker, and few bytes."""
    file = BytesIO()
    Image.new("RGB", (5_600, 5_600), "teal").save(file, "PNG")
    return file.getvalue()


async def ask(here: Harness, who: Any, name: str, pictures: list[bytes]) -> Any:
    """Somebody asks for a video of these pictures."""
    uploads = {
        f"image{number}": Upload(filename=f"{number}.png", data=data, content_type="image/png")
        for number, data in enumerate(pictures, start=1)
    }
    return await here.discord.slash(here.channel, who, "video", {"prompt": f"{name} asks for @Image1", **uploads})


def at_oxen(here: Harness, name: str) -> bool:
    return any(name in str(one.body["prompt"]) for one in here.oxen.generations.values())


@pytest.mark.exhaustive
async def test_while_three_people_queue_slow_pictures_a_fourth_one_is_served(tmp_path: Path) -> None:
    slow = slow_picture()
    async with harness(tmp_path, QUOTA_DAILY_SECONDS="600") as here, here.bot():
        await here.priced()
        people = [here.discord.add_user(f"slow{number}", here.channel.guild) for number in range(3)]
        for person in people:
            for _ in range(2):
                await ask(here, person, person.name, [slow] * IMAGES)
        await here.discord.wait_for(lambda: len(here.discord.threads(here.channel)) == 6)
        begun = time.monotonic()
        await ask(here, here.alice, "alice", [picture_bytes(1)])
        front = Upload(filename="ox.png", data=picture_bytes(2), content_type="image/png")
        saving = await here.discord.slash(here.channel, here.alice, "element save", {"name": "rex", "front": front})
        async with asyncio.timeout(60):
            while not at_oxen(here, "alice"):
                await here.oxen.wait_for_generation(len(here.oxen.generations) + 1)
        print(f"the fourth one's video was at Oxen after {time.monotonic() - begun:.1f} s")
        assert not any(at_oxen(here, person.name) for person in people), "each has 14 slow pictures before that"
        answer = await saving.message()
        print(f"the fourth one's element was saved after {time.monotonic() - begun:.1f} s")
        assert "rex" in answer.text
        assert sum(at_oxen(here, person.name) for person in people) < len(people)
