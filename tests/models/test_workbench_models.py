"""Another model on the workbench: what it does not take is dropped, and said before anything is paid."""

from __future__ import annotations

from pathlib import Path

from sandbox.oxen import REFERENCE_TO_VIDEO
from sandbox.world import world
from tests.cogs.admins import admin, says
from tests.cogs.workbench import choose, make, names
from tests.support import png, private, text_of, walk

OMNI, TEXT = "kling-video-o3-omni", "wan-v2-7-text-to-video"


async def test_the_workbench_says_what_is_dropped_when_the_model_is_changed(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=f"{OMNI},{TEXT}") as here:
        asked = {"model": OMNI, "duration": 7, "sound": True, "start": png(seed=2)}
        answer = await here.alice.slash(here.channel, "video", prompt="@Image2 runs", image1=png(), **asked)
        panel = private(answer)
        assert "@Image2" in text_of(panel)
        panel = await choose(here, panel, "model", REFERENCE_TO_VIDEO)
        told = text_of(panel)
        assert "doesn't make that length" in told
        assert "makes no sound" in told
        assert "has no place for Start frame" in told
        panel = await choose(here, panel, "model", TEXT)
        assert "has no place for @Image1" in text_of(panel)
        assert names(panel) == []
        await here.quiet()
        assert here.oxen.started == 0


async def test_a_model_that_may_not_be_used_is_not_among_them(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=f"{OMNI},{TEXT}") as here:
        await says(admin(here), here, "admin quota model", model=TEXT, allowed=False)
        panel = private(await here.alice.slash(here.channel, "video", prompt="@Image2 runs", image1=png()))
        shown = str(list(walk(panel.components)))
        assert OMNI in shown
        assert TEXT not in shown


async def test_the_model_that_was_chosen_makes_it(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=OMNI) as here:
        panel = private(await here.alice.slash(here.channel, "video", prompt="@Imagee1 runs", image1=png()))
        await make(here, await choose(here, panel, "model", OMNI))
        assert (await here.oxen.wait_for_generation()).model == OMNI
