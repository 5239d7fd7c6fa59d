"""``/operator jobs`` and ``/operator drain``: an operator away from a terminal mends a video, and rolls the bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.discord.invocation import Invocation
from sandbox.discord.model import Message
from sandbox.discord.permissions import Permission
from sandbox.oxen.generations import GenerationStatus
from tests.process.harness import Harness, harness
from tests.process.jobs import REASON, audit, in_state

pytestmark = pytest.mark.exhaustive

HISTORY, RESUME, RESEND, FAIL = (ENGLISH(f"button.job_{name}") for name in ("history", "resume", "resend", "fail"))


async def read(asked: Invocation) -> Message:
    """The answer, which is always private."""
    answer = await asked.message()
    assert answer.ephemeral
    return answer


async def listed(here: Harness, who: Any = None, **options: Any) -> Message:
    """The answer to ``/operator jobs``."""
    owner = here.discord.world.owner
    return await read(await here.discord.slash(here.channel, who or owner, "operator jobs", options))


async def pressed(here: Harness, message: Any, button: str, who: Any = None) -> str:
    """What a press is answered with, in private."""
    return str((await read(await here.discord.click(message, button, who or here.discord.world.owner))).text)


async def failed(here: Harness, message: Any, reason: str = REASON) -> str:
    """What is answered to a reason that is sent off."""
    form = await (await here.discord.click(message, FAIL, here.discord.world.owner)).modal()
    sent = await here.discord.submit_modal(form, {ENGLISH("form.fail_reason"): reason})
    return str((await read(sent)).text)


async def running(here: Harness) -> tuple[str, str]:
    """A video in the making: its id, and Oxen's."""
    await here.ask(prompt="The private ox of @Image1 dances")
    generation = await here.made()
    return await in_state(here, "running"), generation


async def test_a_video_in_the_making_is_listed_with_what_can_be_done_by_state_user_and_age(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        job_id, _ = await running(here)
        shown = await listed(here)
        assert job_id in shown.text
        assert "running" in shown.text
        assert "private" not in shown.text
        for matching in ({"state": "running"}, {"user": here.alice}, {"older": "0s"}):
            assert job_id in (await listed(here, **matching)).text
        for other in ({"state": "failed"}, {"user": here.discord.world.owner}, {"older": "1h"}):
            assert ENGLISH("operator.jobs.none") in (await listed(here, **other)).text
        assert ENGLISH("operator.no_age") in (await listed(here, older="soon")).text
        assert "prepared" in await pressed(here, shown, HISTORY)


async def test_a_video_is_failed_from_discord_and_its_user_is_told_why(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        _, generation = await running(here)
        shown = await listed(here)
        assert await failed(here, shown, "   ") == ENGLISH("operator.no_reason")
        assert "Oxen was asked to stop" in await failed(here, shown)
        assert REASON in (await here.outcome()).text
        assert here.ledger() == {"reserve": 5, "release": 5}
        assert here.oxen.generations[generation].status is GenerationStatus.CANCELLED
        assert audit(here) == [(0, "operator fail")]
        assert "ended already" in await failed(here, shown)
        assert audit(here) == [(0, "operator fail")]


async def test_a_video_is_resumed_and_sent_again_from_discord(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.alice.accepts_messages = False
        _, generation = await running(here)
        assert "running" in await pressed(here, await listed(here), RESUME)
        here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
        here.oxen.succeed(generation)
        await in_state(here, "undeliverable")
        here.discord.allow(here.channel, Permission.VIEW_CHANNEL)
        await pressed(here, await listed(here, state="undeliverable"), RESEND)
        await in_state(here, "delivered")
        assert len(here.outcomes()) == 1
        assert audit(here) == [(0, "operator resume"), (0, "operator resend")]
        done = await listed(here, state="delivered")
        assert [button["label"] for button in done.buttons] == [HISTORY]


async def test_nobody_else_sees_or_does_any_of_it_also_not_by_a_forged_button(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        job_id, _ = await running(here)
        shown = await listed(here)
        only = ENGLISH("operator.only")
        assert (await listed(here, here.alice)).text == only
        for button in (HISTORY, RESUME, FAIL):
            assert await pressed(here, shown, button, here.alice) == only
        await read(await here.discord.press_stale(shown, f"operator:resend:{job_id}", here.alice))
        asked = await here.discord.slash(here.channel, here.alice, "operator drain", {})
        assert (await read(asked)).text == only
        assert audit(here) == []
        assert here.job()["state"] == "running"
        assert "Draining" not in bot.output


async def test_a_drain_from_discord_finishes_what_runs_and_stops_the_bot_with_0(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        _, generation = await running(here)
        owner = here.discord.world.owner
        for words in ("1 video", "already"):
            asked = await here.discord.slash(here.channel, owner, "operator drain", {})
            assert words in (await read(asked)).text
        assert "about to be updated" in (await read(await here.ask())).text
        here.oxen.succeed(generation)
        assert "Your video is ready" in (await here.outcome()).text
        assert await bot.exited() == 0
        assert here.ledger() == {"reserve": 5, "settle": 5}


async def test_a_drain_with_nothing_in_the_making_is_answered_before_the_bot_stops(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        asked = await here.discord.slash(here.channel, here.discord.world.owner, "operator drain", {})
        assert ENGLISH("operator.draining", count=0) == (await read(asked)).text
        assert await bot.exited() == 0
