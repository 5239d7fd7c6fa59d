"""The simulated Oxen's queue, models and account, over real HTTP."""

import time

import aiohttp
import jsonschema
import pytest

from sandbox.oxen import REFERENCE_TO_VIDEO, TEXT_MODEL, GenerationStatus, SimulatedOxen
from tests.sandbox.oxen_caller import PICTURE_URL, Caller, calling, good

UNAUTHENTICATED = {"status": "error", "status_message": "unauthenticated"}


@pytest.mark.parametrize("header", [None, "Bearer wrong", "sandbox-oxen-key"])
async def test_a_call_without_the_right_key_is_turned_away_and_does_nothing(header: str | None) -> None:
    async with calling() as caller:
        headers = {} if header is None else {"Authorization": header}
        for method, path in [("POST", "/ai/queue"), ("GET", "/ai/queue"), ("GET", "/events"), ("GET", "/users/me")]:
            url = caller.oxen.url + path
            async with caller.session.request(method, url, json=good(), headers=headers) as answer:
                assert (answer.status, await answer.json()) == (401, UNAUTHENTICATED)
        assert caller.oxen.started == 0
        assert [call.authorised for call in caller.oxen.requests] == [False] * 4


async def test_a_changed_key_shuts_out_the_old_one() -> None:
    async with calling() as caller:
        old = caller.headers
        caller.oxen.api_key = "another"
        async with caller.session.get(caller.oxen.url + "/ai/queue", headers=old) as answer:
            assert answer.status == 401
        assert (await caller.call("GET", "/ai/queue"))[0] == 200


async def test_enqueueing_answers_with_a_queued_generation_that_echoes_the_request() -> None:
    async with calling(seconds=None) as caller:
        before = int(time.time())
        body = good(aspect_ratio="9:16", duration=10, elements=[])
        status, answer = await caller.call("POST", "/ai/queue", body)
        [row] = answer["generations"]
        assert (status, row) == (200, {"generation_id": row["generation_id"], "status": "queued"})
        shown = await caller.row(row["generation_id"])
        assert before <= shown.pop("enqueued_at") <= time.time()
        assert shown == {
            "generation_id": row["generation_id"],
            "model_name": REFERENCE_TO_VIDEO,
            "media_type": "video",
            "namespace": "sandbox",
            "status": "queued",
            "result_url": None,
            "error_message": None,
            "started_at": None,
            "completed_at": None,
            "prompt": body["prompt"],
            "input_image": [PICTURE_URL],
            "aspect_ratio": "9:16",
            "duration": 10,
            "elements": [],
        }


async def test_several_generations_of_one_request_are_all_started() -> None:
    async with calling(seconds=None) as caller:
        _, answer = await caller.call("POST", "/ai/queue", good(num_generations=4))
        assert [row["generation_id"] for row in answer["generations"]] == list(caller.oxen.generations)
        assert caller.oxen.started == 4


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"model": "no-such"}, 404, {"error": {"message": "Model not found: no-such"}}),
        ({"model": None}, 400, {"error": {"message": "model is required"}}),
        ({"model": TEXT_MODEL}, 400, {"status": "error", "status_message": ":unsupported_media_type"}),
        *(
            ({"num_generations": n}, 400, {"error": {"message": "num_generations must be an integer between 1 and 4"}})
            for n in (0, 5, "1", True, 1.0)
        ),
    ],
)
async def test_what_the_queue_itself_refuses_starts_nothing(
    changes: dict[str, object], status: int, message: object
) -> None:
    async with calling() as caller:
        assert await caller.call("POST", "/ai/queue", good(**changes)) == (status, message)
        assert caller.oxen.started == 0


async def test_bad_parameters_are_taken_into_the_queue() -> None:
    async with calling(seconds=None) as caller:
        assert await caller.enqueue(prompt=None, input_image="nonsense", duration="long")


async def test_an_unknown_generation_is_not_found_in_the_documented_shape() -> None:
    async with calling() as caller:
        for method in ("GET", "DELETE"):
            status, answer = await caller.call(method, "/ai/queue/no-such")
            assert (status, answer["status"], answer["status_message"]) == (404, "error", "resource_not_found")
            assert answer["error"]["type"] == "resource_not_found"
        assert (await caller.call("GET", "/nowhere"))[0] == 404


async def test_the_list_shows_active_rows_unless_a_status_is_asked_for() -> None:
    async with calling(seconds=None) as caller:
        ids = [await caller.enqueue() for _ in range(5)]
        queued, processing, succeeded, failed, cancelled = ids
        caller.oxen.start(processing)
        caller.oxen.succeed(succeeded)
        caller.oxen.fail(failed, "no")
        caller.oxen.cancel_elsewhere(cancelled)

        async def listed(**query: str) -> list[str]:
            _, answer = await caller.call("GET", "/ai/queue", **query)
            assert answer["count"] == len(answer["generations"])
            return [row["generation_id"] for row in answer["generations"]]

        assert await listed() == [queued, processing]
        for status, one in zip(GenerationStatus, ids, strict=True):
            assert await listed(status=status) == [one]
        assert (await caller.call("GET", "/ai/queue", status="odd"))[0] == 400


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("namespace", "studio", "sandbox"),
        ("model", REFERENCE_TO_VIDEO, "another"),
        ("media_type", "video", "image"),
    ],
)
async def test_the_list_is_filtered(name: str, value: str, other: str) -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue(target_namespace="studio")
        _, found = await caller.call("GET", "/ai/queue", **{name: value})
        _, missed = await caller.call("GET", "/ai/queue", **{name: other})
        assert [row["generation_id"] for row in found["generations"]] == [generation]
        assert missed == {"count": 0, "generations": []}


async def test_a_generation_passes_through_its_states_with_their_times() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.start(generation)
        row = await caller.row(generation)
        assert (row["status"], row["completed_at"]) == ("processing", None)
        assert isinstance(row["started_at"], int)
        caller.oxen.fail(generation, "The prompt was not liked")
        row = await caller.row(generation)
        assert (row["status"], row["error_message"], row["result_url"]) == ("failed", "The prompt was not liked", None)
        assert isinstance(row["completed_at"], int)


async def test_a_step_from_a_wrong_state_is_an_error_of_the_test() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.succeed(generation)
        for step in (caller.oxen.start, caller.oxen.succeed, caller.oxen.cancel_elsewhere):
            with pytest.raises(ValueError, match="succeeded"):
                step(generation)


async def test_cancelling_ends_an_active_generation_for_good() -> None:
    async with calling(seconds=3600) as caller:
        generation = await caller.enqueue()
        answer = await caller.call("DELETE", f"/ai/queue/{generation}")
        assert answer == (200, {"status": "success", "generation_id": generation})
        assert (await caller.row(generation))["status"] == "cancelled"


async def test_cancelling_what_has_ended_answers_success_and_changes_nothing() -> None:
    async with calling(seconds=None) as caller:
        generation = await caller.enqueue()
        caller.oxen.succeed(generation)
        before = await caller.row(generation)
        answer = await caller.call("DELETE", f"/ai/queue/{generation}")
        after = await caller.row(generation)
        assert answer == (200, {"status": "success", "generation_id": generation})
        assert (after["status"], after["completed_at"]) == ("succeeded", before["completed_at"])


async def test_a_vanished_generation_is_neither_found_nor_listed() -> None:
    async with calling(seconds=3600) as caller:
        generation = await caller.enqueue()
        caller.oxen.vanish(generation)
        assert (await caller.call("GET", f"/ai/queue/{generation}"))[0] == 404
        assert (await caller.call("GET", "/ai/queue"))[1]["count"] == 0
        assert caller.oxen.generations[generation].vanished


async def test_a_model_is_described_with_its_price_and_schema() -> None:
    async with calling() as caller:
        status, model = await caller.call("GET", f"/ai/models/{REFERENCE_TO_VIDEO}")
        assert (status, model["id"]) == (200, REFERENCE_TO_VIDEO)
        assert model["pricing"] == {"method": "per_video_output_second", "cost_per_second": 0.112}
        parameters = {name: value for name, value in good().items() if name != "model"}
        jsonschema.validate(parameters, model["request_schema"])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(parameters | {"duration": 7}, model["request_schema"])
        assert await caller.call("GET", "/ai/models/none") == (404, {"error": {"message": "Model not found: none"}})


async def test_without_credits_nothing_is_started() -> None:
    async with calling(credits_micro_usd=0) as caller:
        status, answer = await caller.call("POST", "/ai/queue", good())
        assert (status, answer["error"]["type"]) == (402, "insufficient_credits")
        assert caller.oxen.started == 0


async def test_with_too_few_credits_the_generation_fails_later() -> None:
    async with calling(credits_micro_usd=1) as caller:
        ended = await caller.oxen.wait_for_end(await caller.enqueue())
        assert (ended.status, ended.error) == ("failed", "Insufficient credits")


async def test_a_success_is_paid_for_by_the_second_and_a_failure_is_not() -> None:
    async with calling(seconds=None, credits_micro_usd=5_000_000) as caller:
        first, second = await caller.enqueue(duration=10), await caller.enqueue()
        caller.oxen.succeed(first)
        caller.oxen.fail(second, "no")
        assert caller.oxen.credits_micro_usd == 5_000_000 - 1_120_000
        assert (await caller.call("GET", "/users/me"))[1]["user"]["credits"] == 3.88


async def test_calls_are_recorded_as_they_came() -> None:
    async with calling(seconds=None) as caller:
        await caller.enqueue()
        await caller.call("GET", "/ai/queue", status="failed")
        post = await caller.oxen.wait_for_request("POST", "/api/ai/queue")
        read = await caller.oxen.wait_for_request("GET", "/api/ai/queue")
        assert (post.body, post.authorised, post.query) == (good(), True, {})
        assert (read.path, read.body, read.query) == ("/api/ai/queue", None, {"status": "failed"})


async def test_waiting_for_what_never_comes_ends_in_a_timeout() -> None:
    async with calling() as caller:
        with pytest.raises(TimeoutError):
            await caller.oxen.wait_for_generation(timeout=0)


async def test_a_fixed_port_is_listened_on_again_after_a_restart() -> None:
    async with SimulatedOxen() as first:
        port = int(first.url.split(":")[2].removesuffix("/api"))
    async with SimulatedOxen(port=port) as second, aiohttp.ClientSession() as session:
        assert second.url == first.url
        assert (await Caller(second, session).call("GET", "/ai/queue"))[0] == 200
