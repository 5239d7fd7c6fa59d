"""The shared event stream: how it comes back from every kind of break."""

from __future__ import annotations

import asyncio
import logging
import random

import pytest
from aiohttp import web

from bot.backoff import Backoff
from bot.domain.generation import Completion
from bot.oxen.stream import EventStream
from tests.oxen.hosts import KEY, Handler, MakeClient, answering, closed_port, hang_up, hosted
from tests.oxen.streams import Owner, completed, connection, running, stream_of


@pytest.mark.parametrize("end", [None, hang_up])
async def test_a_connection_that_ends_is_followed_by_another(
    make_client: MakeClient, never: Handler, end: Handler | None
) -> None:
    async def later(request: web.Request) -> web.StreamResponse:
        async with asyncio.timeout(10):
            await got_first.wait()
        return await end(request) if end is not None else web.Response()

    async def on_completion(completion: Completion) -> None:
        await owner.on_completion(completion)
        got_first.set()

    got_first = asyncio.Event()
    owner = Owner()
    handler = answering(connection(completed("a"), then=later), connection(completed("b"), then=never))
    async with hosted(handler) as host:
        stream = stream_of(make_client(host.url), owner, on_completion=on_completion)
        async with running(stream):
            assert await owner.ids(2) == ["a", "b"]
    assert owner.connects == 2


async def test_half_an_event_cut_by_a_disconnect_meets_no_later_bytes(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    half = completed("half")[:-1]
    handler = answering(connection(half), connection(b"\n" + completed("a"), then=never))
    async with hosted(handler) as host, running(stream_of(make_client(host.url), owner)):
        assert await owner.ids(1) == ["a"]


async def test_silence_is_a_broken_connection(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    handler = answering(connection(b": keep-alive\n\n", then=never), connection(completed("a"), then=never))
    async with hosted(handler) as host:
        async with running(stream_of(make_client(host.url), owner, silence_seconds=0.05)):
            assert await owner.ids(1) == ["a"]
        assert owner.connects >= 2


async def test_an_answer_that_never_begins_is_a_broken_connection(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    handler = answering(never, connection(completed("a"), then=never))
    async with hosted(handler) as host, running(stream_of(make_client(host.url), owner, silence_seconds=0.05)):
        assert await owner.ids(1) == ["a"]


@pytest.mark.parametrize(
    "bad",
    [
        web.Response(status=401),
        web.Response(status=403),
        web.Response(status=500),
        web.Response(status=204),
        web.Response(text="<html>sign in</html>", content_type="text/html"),
    ],
)
async def test_an_answer_that_is_no_stream_is_not_taken_for_one(
    make_client: MakeClient, never: Handler, bad: web.Response
) -> None:
    owner = Owner()
    async with hosted(answering(bad, connection(completed("a"), then=never))) as host:
        async with running(stream_of(make_client(host.url), owner)):
            assert await owner.ids(1) == ["a"]
        assert (owner.connects, len(host.seen)) == (1, 2)


async def test_the_stream_follows_no_redirect_with_the_key(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    async with hosted(connection(completed("stolen"), then=never)) as other:
        moved = web.Response(status=307, headers={"Location": f"{other.url}/events"})
        handler = answering(moved, connection(completed("a"), then=never))
        async with hosted(handler) as host, running(stream_of(make_client(host.url), owner)):
            assert await owner.ids(1) == ["a"]
        assert other.seen == []


async def test_being_asked_to_wait_is_honoured(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    busy = web.Response(status=429, headers={"Retry-After": "90"})
    handler = answering(busy, connection(completed("a"), then=never))
    async with hosted(handler) as host, running(stream_of(make_client(host.url), owner)):
        await owner.ids(1)
    assert owner.waits == [90.0]


async def test_ten_minutes_of_refused_connections_are_borne_quietly(
    make_client: MakeClient, never: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    """Virtual time: the waits are added up and not slept, and after ten minutes somebody listens again."""

    async def sleep(seconds: float) -> None:
        await owner.sleep(seconds)
        if sum(owner.waits) >= 600 and not site:
            site.append(web.TCPSite(runner, "127.0.0.1", port))
            await site[0].start()

    async def serve(request: web.Request) -> web.StreamResponse:
        return await connection(completed("a"), then=never)(request)

    caplog.set_level(logging.INFO)
    owner = Owner()
    port = closed_port()
    app = web.Application()
    app.router.add_get("/events", serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.01)
    await runner.setup()
    site: list[web.TCPSite] = []
    try:
        async with running(stream_of(make_client(f"http://127.0.0.1:{port}"), owner, sleep=sleep)):
            assert await owner.ids(1) == ["a"]
    finally:
        await runner.cleanup()
    assert max(owner.waits) <= 60
    assert 10 < len(owner.waits) < 60
    said = [(r.levelno, r.getMessage()) for r in caplog.records if r.name == "bot.oxen.stream"]
    assert [level for level, _ in said] == [logging.WARNING, logging.INFO]
    assert "back" in said[1][1]
    assert KEY not in caplog.text


async def test_the_waits_grow_until_a_connection_has_proved_itself(make_client: MakeClient, never: Handler) -> None:
    """A server that accepts and says nothing is not well; one byte is what starts the waits anew."""

    class Upper(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    owner = Owner()
    empty = connection()
    handler = answering(empty, empty, empty, connection(b":"), empty, connection(completed("a"), then=never))
    async with hosted(handler) as host:
        stream = EventStream(
            make_client(host.url),
            silence_seconds=10,
            on_connected=owner.on_connected,
            on_completion=owner.on_completion,
            rng=Upper(),
            backoff=Backoff(first=1, cap=3, spread=(0.0, 1.0)),
            sleep=owner.sleep,
        )
        async with running(stream):
            await owner.ids(1)
    assert owner.waits == [1, 2, 3, 1, 2]


@pytest.mark.parametrize(("asked", "most"), [(b"20000", 20.0), (b"0", 0.1), (b"99999999", 60.0)])
async def test_the_server_may_set_the_first_wait_within_the_cap(
    make_client: MakeClient, never: Handler, asked: bytes, most: float
) -> None:
    owner = Owner()
    handler = answering(connection(b"retry: " + asked + b"\n\n"), connection(completed("a"), then=never))
    async with hosted(handler) as host, running(stream_of(make_client(host.url), owner)):
        await owner.ids(1)
    assert owner.waits == [random.Random(7).uniform(0.0, most)]


async def test_an_event_without_end_breaks_only_its_own_connection(make_client: MakeClient, never: Handler) -> None:
    owner = Owner()
    handler = answering(connection(b"data: " + b"x" * 5_000_000, then=never), connection(completed("a"), then=never))
    async with hosted(handler) as host, running(stream_of(make_client(host.url), owner)):
        assert await owner.ids(1) == ["a"]
