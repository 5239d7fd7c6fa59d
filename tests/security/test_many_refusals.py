"""Long before Discord bans the address, what need not be sent is left: said once in the log."""

import pytest
from yarl import URL

from bot.http_calls import HttpCall
from bot.refused_calls import RefusedCalls
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import READY, ask, card_says, in_thread, made
from tests.support import png

WEBHOOKS = URL("https://discord.com/api/v10/users/@me")


def refuse(calls: RefusedCalls, count: int, status: int = 403) -> None:
    for _ in range(count):
        calls.note(HttpCall(method="GET", url=WEBHOOKS, status=status, seconds=0.1))


def are_many(calls: RefusedCalls) -> bool:
    return calls.are_many


@pytest.mark.parametrize("status", [401, 403, 429])
def test_it_is_said_once_and_again_only_after_it_was_over(status: int, caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    calls = RefusedCalls(lambda: now[0])
    refuse(calls, 1_999, status)
    assert are_many(calls) is False
    refuse(calls, 3_000, status)
    assert are_many(calls) is True
    assert caplog.text.count("bans an address") == 1
    now[0] = 700.0
    assert are_many(calls) is False
    refuse(calls, 1, status)
    refuse(calls, 2_500, status)
    assert caplog.text.count("bans an address") == 2


async def edits(here: World) -> int:
    await here.quiet()
    return sum(request.method == "PATCH" for request in here.env.http_requests)


async def test_mentions_and_cards_are_left_and_the_video_still_comes(here: World) -> None:
    await ask(here)
    generation = await made(here)
    await card_says(here, here.channel, saying("card.making"))
    before = await edits(here)
    refuse(here.parts.bot.refused_calls, 2_000)
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> @Image1 dances", attachments=[png()])
    here.oxen.succeed(generation)
    await in_thread(here, READY)
    assert await edits(here) == before
    assert here.oxen.started == 1
