"""Where a server has its results posted: in the thread, in the channel, or in both."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.result_place import ResultPlace
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.admins import admin, rows, says
from tests.cogs.spoilers import HIDDEN
from tests.cogs.videos import FAILED, READY, ask, in_thread, made, told
from tests.support import is_outcome, media_of, text_of

PLACE = "/channels/*/messages"


async def posted_to(here: World, place: str) -> None:
    """Have the server's results posted somewhere."""
    said = await says(admin(here), here, "admin settings", results=place)
    assert ENGLISH(f"admin_card.results.{place}") in said


def videos(place: Any) -> list[Any]:
    """The messages of a place that show a video."""
    return [message for message in place.history() if any(url.endswith(".mp4") for url in media_of(message))]


async def done(here: World) -> None:
    """Wait until the video was shown wherever it is to be, and its card says that it is done."""
    await here.ended()
    await here.until(lambda: told(here, here.channel, saying("card.done")))


@pytest.mark.parametrize(("place", "counts"), [("thread", (1, 0)), ("channel", (0, 1)), ("both", (1, 1))])
async def test_a_video_is_posted_where_the_server_wants_it(here: World, place: str, counts: tuple[int, int]) -> None:
    await posted_to(here, place)
    await ask(here)
    here.oxen.succeed(await made(here))
    await done(here)
    thread = here.thread()
    assert thread is not None
    assert (len(videos(thread)), len(videos(here.channel))) == counts
    outcomes = [m for where in (thread, here.channel) for m in where.history() if is_outcome(m)]
    assert len(outcomes) == 1
    assert f"<@{here.alice.id}>" in text_of(outcomes[0])
    card = told(here, here.channel, saying("card.done"))
    assert str(outcomes[0].id) in text_of(card)


async def test_a_server_that_wants_nothing_else_has_its_results_in_threads(here: World) -> None:
    assert ENGLISH("admin_card.results.thread") in await says(admin(here), here, "admin settings")


async def test_what_is_posted_in_both_pings_once_and_is_hidden_in_both(here: World) -> None:
    await posted_to(here, "both")
    await ask(here, image1=HIDDEN)
    here.oxen.succeed(await made(here))
    await done(here)
    thread = here.thread()
    assert thread is not None
    [first], [second] = videos(thread), videos(here.channel)
    assert media_of(first)[0].endswith("SPOILER_video.mp4")
    assert media_of(second)[0].endswith("SPOILER_video.mp4")
    bodies = [r.json for r in here.env.http_requests if isinstance(r.json, dict)]
    pings = [body for body in bodies if body.get("allowed_mentions", {}).get("users")]
    assert len(pings) == 1


async def test_a_channel_that_does_not_take_the_second_video_holds_up_nothing(tmp_path: Path, here: World) -> None:
    await posted_to(here, "both")
    await ask(here)
    here.env.inject_error("POST", f"/channels/{here.channel.id}/messages", status=403, code=50013, times=None)
    here.oxen.succeed(await made(here))
    await in_thread(here, READY)
    await done(here)
    await here.ended()
    assert videos(here.channel) == []
    assert rows(tmp_path, "SELECT state, copy_message_id FROM jobs") == [("delivered", None)]


async def test_a_failure_is_told_once_whatever_a_server_wants(here: World) -> None:
    await posted_to(here, "both")
    await ask(here)
    here.oxen.fail(await made(here), "no")
    await in_thread(here, FAILED)
    await here.until(lambda: told(here, here.channel, saying("card.failed")))
    assert [m for m in here.channel.history() if is_outcome(m)] == []


@pytest.mark.slow
async def test_what_was_asked_for_before_keeps_its_place(here: World) -> None:
    await ask(here)
    await posted_to(here, ResultPlace.CHANNEL)
    here.oxen.succeed(await made(here))
    await in_thread(here, READY)
    assert videos(here.channel) == []
