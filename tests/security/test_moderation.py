"""The operator's moderation service: what it refuses is neither paid nor shown, and its absence is no way around it."""

import asyncio
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.domain.model_spec import PictureLimits
from bot.media.pictures.normalized_picture import NormalizedPicture
from bot.services.moderation.moderation_client import Answer, ModerationFailed, read_judgement
from cogs.ui.texts import ENGLISH
from sandbox.moderation import SimulatedModerator
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.spoilers import is_hidden, posted, shown_by
from tests.cogs.videos import FAILED, READY, ask, in_thread, made, told
from tests.support import buttons_of, png, private, text_of

RUN_AGAIN = ENGLISH("button.run_again", seconds=5)
BAD = "refuse @Image1"
ANY_PICTURE = PictureLimits()


def moderated(moderator: SimulatedModerator, **settings: Any) -> dict[str, Any]:
    return {"moderation_url": moderator.url, "moderation_allow_private": True, **settings}


async def failed(here: World, where: Any = None) -> Any:
    return await here.until(lambda: told(here, where or here.channel, FAILED))


def everything_said(here: World) -> str:
    """All that the bot has posted and named, as Discord got it."""
    return " ".join(
        str(request.json) for request in here.env.http_requests if request.method in ("POST", "PATCH", "PUT")
    )


async def test_what_it_refuses_is_neither_paid_nor_shown(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        await ask(here, prompt=BAD)
        message = await failed(here)
        assert "Not with the word refuse" in text_of(message)
        assert "refuse @Image1" not in everything_said(here)
        assert here.channel.threads == []
        assert here.oxen.started == 0
        assert rows(tmp_path, "SELECT kind FROM ledger ORDER BY id") == [("reserve",), ("release",)]
        [asked] = moderator.asked
        assert asked["prompt"] == BAD
        assert [(one["name"], one["content_type"]) for one in asked["pictures"]] == [("image1", "image/png")]
        assert asked["pictures"][0]["data"].startswith(b"\x89PNG")
        assert str(here.alice.id) not in str(asked)


async def test_a_mention_is_judged_before_a_thread_has_its_prompt_for_a_name(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        me = here.env.bot.user
        assert me is not None
        await here.alice.send(here.channel, f"<@{me.id}> {BAD}", attachments=[png()])
        thread = await here.until(here.thread)
        await failed(here, thread)
        assert thread.name == "Video for @alice"
        assert here.oxen.started == 0


async def test_what_it_wants_hidden_is_hidden(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        await ask(here, prompt="@Image1 is a spoiler")
        board, ready = await posted(here)
        assert all(hidden for hidden, _ in shown_by(board).values())
        assert is_hidden(ready, "@Image1 is a spoiler")


async def test_what_it_allows_is_made_and_shown(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        answer = await ask(here, prompt="@Image1 dances")
        assert "@Image1 dances" not in text_of(answer.response).replace("*", "")
        here.oxen.succeed(await made(here))
        ready = await in_thread(here, READY)
        assert "dances" in text_of(ready)


async def test_the_same_request_is_refused_at_once_and_another_is_judged(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        await ask(here, prompt=BAD)
        message = await failed(here)
        assert RUN_AGAIN not in buttons_of(message)
        again = await ask(here, prompt=f"  {BAD} ")
        assert "refused before, just as it is" in text_of(private(again))
        await ask(here, prompt=f"please {BAD}")
        await here.until(lambda: len(moderator.asked) == 2)


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=500),
        web.Response(status=302, headers={"Location": "/judge"}),
        web.Response(text="<html>"),
        web.json_response({"verdict": "maybe"}),
        web.json_response(["allow"]),
        web.json_response({"verdict": "allow", "padding": "x" * 70_000}),
    ],
    ids=["an error", "a redirect", "no JSON", "no verdict", "a list", "too much"],
)
async def test_where_it_gives_no_answer_nothing_is_made(tmp_path: Path, answer: web.Response) -> None:
    async def broken() -> web.Response:
        return answer

    async with SimulatedModerator() as moderator, world(tmp_path, **moderated(moderator)) as here:
        moderator.before = broken
        await ask(here, prompt="@Image1 dances")
        message = await failed(here)
        assert "couldn't be checked" in text_of(message)
        assert RUN_AGAIN in buttons_of(message)
        assert here.oxen.started == 0


async def test_one_that_hangs_holds_up_nothing_for_longer_than_its_time(tmp_path: Path) -> None:
    forever = asyncio.Event()

    async def hang() -> None:
        await forever.wait()

    async with (
        SimulatedModerator() as moderator,
        world(tmp_path, **moderated(moderator, moderation_timeout_seconds=0.3)) as here,
    ):
        moderator.before = hang
        await ask(here, prompt="@Image1 dances")
        assert "couldn't be checked" in text_of(await failed(here))
        assert here.oxen.started == 0
        forever.set()


async def test_open_on_failure_makes_it_unjudged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with world(
        tmp_path,
        moderation_url="http://127.0.0.1:9/judge",
        moderation_allow_private=True,
        moderation_on_failure="open",
    ) as here:
        await ask(here, prompt="@Image1 dances")
        await made(here)
        assert "judged nothing" in caplog.text


async def test_it_is_not_asked_at_this_machine_unless_the_operator_says_so(tmp_path: Path) -> None:
    async with SimulatedModerator() as moderator:
        with pytest.raises(ValidationError, match="MODERATION_ALLOW_PRIVATE"):
            async with world(tmp_path, moderation_url=moderator.url):
                pass
        secure = moderator.url.replace("http:", "https:")
        async with world(tmp_path, moderation_url=secure) as here:
            await ask(here, prompt="@Image1 dances")
            assert "couldn't be checked" in text_of(await failed(here))
            assert moderator.asked == []


@pytest.mark.slow
async def test_large_pictures_come_in_several_calls_and_the_strictest_answer_counts(tmp_path: Path) -> None:
    def by_picture(asked: dict[str, Any]) -> dict[str, Any]:
        bad = any(picture["name"] == "image3" for picture in asked["pictures"])
        return {"verdict": "refuse" if bad else "allow"}

    class Heavy:
        """Nine megabytes of every picture."""

        async def normalize(
            self, data: bytes, *, limits: PictureLimits = ANY_PICTURE, user: Hashable = None
        ) -> NormalizedPicture:
            return NormalizedPicture(data=data + bytes(9_000_000), ending="png", width=640, height=480)

    async with (
        SimulatedModerator(by_picture) as moderator,
        world(tmp_path, normalizer=Heavy(), **moderated(moderator)) as here,
    ):
        await ask(here, prompt="@Image1 @Image2 @Image3", image2=png(seed=2), image3=png(seed=3))
        assert "doesn't allow this request" in text_of(await failed(here))
        assert [len(asked["pictures"]) for asked in moderator.asked] == [2, 1]


def test_an_answer_with_controls_and_length_is_made_fit_to_show() -> None:
    judgement = read_judgement(b'{"verdict": "refuse", "reason": "no\\u001b[31m\\n' + b"x" * 500 + b'"}')
    assert judgement.answer is Answer.REFUSE
    assert len(judgement.reason) == 200
    assert "\x1b" not in judgement.reason


@pytest.mark.parametrize("data", [b"", b"[", b"null", b'{"verdict": null}', b'"allow"', b"[" * 10_000, b"\xff"])
def test_what_is_no_answer_is_a_failure(data: bytes) -> None:
    with pytest.raises(ModerationFailed):
        read_judgement(data)
