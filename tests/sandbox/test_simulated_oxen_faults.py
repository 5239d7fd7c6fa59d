"""The faults of the simulated Oxen's API, over real HTTP."""

import asyncio
import gc
import warnings

import aiohttp
import pytest

from sandbox.oxen import SimulatedOxen
from tests.sandbox.oxen_caller import Caller, calling, good

QUEUE = "/api/ai/queue"


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_refused_post_has_its_effect_only_if_it_is_refused_afterwards(after_effect: bool) -> None:
    async with calling(seconds=None) as caller:
        body = {"status": "error", "status_message": "rate_limited"}
        caller.oxen.faults.refuse("POST", QUEUE, 429, body, headers={"Retry-After": "7"}, after_effect=after_effect)
        async with caller.session.post(caller.oxen.url + "/ai/queue", json=good(), headers=caller.headers) as answer:
            assert (answer.status, await answer.json(), answer.headers["Retry-After"]) == (429, body, "7")
        assert caller.oxen.started == after_effect
        assert (await caller.call("POST", "/ai/queue", good()))[0] == 200


async def test_a_refusal_can_be_a_page_and_has_oxens_shape_by_default() -> None:
    async with calling() as caller:
        caller.oxen.faults.refuse("GET", QUEUE, 502, "<h1>Bad gateway</h1>")
        caller.oxen.faults.refuse("GET", QUEUE, 500)
        async with caller.session.get(caller.oxen.url + "/ai/queue", headers=caller.headers) as page:
            assert (page.status, page.content_type, await page.text()) == (502, "text/html", "<h1>Bad gateway</h1>")
        status, answer = await caller.call("GET", "/ai/queue")
        assert (status, answer["status"], "title" in answer["error"]) == (500, "error", True)


async def test_faults_strike_in_order_as_often_as_asked_and_only_what_they_name() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.refuse("GET", QUEUE + "/*", 500, times=2)
        caller.oxen.faults.refuse("*", QUEUE + "*", 503)
        one, every = f"/ai/queue/{generation}", "/ai/queue"
        calls = [("GET", one), ("GET", every), ("GET", one), ("GET", one)]
        assert caller.oxen.faults.pending == 2
        assert [(await caller.call(*call))[0] for call in calls] == [500, 503, 500, 200]
        assert caller.oxen.faults.pending == 0


async def test_a_fault_without_an_end_strikes_until_faults_are_cleared() -> None:
    async with calling() as caller:
        caller.oxen.faults.refuse("GET", QUEUE, 500, times=None)
        caller.oxen.faults.refuse_streams = caller.oxen.faults.mute = True
        assert [(await caller.call("GET", "/ai/queue"))[0] for _ in range(3)] == [500] * 3
        caller.oxen.faults.clear()
        assert (await caller.call("GET", "/ai/queue"))[0] == 200
        async with caller.listening() as stream:
            generation = await caller.enqueue()
            assert generation in (await stream.readuntil(b"\n\n")).decode()


async def test_a_fault_does_not_strike_a_call_without_the_key() -> None:
    async with calling() as caller:
        caller.oxen.faults.refuse("GET", QUEUE, 500)
        async with caller.session.get(caller.oxen.url + "/ai/queue") as answer:
            assert answer.status == 401
        assert caller.oxen.faults.pending == 1


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_lost_post_has_its_effect_only_if_it_is_lost_afterwards(after_effect: bool) -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.lose("POST", QUEUE, after_effect=after_effect)
        with pytest.raises(aiohttp.ClientConnectionError):
            await caller.enqueue()
        assert caller.oxen.started == after_effect
        assert len(caller.oxen.requests) == 1
        assert await caller.enqueue()


async def test_a_lost_cancel_has_cancelled() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.lose("DELETE", QUEUE + "/*", after_effect=True, times=None)
        with pytest.raises(aiohttp.ClientConnectionError):
            await caller.call("DELETE", f"/ai/queue/{generation}")
        assert (await caller.row(generation))["status"] == "cancelled"


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_held_post_is_answered_once_released(after_effect: bool) -> None:
    async with calling(seconds=None) as caller:
        hold = caller.oxen.faults.hold("POST", QUEUE, after_effect=after_effect)
        async with asyncio.TaskGroup() as group:
            posting = group.create_task(caller.enqueue())
            await hold.reached()
            assert (caller.oxen.started, posting.done()) == (after_effect, False)
            hold.release()
        assert list(caller.oxen.generations) == [posting.result()]


async def test_a_post_whose_client_gave_up_while_held_still_has_its_effect() -> None:
    async with calling(seconds=None) as caller:
        hold = caller.oxen.faults.hold("POST", QUEUE, after_effect=False)
        posting = asyncio.create_task(caller.enqueue())
        await hold.reached()
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        await caller.call("GET", "/ai/queue")  # by then the server has seen the other connection close
        hold.release()
        await caller.oxen.wait_for_generation()
        assert caller.oxen.started == 1


async def test_a_garbled_answer_is_no_json_though_the_generation_was_started() -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.garble("POST", QUEUE)
        async with caller.session.post(caller.oxen.url + "/ai/queue", json=good(), headers=caller.headers) as answer:
            assert (answer.status, answer.content_type) == (200, "application/json")
            with pytest.raises(ValueError, match="Unterminated"):
                await answer.json()
        assert caller.oxen.started == 1


async def test_an_enqueue_can_answer_with_an_error_and_no_generation() -> None:
    async with calling() as caller:
        caller.oxen.faults.empty_with_error("The model is busy")
        answer = await caller.call("POST", "/ai/queue", good())
        assert answer == (200, {"generations": [], "error": {"message": "The model is busy"}})
        assert caller.oxen.started == 0


async def test_a_stream_can_be_refused_held_or_lost_before_it_opens() -> None:
    async with calling() as caller:
        caller.oxen.faults.refuse("GET", "/api/events", 429)
        assert (await caller.call("GET", "/events"))[0] == 429
        caller.oxen.faults.lose("GET", "/api/events", after_effect=False, times=None)
        with pytest.raises(aiohttp.ClientConnectionError):
            await caller.call("GET", "/events")
        caller.oxen.faults.clear()
        hold = caller.oxen.faults.hold("GET", "/api/events", after_effect=False)
        opening = asyncio.create_task(listen_once(caller))
        await hold.reached()
        assert caller.oxen.listeners == 0
        hold.release()
        await opening


async def listen_once(caller: Caller) -> None:
    async with caller.listening():
        assert caller.oxen.listeners == 1


async def test_a_fault_that_could_never_strike_is_an_error_of_the_test() -> None:
    faults = SimulatedOxen().faults
    with pytest.raises(ValueError, match="starts with /api"):
        faults.refuse("GET", "/ai/queue", 500)
    with pytest.raises(ValueError, match="at least once"):
        faults.garble("GET", QUEUE, times=0)
    with pytest.raises(ValueError, match="event stream"):
        faults.hold("GET", "/api/events")


async def test_shutting_down_is_clean_and_quiet_with_streams_held_calls_and_work_under_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = asyncio.all_tasks()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with aiohttp.ClientSession() as session:
            async with SimulatedOxen(seconds=3600) as oxen:
                caller = Caller(oxen, session)
                await caller.enqueue()
                holds = [oxen.faults.hold("GET", QUEUE, after_effect=late) for late in (False, True)]
                calls = [asyncio.create_task(caller.call("GET", "/ai/queue")) for _ in holds]
                streams = [asyncio.create_task(read_stream(caller)) for _ in range(3)]
                await asyncio.gather(*(hold.reached() for hold in holds), oxen.wait_for_listener(3))
            outcomes = await asyncio.gather(*calls, *streams, return_exceptions=True)
            assert [isinstance(outcome, aiohttp.ClientError) for outcome in outcomes] == [True] * 5
        gc.collect()
    assert asyncio.all_tasks() == before
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR", "CRITICAL")]


async def read_stream(caller: Caller) -> None:
    async with caller.listening() as stream:
        await stream.read()


async def test_an_error_inside_the_simulation_comes_out_at_the_end() -> None:
    asked = asyncio.Event()

    async def broken(_: str) -> bytes:
        asked.set()
        raise RuntimeError("the test's own picture source is broken")

    async def run() -> None:
        async with calling(fetch_image=broken) as caller:
            await caller.enqueue()
            await asked.wait()

    with pytest.raises(ExceptionGroup) as caught:
        await run()
    assert caught.group_contains(RuntimeError, match="picture source")
