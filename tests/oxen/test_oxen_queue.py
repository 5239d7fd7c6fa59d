"""Reading, listing and cancelling generations: what comes back, and what is tried again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from bot.domain.generation import Generation, GenerationStatus
from bot.errors import OxenBusy, OxenNotFound, OxenRefused, OxenUncertain, OxenUnreachable
from bot.oxen.client import OxenClient, Retries
from bot.oxen.provider_errors import ProviderErrorKind, read_provider_error
from tests.oxen.hosts import BEARER, KEY, Handler, MakeClient, answering, closed_port, hang_up, hosted

ROW: dict[str, object] = {
    "generation_id": "gen-1",
    "model_name": "kling-video-o1-reference-to-video",
    "prompt": "see https://prompt.test/not-an-image",
    "status": "succeeded",
    "result_url": "https://cdn.test/v.mp4?sig=1",
    "error_message": None,
    "enqueued_at": 1_786_000_000,
    "input_image": ["https://x.test/1", "https://x.test/2"],
    "elements": [{"frontal_image_url": "https://x.test/f", "reference_image_urls": ["https://x.test/r"]}],
}


def ok(payload: object) -> web.Response:
    return web.json_response(payload)


async def test_a_generation_has_all_that_oxen_says_of_it(make_client: MakeClient) -> None:
    async with hosted(answering(ok(ROW))) as host:
        assert await make_client(f"{host.url}/api/").generation("gen-1") == Generation(
            id="gen-1",
            status=GenerationStatus.SUCCEEDED,
            result_url="https://cdn.test/v.mp4?sig=1",
            error_message=None,
            enqueued_at=datetime.fromtimestamp(1_786_000_000, UTC),
        )
        assert [(r.method, r.path) for r in host.seen] == [("GET", "/api/ai/queue/gen-1")]
        assert host.keys == [BEARER]


@pytest.mark.parametrize("moment", [None, "yesterday", True, 1e30, float("nan"), -1e18])
async def test_a_time_that_is_none_leaves_the_rest_readable(make_client: MakeClient, moment: object) -> None:
    async with hosted(answering(ok(ROW | {"enqueued_at": moment}))) as host:
        generation = await make_client(host.url).generation("gen-1")
    assert (generation.id, generation.enqueued_at) == ("gen-1", None)


async def test_half_a_character_in_an_error_can_be_stored(make_client: MakeClient) -> None:
    body = web.Response(text='{"generation_id": "g", "status": "failed", "error_message": "bad \\ud83d"}')
    async with hosted(answering(body)) as host:
        message = (await make_client(host.url).generation("g")).error_message
    assert message is not None
    assert message.encode() == b"bad ?"


@pytest.mark.parametrize(
    "said",
    [
        {"type": "content_policy_violation", "message": "Your request was rejected."},
        {"status": "error", "code": "content_policy_violation", "status_message": "Your request was rejected."},
        {"error": {"type": "content_policy_violation", "title": "Your request was rejected."}},
    ],
)
async def test_an_error_that_is_a_record_keeps_its_kind_and_its_sentence(make_client: MakeClient, said: object) -> None:
    async with hosted(answering(ok(ROW | {"status": "failed", "error_message": said}))) as host:
        generation = await make_client(host.url).generation("gen-1")
    error = read_provider_error(generation.error_message or "")
    assert (error.kind, error.sentence) == (ProviderErrorKind.POLICY, "Your request was rejected.")


@pytest.mark.parametrize("row", [{"generation_id": "g"}, {"generation_id": "g", "status": "dreaming"}, {}, {"x": []}])
async def test_a_generation_that_cannot_be_read_is_uncertain(make_client: MakeClient, row: object) -> None:
    async with hosted(answering(ok(row))) as host:
        with pytest.raises(OxenUncertain):
            await make_client(host.url).generation("g")


async def test_an_unknown_generation_is_not_found_and_not_asked_for_again(make_client: MakeClient) -> None:
    error = {
        "error": {"type": "resource_not_found", "title": "No such generation"},
        "status": "error",
        "status_message": "resource_not_found",
    }
    async with hosted(answering(web.json_response(error, status=404))) as host:
        with pytest.raises(OxenNotFound) as caught:
            await make_client(host.url).generation("g")
        assert len(host.seen) == 1
    assert caught.value.reason == "No such generation"


async def test_an_id_is_never_more_than_one_part_of_the_path(make_client: MakeClient) -> None:
    async with hosted(answering(ok(ROW))) as host:
        await make_client(f"{host.url}/api").generation("../models?x=1#y")
        assert host.seen[0].raw_path == "/api/ai/queue/..%2Fmodels%3Fx%3D1%23y"


async def test_a_list_asks_for_what_was_asked(make_client: MakeClient) -> None:
    async with hosted(answering(ok({"count": 0, "generations": []}))) as host:
        client = make_client(host.url)
        listed = await client.generations(model="kling", namespace="studio", status=GenerationStatus.FAILED)
        assert (listed.rows, listed.is_whole) == ((), True)
        assert dict(host.seen[0].query) == {"namespace": "studio", "model": "kling", "status": "failed"}


async def test_a_list_of_the_active_ones_asks_for_nothing_more(make_client: MakeClient) -> None:
    async with hosted(answering(ok({"count": 1, "generations": [ROW | {"status": "queued"}]}))) as host:
        assert [row.id for row in (await make_client(host.url).generations()).rows] == ["gen-1"]
        assert dict(host.seen[0].query) == {}


async def test_a_bad_row_hides_no_other_and_is_not_hidden_itself(make_client: MakeClient) -> None:
    rows = [ROW | {"generation_id": "a"}, ROW | {"status": "dreaming"}, {"prompt": "secret garden"}, 7, None]
    async with hosted(answering(ok({"generations": rows}))) as host:
        listed = await make_client(host.url).generations()
    assert [row.id for row in listed.rows] == ["a", "gen-1", None, None, None]
    ours = frozenset({"https://x.test/2", "https://x.test/r"})
    assert [row.holds(ours) for row in listed.rows] == [True, True, False, False, False]
    assert "secret garden" not in repr(listed)


@pytest.mark.parametrize("moment", [1_786_000_000_000, -1, "1786000000", True, None, []])
async def test_a_beginning_that_is_no_moment_is_left_out(make_client: MakeClient, moment: object) -> None:
    async with hosted(answering(ok({"generations": [ROW | {"started_at": moment}]}))) as host:
        [row] = (await make_client(host.url).generations()).rows
    assert (row.id, row.started_at) == ("gen-1", None)


@pytest.mark.parametrize(("count", "is_whole"), [(1, True), (0, True), (None, True), ("2", True), (2, False)])
async def test_a_list_that_says_there_is_more_is_not_whole(
    make_client: MakeClient, count: object, *, is_whole: bool
) -> None:
    async with hosted(answering(ok({"count": count, "generations": [ROW]}))) as host:
        assert (await make_client(host.url).generations()).is_whole is is_whole


@pytest.mark.parametrize("payload", [{}, {"generations": None}, {"generations": {"a": 1}}])
async def test_a_list_that_is_none_is_uncertain(make_client: MakeClient, payload: object) -> None:
    async with hosted(answering(ok(payload))) as host:
        with pytest.raises(OxenUncertain):
            await make_client(host.url).generations()


async def test_cancelling_deletes_it_from_the_queue(make_client: MakeClient) -> None:
    async with hosted(answering(ok({"status": "success", "generation_id": "gen-1"}))) as host:
        await make_client(host.url).cancel("gen-1")
        assert [(r.method, r.path) for r in host.seen] == [("DELETE", "/ai/queue/gen-1")]


async def test_cancelling_needs_no_body_in_the_answer(make_client: MakeClient) -> None:
    async with hosted(answering(web.Response(status=204))) as host:
        await make_client(host.url).cancel("gen-1")
        assert len(host.seen) == 1


async def test_a_cancel_whose_answer_was_lost_is_sent_again(make_client: MakeClient) -> None:
    async with hosted(answering(web.Response(status=503), ok({"status": "success"}))) as host:
        await make_client(host.url).cancel("gen-1")
        assert [r.method for r in host.seen] == ["DELETE", "DELETE"]


async def test_a_model_comes_as_oxen_gives_it(make_client: MakeClient) -> None:
    model = {"id": "kling", "pricing": {"method": "per_video_output_second", "cost_per_second": 0.112}}
    async with hosted(answering(ok(model))) as host:
        assert await make_client(host.url).model("kling") == model
        assert host.seen[0].path == "/ai/models/kling"


@pytest.mark.parametrize(
    "bad",
    [
        web.Response(status=500),
        web.Response(status=408),
        web.Response(status=429, headers={"Retry-After": "0"}),
        web.Response(status=503, headers={"Retry-After": "0"}),
        web.Response(text="<html>"),
        hang_up,
    ],
)
async def test_a_passing_failure_is_not_noticed(make_client: MakeClient, bad: web.Response | Handler) -> None:
    async with hosted(answering(bad, bad, ok(ROW))) as host:
        assert (await make_client(host.url).generation("gen-1")).id == "gen-1"


async def test_a_lasting_failure_ends_after_the_attempts_that_were_set(make_client: MakeClient) -> None:
    async with hosted(answering(web.Response(status=500))) as host:
        with pytest.raises(OxenUncertain):
            await make_client(host.url, attempts=4).generation("gen-1")
        assert len(host.seen) == 4


async def test_a_refusal_is_not_asked_for_again(make_client: MakeClient) -> None:
    async with hosted(answering(web.Response(status=401))) as host:
        with pytest.raises(OxenRefused):
            await make_client(host.url).generations()
        assert len(host.seen) == 1


async def test_a_redirect_takes_the_key_nowhere(make_client: MakeClient) -> None:
    async with hosted(answering(ok(ROW))) as other:
        moved = web.Response(status=302, headers={"Location": f"{other.url}/ai/queue/gen-1"})
        async with hosted(answering(moved)) as host:
            with pytest.raises(OxenRefused, match="redirect"):
                await make_client(host.url).generation("gen-1")
            assert len(host.seen) == 1
        assert other.seen == []


async def test_no_connection_at_all_is_unreachable(make_client: MakeClient) -> None:
    with pytest.raises(OxenUnreachable):
        await make_client(f"http://127.0.0.1:{closed_port()}").generation("gen-1")


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_longer_than_the_time_there_is_is_left_to_the_caller(make_client: MakeClient, status: int) -> None:
    later = web.Response(status=status, headers={"Retry-After": "60"})
    async with hosted(answering(later)) as host:
        with pytest.raises(OxenBusy if status == 429 else OxenUncertain):
            await make_client(host.url).generation("gen-1")
        assert len(host.seen) == 1


async def test_one_attempt_that_hangs_uses_up_the_time_of_all(session: aiohttp.ClientSession, never: Handler) -> None:
    async with hosted(never) as host:
        client = OxenClient(
            session=session,
            base_url=host.url,
            api_key=lambda: KEY,
            timeout_seconds=60,
            retries=Retries(attempts=5, total_seconds=0.1, wait_initial=0, wait_max=0, wait_jitter=0),
        )
        with pytest.raises(OxenUncertain):
            async with asyncio.timeout(10) as patience:
                await client.generation("gen-1")
        assert not patience.expired()
        assert len(host.seen) == 1
