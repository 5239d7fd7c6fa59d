"""The shared event stream: what reaches its owner, and what its owner's errors do."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web

from bot.domain.generation import Completion, GenerationStatus
from bot.errors import BotError, OxenUncertain
from tests.oxen.hosts import BEARER, Handler, MakeClient, answering, hosted
from tests.oxen.streams import Owner, completed, connection, running, stream_of


async def test_a_completion_reaches_the_owner(make_client: MakeClient, never: Handler) -> None:
    failed = b'event: media_generation_completed\ndata: {"generation_id": "b", "status": "failed", "error": "Poor"}\n\n'
    owner = Owner()
    async with hosted(connection(completed("a"), failed, then=never)) as host:
        async with running(stream_of(make_client(f"{host.url}/api"), owner)), asyncio.timeout(10):
            first, second = await owner.completions.get(), await owner.completions.get()
        assert (host.seen[0].path, host.keys) == ("/api/events", [BEARER])
    assert first == Completion(generation_id="a", status=GenerationStatus.SUCCEEDED, url="https://x.test/a?s")
    assert second == Completion(generation_id="b", status=GenerationStatus.FAILED, error="Poor")


async def test_other_events_and_keep_alives_are_passed_over(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    pieces = [b": keep-alive\n\n", b"event: repo_pushed\ndata: {}\n\n", b"data: hello\n\n", completed("a")]
    async with hosted(connection(*pieces, then=never)) as host, running(stream_of(make_client(host.url), owner)):
        assert await owner.ids(1) == ["a"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"generation_id": "x", "status": "cancelled"}',
        b'{"generation_id": "x", "status": "dreaming"}',
        b'{"generation_id": "", "status": "failed"}',
        b'{"generation_id": "x y\\n", "status": "failed", "url": "https://x.test/hidden"}',
    ],
)
async def test_garbage_in_one_event_costs_only_that_event(
    make_client: MakeClient, never: Handler, caplog: pytest.LogCaptureFixture, garbage: bytes
) -> None:
    owner = Owner()
    bad = b"event: media_generation_completed\ndata: " + garbage + b"\n\n"
    async with hosted(connection(bad, completed("a"), then=never)) as host:
        async with running(stream_of(make_client(host.url), owner)):
            assert await owner.ids(1) == ["a"]
        assert owner.connects == 1
    assert [r.levelno for r in caplog.records if r.name == "bot.oxen.stream"] == [logging.WARNING]
    assert "hidden" not in caplog.text


async def test_what_fires_during_a_slow_reconciliation_is_not_lost(make_client: MakeClient, never: Handler) -> None:
    async def slow() -> None:
        await owner.on_connected()
        async with asyncio.timeout(10):
            await sent.wait()
        order.append("reconciled")

    async def on_completion(completion: Completion) -> None:
        order.append(completion.generation_id)
        await owner.on_completion(completion)

    async def say_sent(request: web.Request) -> web.StreamResponse:
        sent.set()
        return await never(request)

    sent = asyncio.Event()
    order: list[str] = []
    owner = Owner()
    async with hosted(connection(completed("a"), completed("b"), then=say_sent)) as host:
        stream = stream_of(make_client(host.url), owner, on_connected=slow, on_completion=on_completion)
        async with running(stream):
            await owner.ids(2)
    assert order == ["reconciled", "a", "b"]


async def test_it_is_connected_from_the_answer_to_the_end(make_client: MakeClient, never: Handler) -> None:
    async def on_connected() -> None:
        during.append(stream.connected)

    async def sleep(seconds: float) -> None:
        between.append(stream.connected)

    async def on_completion(completion: Completion) -> None:
        during.append(stream.connected)
        await owner.on_completion(completion)

    during: list[bool] = []
    between: list[bool] = []
    owner = Owner()
    async with hosted(answering(connection(b":\n\n"), connection(completed("a"), then=never))) as host:
        stream = stream_of(
            make_client(host.url), owner, on_connected=on_connected, on_completion=on_completion, sleep=sleep
        )
        between.append(stream.connected)
        async with running(stream):
            await owner.ids(1)
        between.append(stream.connected)
    assert (during, between) == ([True, True, True], [False, False, False])


async def test_an_error_of_the_bot_in_a_callback_does_not_end_the_stream(
    make_client: MakeClient, never: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    async def on_connected() -> None:
        await owner.on_connected()
        raise OxenUncertain("the list was lost")

    async def on_completion(completion: Completion) -> None:
        await owner.on_completion(completion)
        if completion.generation_id == "a":
            raise BotError("the store was busy")

    owner = Owner()
    async with hosted(connection(completed("a"), completed("b"), then=never)) as host:
        stream = stream_of(make_client(host.url), owner, on_connected=on_connected, on_completion=on_completion)
        async with running(stream):
            assert await owner.ids(2) == ["a", "b"]
        assert len(host.seen) == 1
    assert "the list was lost" in caplog.text
    assert "the store was busy" in caplog.text


@pytest.mark.parametrize("surprise", [RuntimeError("a bug"), TimeoutError("of the callback's own"), OSError("a bug")])
async def test_a_surprise_in_a_callback_reaches_the_streams_owner(
    make_client: MakeClient, never: Handler, surprise: Exception
) -> None:
    async def on_completion(completion: Completion) -> None:
        raise surprise

    async with hosted(connection(completed("a"), then=never)) as host:
        stream = stream_of(make_client(host.url), Owner(), on_completion=on_completion)
        with pytest.raises(type(surprise)) as caught:
            async with asyncio.timeout(10):
                await stream.run()
        assert caught.value is surprise
        assert not stream.connected
