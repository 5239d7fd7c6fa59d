"""Starting a generation: what is sent, and what each answer means for whoever asked."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web

from bot.domain.generation import GenerationRequest
from bot.errors import OxenBusy, OxenError, OxenNotFound, OxenRefused, OxenUncertain, OxenUnreachable
from bot.oxen.client import OxenClient
from bot.oxen.protocol import retry_after_seconds
from tests.oxen.hosts import BEARER, KEY, Handler, MakeClient, answering, closed_port, hang_up, hosted, speak_no_http

REQUEST = GenerationRequest(
    model="kling-video-o1-reference-to-video",
    parameters={
        "prompt": "a secret garden with @Image1",
        "input_image": ["https://cdn.test/1.png"],
        "duration": 5,
        "aspect_ratio": "16:9",
    },
)
QUEUED = {"generations": [{"generation_id": "gen-1", "status": "queued"}]}


def ok(payload: object) -> web.Response:
    return web.json_response(payload)


async def failure_of(make_client: MakeClient, handler: Handler, *, timeout_seconds: float = 5.0) -> OxenError:
    """The error that an enqueue ends with, after exactly one request."""
    async with hosted(handler) as host:
        with pytest.raises(OxenError) as caught:
            await make_client(host.url, timeout_seconds=timeout_seconds).enqueue(REQUEST)
        assert len(host.seen) == 1
    return caught.value


async def test_the_id_of_the_new_generation_is_returned(make_client: MakeClient) -> None:
    async with hosted(answering(ok(QUEUED))) as host:
        assert await make_client(f"{host.url}/api").enqueue(REQUEST) == "gen-1"
        assert [(r.method, r.path) for r in host.seen] == [("POST", "/api/ai/queue")]
        assert host.keys == [BEARER]


async def test_the_body_is_what_oxen_documents(make_client: MakeClient) -> None:
    async with hosted(answering(ok(QUEUED))) as host:
        await make_client(host.url).enqueue(REQUEST)
        assert json.loads(host.bodies[0]) == {
            "model": "kling-video-o1-reference-to-video",
            "num_generations": 1,
            "prompt": "a secret garden with @Image1",
            "input_image": ["https://cdn.test/1.png"],
            "duration": 5,
            "aspect_ratio": "16:9",
        }


async def test_the_namespace_pays_for_it(make_client: MakeClient) -> None:
    async with hosted(answering(ok(QUEUED))) as host:
        await make_client(host.url).enqueue(replace(REQUEST, target_namespace="studio"))
        assert json.loads(host.bodies[0])["target_namespace"] == "studio"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"error": {"detail": "the detail", "message": "m", "title": "t"}, "status_message": "s"}, "the detail"),
        ({"error": {"message": "Model not found: x", "title": "t"}}, "Model not found: x"),
        ({"error": {"type": "y", "title": "the title"}, "status_message": "s"}, "the title"),
        ({"status": "error", "status_message": "unauthenticated"}, "unauthenticated"),
        ({"error": "Insufficient credits"}, "Insufficient credits"),
        ({"error": {"detail": ["no text"]}}, "Bad Request"),
        ({"detail": [{"loc": ["body", "prompt"], "msg": "no"}]}, '[{"loc": ["body", "prompt"], "msg": "no"}]'),
        ({"error": {"detail": [{"msg": "no"}]}}, '{"detail": [{"msg": "no"}]}'),
        ([], "Bad Request"),
    ],
)
async def test_a_refusal_has_oxens_own_reason(make_client: MakeClient, payload: object, reason: str) -> None:
    error = await failure_of(make_client, answering(web.json_response(payload, status=400)))
    assert isinstance(error, OxenRefused)
    assert (error.reason, error.status) == (reason, 400)


async def test_a_refusal_in_html_has_a_reason_too(make_client: MakeClient) -> None:
    page = web.Response(status=403, text="<html>no</html>", content_type="text/html")
    error = await failure_of(make_client, answering(page))
    assert isinstance(error, OxenRefused)
    assert error.reason == "Forbidden"


async def test_an_unknown_model_is_not_found(make_client: MakeClient) -> None:
    body = {"error": {"message": "Model not found: x"}}
    assert isinstance(await failure_of(make_client, answering(web.json_response(body, status=404))), OxenNotFound)


@pytest.mark.parametrize(
    "payload",
    [
        {"generations": [], "error": {"detail": "Insufficient credits"}},
        {"generations": [], "error": "Insufficient credits"},
        {"status": "error", "status_message": "Insufficient credits"},
    ],
)
async def test_a_200_that_starts_nothing_and_says_why_is_a_refusal(make_client: MakeClient, payload: object) -> None:
    error = await failure_of(make_client, answering(ok(payload)))
    assert isinstance(error, OxenRefused)
    assert error.reason == "Insufficient credits"


@pytest.mark.parametrize(
    "answer",
    [
        ok({"generations": []}),
        ok({}),
        ok([]),
        ok({"generations": [{"status": "queued"}], "error": "odd"}),
        ok({"generations": [{"generation_id": 7}]}),
        ok({"generations": {"generation_id": "g"}, "error": "odd"}),
        web.Response(text='{"generations": [{"generation_'),
        web.Response(text="<html>"),
        web.Response(body=b"[" * 200_000),
        web.Response(body=b"\xff\xfe\x00"),
        web.Response(status=408),
        web.Response(status=500, text="{}"),
        web.Response(status=502, text="<html>"),
        web.Response(status=303, headers={"Location": "/elsewhere"}),
    ],
)
async def test_an_answer_that_tells_neither_yes_nor_no_is_uncertain(
    make_client: MakeClient, answer: web.Response
) -> None:
    assert isinstance(await failure_of(make_client, answering(answer)), OxenUncertain)


@pytest.mark.parametrize(
    ("answer", "is_settled"),
    [
        (web.json_response({"status": "error", "status_message": "unavailable"}, status=503), True),
        (web.json_response({"error": {"title": "Bad gateway"}}, status=502), True),
        (web.json_response({"error": {"message": "broken"}}, status=500), True),
        (web.Response(status=500), True),
        (web.Response(status=500, text="<html>"), True),
        (web.json_response({"error": {"title": "late"}, "status": "error"}, status=504), False),
        (web.Response(status=502, text="<html>"), False),
        (web.Response(status=503, text="no healthy upstream"), False),
        (web.Response(status=524, text="error code: 524"), False),
        (web.Response(status=408), False),
        (web.Response(text="<html>"), False),
        (ok({"generations": []}), False),
    ],
)
async def test_only_who_had_the_request_in_hand_can_say_that_it_is_done_with(
    make_client: MakeClient, answer: web.Response, *, is_settled: bool
) -> None:
    error = await failure_of(make_client, answering(answer))
    assert isinstance(error, OxenUncertain)
    assert error.is_settled is is_settled


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=404, text="default backend - 404"),
        web.Response(status=404),
        web.Response(status=404, text="<html><h1>Not Found</h1>", content_type="text/html"),
        web.json_response({"status": 404, "error": "Not Found", "path": "/"}, status=404),
        web.json_response({"message": "no Route matched with those values"}, status=404),
        web.json_response({"errors": {"detail": "Not Found"}}, status=404),
        web.json_response(["resource_not_found"], status=404),
    ],
)
async def test_a_404_that_is_not_in_oxens_words_comes_from_the_road(
    make_client: MakeClient, answer: web.Response
) -> None:
    assert isinstance(await failure_of(make_client, answering(answer)), OxenUnreachable)


@pytest.mark.parametrize(
    "payload",
    [
        {"error": {"type": "resource_not_found", "title": "x"}, "status": "error"},
        {"error": {"type": "resource_not_found"}},
        {"error": {"message": "Model not found: x"}},
        {"status": "error", "status_message": "resource_not_found"},
    ],
)
async def test_a_404_in_oxens_words_is_its_own(make_client: MakeClient, payload: object) -> None:
    error = await failure_of(make_client, answering(web.json_response(payload, status=404)))
    assert isinstance(error, OxenNotFound)


async def test_a_lost_answer_is_uncertain(make_client: MakeClient) -> None:
    error = await failure_of(make_client, hang_up)
    assert isinstance(error, OxenUncertain)
    assert not error.is_settled


async def test_an_answer_cut_in_the_middle_is_uncertain(make_client: MakeClient) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"generations": [')
        return await hang_up(request)

    assert isinstance(await failure_of(make_client, half), OxenUncertain)


async def test_an_answer_that_never_comes_is_uncertain(make_client: MakeClient, never: Handler) -> None:
    error = await failure_of(make_client, never, timeout_seconds=1.0)
    assert isinstance(error, OxenUncertain)
    assert "in time" in str(error)


async def test_a_refused_connection_is_unreachable(make_client: MakeClient) -> None:
    with pytest.raises(OxenUnreachable):
        await make_client(f"http://127.0.0.1:{closed_port()}").enqueue(REQUEST)


async def test_a_name_that_does_not_resolve_is_unreachable(make_client: MakeClient) -> None:
    with pytest.raises(OxenUnreachable):
        await make_client("http://oxen.invalid").enqueue(REQUEST)


async def test_a_server_that_speaks_no_tls_is_unreachable(make_client: MakeClient) -> None:
    async with hosted(answering(ok(QUEUED))) as host:
        with pytest.raises(OxenUnreachable):
            await make_client(host.url.replace("http:", "https:")).enqueue(REQUEST)
        assert host.seen == []


@pytest.mark.parametrize(("header", "expected"), [("7", 7.0), ("86400", 120.0), (None, None), ("soon", None)])
async def test_being_busy_says_how_long_to_wait(
    make_client: MakeClient, header: str | None, expected: float | None
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    error = await failure_of(make_client, answering(web.Response(status=429, headers=headers)))
    assert isinstance(error, OxenBusy)
    assert error.retry_after == expected


@pytest.mark.parametrize(("ahead", "expected"), [(30, 30.0), (-30, 0.0), (9000, 120.0)])
def test_a_time_to_wait_until_may_be_a_date(ahead: int, expected: float) -> None:
    now = datetime(2026, 8, 8, 12, tzinfo=UTC)
    assert retry_after_seconds(format_datetime(now + timedelta(seconds=ahead), usegmt=True), now=now) == expected


@pytest.mark.parametrize(
    "header", ["", "-5", "nan", "Mon, 99 Foo 2026", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"]
)
def test_a_time_to_wait_that_is_nonsense_is_no_time(header: str) -> None:
    assert retry_after_seconds(header, now=datetime(2026, 8, 8, tzinfo=UTC)) is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_refused_and_the_key_goes_nowhere_else(make_client: MakeClient, status: int) -> None:
    async with hosted(answering(ok(QUEUED))) as other:
        moved = web.Response(status=status, headers={"Location": f"{other.url}/ai/queue"})
        error = await failure_of(make_client, answering(moved))
        assert isinstance(error, OxenRefused)
        assert "redirect" in error.reason
        assert other.seen == []


async def test_the_key_is_in_no_error_and_no_log(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture, never: Handler
) -> None:
    caplog.set_level(logging.DEBUG)
    quoted = web.json_response({"error": f"bad key {KEY}"}, status=401)
    errors = [await failure_of(make_client, handler) for handler in (answering(quoted), speak_no_http, hang_up)]
    errors.append(await failure_of(make_client, never, timeout_seconds=1.0))
    for error in errors:
        said = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)
        assert KEY not in said
    assert KEY not in caplog.text
    assert "bad key [key]" in str(errors[0])


async def test_the_key_is_not_in_the_clients_repr(make_client: MakeClient) -> None:
    client = make_client("http://oxen.test/api")
    assert repr(client) == "<OxenClient oxen.test>"


@pytest.mark.parametrize(
    "base_url", ["", "hub.oxen.ai/api", "ftp://hub.oxen.ai", "https://", "https://u:p@hub.oxen.ai"]
)
async def test_a_base_url_that_is_none_is_a_mistake_at_once(session: aiohttp.ClientSession, base_url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        OxenClient(session=session, base_url=base_url, api_key=lambda: KEY)
