"""What one ordinary video costs in calls, and in what order they are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.texts import saying
from tests.process.harness import Harness, harness

PATCH_CARD = "edit the card"


def calls(here: Harness) -> list[str]:
    """What was asked of Discord for jobs, in order: what belongs to being connected is left out."""
    [thread] = here.discord.threads(here.channel)
    names = {
        ("POST", f"/channels/{here.channel.id}/messages/{thread.id}/threads"): "open the thread",
        ("POST", f"/channels/{thread.id}/messages"): "send into the thread",
        ("PATCH", f"/channels/{here.channel.id}/messages/{thread.id}"): PATCH_CARD,
    }
    made = [
        (request.method, request.path)
        for request in here.discord.requests
        if request.path.startswith(("/channels/", "/interactions/", "/webhooks/"))
    ]
    return ["answer" if path.endswith("/callback") else names[method, path] for method, path in made]


async def done(here: Harness) -> None:
    await here.discord.wait_for(lambda: any(saying("card.done") in m.text for m in here.discord.messages(here.channel)))


@pytest.mark.parametrize("names_answers", [True, False])
async def test_phases_that_are_soon_over_are_not_shown_and_the_video_goes_before_its_card(
    tmp_path: Path, names_answers: bool
) -> None:
    async with harness(tmp_path, seconds=0.0, CARD_SETTLE_SECONDS="60") as here, here.bot():
        here.discord.limits.names_answers = names_answers
        await here.ask()
        await here.outcome()
        await done(here)
        sends = ["send into the thread"] * 2
        assert calls(here) == ["answer", "open the thread", *sends, PATCH_CARD]


async def test_an_ordinary_video_costs_six_calls_to_discord_and_one_to_oxen_beside_the_download(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot(quick=False):
        await here.ask()
        generation = await here.made()
        await here.discord.wait_for(lambda: saying("card.making") in here.discord.messages(here.channel)[0].text)
        here.oxen.succeed(generation)
        await here.outcome()
        await done(here)
        assert calls(here) == [
            "answer",
            "open the thread",
            "send into the thread",
            PATCH_CARD,
            "send into the thread",
            PATCH_CARD,
        ]
        of_the_job = [r for r in here.oxen.requests if r.method == "POST" or generation in r.path]
        assert [(r.method, r.path) for r in of_the_job] == [("POST", "/api/ai/queue")]
        of_the_start = [r for r in here.oxen.requests if "/models" in r.path]  # its price, and what it takes
        assert len(of_the_start) <= 2


async def test_a_stream_that_was_opened_anew_during_the_post_has_the_generation_looked_at(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        hold = here.oxen.faults.hold("POST", "/api/ai/queue", after_effect=True)
        await here.ask()
        await hold.reached()
        generation = await here.made()
        here.oxen.succeed(generation, announce=False)
        here.oxen.drop_streams()
        await here.oxen.wait_for_listener()
        hold.release()
        assert saying("result.ready") in (await here.outcome()).text
