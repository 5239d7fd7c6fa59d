"""How the simulated Oxen says no without meaning it, says it late, or says it as a provider does."""

import asyncio
import json

import pytest

from sandbox.oxen import PROVIDER_ERRORS, ProxyPage, response_error, validation_error
from tests.sandbox.oxen_caller import Caller, calling, good

QUEUE = "/api/ai/queue"


async def page(caller: Caller, method: str, path: str) -> tuple[int, str, str]:
    """The status, type and text of an answer."""
    async with caller.session.request(method, caller.oxen.url + path, headers=caller.headers, json=good()) as answer:
        return answer.status, answer.content_type, await answer.text()


@pytest.mark.parametrize("kind", ProxyPage)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/ai/queue"),
        ("GET", "/ai/queue"),
        ("GET", "/ai/queue/{id}"),
        ("DELETE", "/ai/queue/{id}"),
        ("GET", "/events"),
        ("GET", "/ai/generations"),
    ],
)
async def test_a_404_from_the_road_can_come_on_any_call_and_is_no_answer_of_oxens(
    kind: ProxyPage, method: str, path: str
) -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.proxy_not_found(page=kind)
        status, content_type, text = await page(caller, method, path.format(id=generation))
        assert (status, (text, content_type)) == (404, kind.value)
        assert "resource_not_found" not in text
        assert caller.oxen.started == 1
        assert (await caller.row(generation))["status"] == "queued"


async def test_a_404_from_the_road_comes_as_often_as_asked_and_where_asked() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.proxy_not_found("GET", QUEUE + "/*", times=2)
        found = [(await page(caller, "GET", f"/ai/queue/{generation}"))[0] for _ in range(3)]
        assert ((await page(caller, "GET", "/ai/queue"))[0], found) == (200, [404, 404, 200])


async def test_oxens_own_404_has_its_own_body() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.not_found("GET", QUEUE + "/*")
        status, answer = await caller.call("GET", f"/ai/queue/{generation}")
        assert (status, answer["error"]["type"], answer["status_message"]) == (
            404,
            "resource_not_found",
            "resource_not_found",
        )
        assert (await caller.row(generation))["generation_id"] == generation


async def test_a_fault_for_a_while_is_over_by_itself_even_if_it_never_struck() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.faults.not_found("GET", QUEUE + "/*", times=None, seconds=3600)
        assert (await caller.call("GET", f"/ai/queue/{generation}"))[0] == 404
        caller.oxen.faults.clear()
        caller.oxen.faults.not_found("GET", QUEUE + "/*", times=None, seconds=0)
        assert caller.oxen.faults.pending == 0
        assert (await caller.call("GET", f"/ai/queue/{generation}"))[0] == 200


async def test_a_hidden_generation_is_unknown_until_it_is_shown_and_goes_on_meanwhile() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.hide(generation)
        assert (await caller.call("GET", f"/ai/queue/{generation}"))[0] == 404
        assert (await caller.call("GET", "/ai/queue"))[1]["count"] == 0
        caller.oxen.succeed(generation)
        caller.oxen.show(generation)
        assert (await caller.row(generation))["status"] == "succeeded"


async def test_a_delayed_post_has_its_effect_although_its_client_has_gone() -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.delay("POST", QUEUE, 0.2)
        posting = asyncio.create_task(caller.enqueue())
        await caller.oxen.wait_for_request("POST")
        posting.cancel()
        await caller.call("GET", "/ai/queue")  # by then the server has seen the other connection close
        assert (caller.oxen.started, caller.oxen.faults.delayed) == (0, 1)
        await caller.oxen.wait_for_generation()
        await caller.call("GET", "/ai/queue")
        assert (caller.oxen.started, caller.oxen.faults.delayed) == (1, 0)


async def test_a_delay_after_the_effect_holds_up_the_answer_alone() -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.delay("POST", QUEUE, 0.05, after_effect=True)
        posting = asyncio.create_task(caller.enqueue())
        generation = await caller.oxen.wait_for_generation()
        assert not posting.done()
        assert await posting == generation.id


async def test_out_of_credits_is_a_402_that_starts_nothing() -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.out_of_credits()
        status, answer = await caller.call("POST", "/ai/queue", good())
        assert (status, answer["error"]) == (
            402,
            {"type": "insufficient_credits", "title": "You have run out of credits."},
        )
        assert caller.oxen.started == 0
        assert await caller.enqueue()


@pytest.mark.parametrize("starts", [False, True])
async def test_an_id_can_be_given_twice_with_or_without_a_generation_behind_it(starts: bool) -> None:
    async with calling(seconds=None) as caller:
        first = await caller.enqueue()
        caller.oxen.faults.duplicate_id(first, starts=starts)
        assert await caller.enqueue() == first
        assert caller.oxen.started == 1 + starts
        assert await caller.enqueue() != first


async def test_provider_errors_come_through_as_they_are_and_can_hold_json_in_a_string() -> None:
    async with calling(seconds=None) as caller:
        for message in PROVIDER_ERRORS.values():
            generation = await caller.enqueue()
            caller.oxen.fail(generation, message)
            assert (await caller.row(generation))["error_message"] == message
    message = response_error(422, [validation_error("image_too_small", "too small", "body", "image_urls", 0)])
    head, _, detail = message.partition(" - ")
    assert head == "Getting model response error: 422"
    assert json.loads(detail) == [{"loc": ["body", "image_urls", 0], "msg": "too small", "type": "image_too_small"}]


async def test_a_result_address_can_answer_a_page_for_ever_while_others_serve_their_video() -> None:
    async with calling(seconds=None) as caller:
        generations = [await caller.enqueue() for _ in range(2)]
        for generation in generations:
            caller.oxen.succeed(generation)
        caller.oxen.faults.result.replace(times=None, generation_id=generations[0])
        types = [await download(caller, generation) for generation in generations for _ in range(2)]
        assert types == [(200, "text/html")] * 2 + [(200, "video/mp4")] * 2


async def test_a_result_address_can_be_refused_so_often_or_by_the_road() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.succeed(generation)
        caller.oxen.faults.result.refuse(403)
        caller.oxen.faults.result.refuse(404, times=None, seconds=0)
        caller.oxen.faults.result.proxy_not_found(ProxyPage.HTML)
        found = [await download(caller, generation) for _ in range(3)]
        assert found == [(403, "text/plain"), (404, "text/html"), (200, "video/mp4")]


async def download(caller: Caller, generation: str) -> tuple[int, str]:
    """The status and content type behind a fresh link."""
    url = (await caller.row(generation))["result_url"]
    async with caller.session.get(url) as answer:
        return answer.status, answer.content_type
