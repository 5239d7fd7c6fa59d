"""The simulated Oxen's event stream, over real HTTP."""

import asyncio
import json

import aiohttp
import pytest

from tests.sandbox.oxen_caller import Caller, calling

KEEP_ALIVE = b": keep-alive\n\n"


async def next_event(stream: aiohttp.StreamReader) -> dict[str, object]:
    """The payload of the next completion; anything else on the stream is an error."""
    raw = await stream.readuntil(b"\n\n")
    name, data = raw.decode().rstrip("\n").split("\n")
    assert name == "event: media_generation_completed"
    payload = json.loads(data.removeprefix("data: "))
    assert isinstance(payload, dict)
    return payload


async def test_a_success_is_announced_to_every_listener() -> None:
    async with calling(seconds=None) as caller, caller.listening() as one, caller.listening() as other:
        generation = await caller.enqueue()
        caller.oxen.succeed(generation)
        event = await next_event(one)
        assert event == await next_event(other)
        assert str(event.pop("url")).startswith(caller.oxen.result_origin)
        assert event == {
            "generation_id": generation,
            "status": "succeeded",
            "media_type": "video",
            "model": caller.oxen.generations[generation].model,
        }


async def test_a_failure_is_announced_with_its_error() -> None:
    async with calling(seconds=None) as caller, caller.listening() as stream:
        generation = await caller.enqueue()
        caller.oxen.fail(generation, "Insufficient credits")
        assert await next_event(stream) == {
            "generation_id": generation,
            "status": "failed",
            "media_type": "video",
            "error": "Insufficient credits",
        }


async def test_what_is_announced_while_nobody_listens_is_lost() -> None:
    async with calling(seconds=None) as caller:
        missed, seen = await caller.enqueue(), await caller.enqueue()
        caller.oxen.succeed(missed)
        async with caller.listening() as stream:
            caller.oxen.succeed(seen)
            assert (await next_event(stream))["generation_id"] == seen


async def silent_ending(caller: Caller, generation: str, way: str) -> None:
    if way == "cancelled":
        await caller.call("DELETE", f"/ai/queue/{generation}")
    elif way == "cancelled elsewhere":
        caller.oxen.cancel_elsewhere(generation)
    elif way == "vanished":
        caller.oxen.vanish(generation)
    elif way == "unannounced success":
        caller.oxen.succeed(generation, announce=False)
    elif way == "unannounced failure":
        caller.oxen.fail(generation, "no", announce=False)
    else:
        caller.oxen.faults.mute = True
        caller.oxen.succeed(generation)
        caller.oxen.faults.mute = False


@pytest.mark.parametrize(
    "way", ["cancelled", "cancelled elsewhere", "vanished", "unannounced success", "unannounced failure", "mute"]
)
async def test_a_silent_ending_fires_no_event(way: str) -> None:
    async with calling(seconds=None) as caller, caller.listening() as stream:
        silent, loud = await caller.enqueue(), await caller.enqueue()
        await silent_ending(caller, silent, way)
        caller.oxen.succeed(loud)
        assert (await next_event(stream))["generation_id"] == loud


async def test_an_event_can_come_twice_and_again() -> None:
    async with calling(seconds=None) as caller, caller.listening() as stream:
        generation = await caller.enqueue()
        caller.oxen.succeed(generation, times=2)
        caller.oxen.announce(generation)
        for _ in range(3):
            assert (await next_event(stream))["generation_id"] == generation


async def test_what_has_not_ended_cannot_be_announced() -> None:
    async with calling(seconds=None) as caller:
        with pytest.raises(ValueError, match="queued"):
            caller.oxen.announce(await caller.enqueue())


async def test_an_event_can_overtake_the_answer_of_its_post() -> None:
    async with calling() as caller, caller.listening() as stream:
        hold = caller.oxen.faults.hold("POST", "/api/ai/queue")
        async with asyncio.TaskGroup() as group:
            posting = group.create_task(caller.enqueue())
            event = await next_event(stream)
            assert not posting.done()
            hold.release()
        assert posting.result() == event["generation_id"]


async def test_raw_bytes_reach_the_listeners_as_they_are() -> None:
    async with calling() as caller, caller.listening() as stream:
        raw = b"event: other\r\ndata: {\r\n\xff"
        caller.oxen.emit(raw)
        assert await stream.readexactly(len(raw)) == raw


async def test_an_idle_stream_is_kept_alive() -> None:
    async with calling(keep_alive_seconds=0.01) as caller, caller.listening() as stream:
        assert await stream.readexactly(2 * len(KEEP_ALIVE)) == KEEP_ALIVE * 2


async def test_a_silenced_stream_sends_no_keep_alives_but_still_events() -> None:
    async with calling(keep_alive_seconds=0.001, seconds=None) as caller:
        caller.oxen.faults.silence = True
        async with caller.listening() as stream:
            for _ in range(20):  # round trips in which keep-alives would have come
                await caller.call("GET", "/ai/queue")
            generation = await caller.enqueue()
            caller.oxen.succeed(generation)
            assert (await next_event(stream))["generation_id"] == generation


async def test_a_dripping_stream_comes_in_small_pieces_and_whole() -> None:
    async with calling(seconds=None) as caller, caller.listening() as stream:
        caller.oxen.faults.drip = True
        caller.oxen.emit(b"data: one event\n\n")
        pieces: list[bytes] = []
        while b"".join(pieces) != b"data: one event\n\n":
            pieces.append(await stream.readany())
        assert len(pieces) > 5


async def test_a_cut_stream_breaks_off() -> None:
    async with calling() as caller, caller.listening() as stream:
        caller.oxen.drop_streams()
        with pytest.raises(aiohttp.ClientError):
            await stream.read()
        assert caller.oxen.listeners == 0


async def test_a_stream_ended_in_good_order_delivers_what_was_sent_before() -> None:
    async with calling() as caller, caller.listening() as stream:
        caller.oxen.emit(b"data: last\n\n")
        caller.oxen.drop_streams(clean=True)
        assert await stream.read() == b"data: last\n\n"


async def test_a_listener_that_leaves_is_noticed_without_waiting_for_a_keep_alive() -> None:
    async with calling(keep_alive_seconds=3600) as caller:
        async with caller.listening():
            await caller.oxen.wait_for_listener()
        await caller.oxen.wait_for_listener(0)
        async with caller.listening(), caller.listening():
            await caller.oxen.wait_for_listener(2)


async def test_a_stream_is_refused_while_streams_are_refused() -> None:
    async with calling() as caller:
        caller.oxen.faults.refuse_streams = True
        status, answer = await caller.call("GET", "/events")
        assert (status, answer["status_message"]) == (503, "service_unavailable")
        assert (await caller.call("GET", "/ai/queue"))[0] == 200
        caller.oxen.faults.refuse_streams = False
        async with caller.listening():
            assert caller.oxen.listeners == 1
