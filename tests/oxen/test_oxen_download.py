"""Fetching a finished video: who sees the key, what is refused, and that a failure leaves no file."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import ResultError
from tests.oxen.hosts import BEARER, KEY, Handler, MakeClient, answering, closed_port, hang_up, hosted, speak_no_http

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 2000
WEBM = b"\x1a\x45\xdf\xa3" + b"w" * 5000
CAP = 10_000_000
SIGNATURE = "signed-for-nobody-else"
"""By name in the tests below: a traceback shows their source lines, and must not show this."""


def video(body: bytes = MP4) -> web.Response:
    return web.Response(body=body, content_type="video/mp4")


def to(url: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": url})


def files(folder: Path) -> dict[str, bytes]:
    """All that is in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def streaming(*pieces: bytes, length: int | None = None, then: Handler | None = None) -> Handler:
    """Send the pieces, with that Content-Length or in chunks, and go on with ``then``."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={} if length is None else {"Content-Length": str(length)})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
        if then is not None:
            await then(request)
        return response

    return handler


async def refusal(
    make_client: MakeClient, tmp_path: Path, handler: Handler, *, max_bytes: int = CAP, stall_seconds: float = 5.0
) -> ResultError:
    """The error that a download ends with; asserts that it left nothing behind."""
    async with hosted(handler) as host:
        with pytest.raises(ResultError) as caught:
            await make_client(host.url).download(
                f"{host.url}/v?sig={SIGNATURE}", tmp_path / "v.mp4", max_bytes=max_bytes, stall_seconds=stall_seconds
            )
    assert files(tmp_path) == {}
    assert SIGNATURE not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize("body", [MP4, WEBM, b"\x00\x00\x00\x10free" + bytes(8) + MP4])
async def test_a_video_is_stored_whole(make_client: MakeClient, tmp_path: Path, body: bytes) -> None:
    async with hosted(answering(video(body))) as host:
        size = await make_client(host.url).download(f"{host.url}/v", tmp_path / "v.mp4", max_bytes=len(body))
    assert size == len(body)
    assert files(tmp_path) == {"v.mp4": body}


async def test_a_video_in_tiny_pieces_without_a_length_is_stored_whole(make_client: MakeClient, tmp_path: Path) -> None:
    pieces = [MP4[i : i + 5] for i in range(0, 100, 5)]
    async with hosted(streaming(*pieces)) as host:
        assert await make_client(host.url).download(f"{host.url}/v", tmp_path / "v", max_bytes=100) == 100
    assert (tmp_path / "v").read_bytes() == MP4[:100]


async def test_the_key_goes_to_oxen_and_not_to_where_it_redirects(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(video())) as bucket, hosted(answering(to(f"{bucket.url}/v?sig=1"))) as oxen:
        await make_client(f"{oxen.url}/api").download(f"{oxen.url}/r/1", tmp_path / "v", max_bytes=CAP)
        assert (oxen.keys, bucket.keys) == ([BEARER], [None])


async def test_the_key_stays_on_a_redirect_within_oxen(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(to("/files/v"), video())) as oxen:
        await make_client(f"{oxen.url}/api").download(f"{oxen.url}/r/1", tmp_path / "v", max_bytes=CAP)
        assert [r.path for r in oxen.seen] == ["/r/1", "/files/v"]
        assert oxen.keys == [BEARER, BEARER]


async def test_the_key_is_gone_for_good_after_another_host(make_client: MakeClient, tmp_path: Path) -> None:
    async def back(request: web.Request) -> web.StreamResponse:
        return to(f"{oxen.url}/again")

    async with hosted(back) as other, hosted(answering(to(f"{other.url}/x"), video())) as oxen:
        await make_client(oxen.url).download(f"{oxen.url}/r/1", tmp_path / "v", max_bytes=CAP)
        assert (oxen.keys, other.keys) == ([BEARER, None], [None])


async def test_another_port_of_the_same_host_is_another_host(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(video())) as bucket:
        client = make_client(f"http://127.0.0.1:{closed_port()}")
        await client.download(f"{bucket.url}/v", tmp_path / "v", max_bytes=CAP)
        assert bucket.keys == [None]


async def test_a_name_and_password_in_an_address_are_not_sent(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(video())) as bucket, hosted(answering(video())) as oxen:
        address = bucket.url.replace("://", "://user:pass@")
        await make_client(oxen.url).download(f"{address}/v", tmp_path / "v", max_bytes=CAP)
        assert bucket.keys == [None]


async def test_a_signed_address_is_asked_for_exactly_as_it_is_spelled(make_client: MakeClient, tmp_path: Path) -> None:
    signed = "/a%2Fb/v%7E.mp4?X-Sig=a%2Bb%2F%3d&x=%7e&y=a+b"
    async with hosted(answering(video())) as bucket, hosted(answering(to(f"{bucket.url}{signed}"))) as oxen:
        await make_client(oxen.url).download(f"{oxen.url}{signed}", tmp_path / "v", max_bytes=CAP)
        assert [oxen.seen[0].raw_path, bucket.seen[0].raw_path] == [signed, signed]


@pytest.mark.parametrize("status", [303, 307, 308])
async def test_every_kind_of_redirect_is_followed(make_client: MakeClient, tmp_path: Path, status: int) -> None:
    async with hosted(answering(to("/v", status), video())) as host:
        assert await make_client(host.url).download(f"{host.url}/r", tmp_path / "v", max_bytes=CAP) == len(MP4)


async def test_five_redirects_are_followed_and_no_more(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(*[to("/n")] * 5, video())) as host:
        assert await make_client(host.url).download(f"{host.url}/r", tmp_path / "v", max_bytes=CAP) == len(MP4)
    (tmp_path / "v").unlink()
    assert "redirects more than 5" in str(await refusal(make_client, tmp_path, answering(*[to("/n")] * 6, video())))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.test/v", "http://[", "//:80/", "gopher:v"])
async def test_a_redirect_to_what_is_no_web_address_is_refused(
    make_client: MakeClient, tmp_path: Path, address: str
) -> None:
    assert not (await refusal(make_client, tmp_path, answering(to(address)))).retryable


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "/v", "data:video/mp4,x", "http://h:99999/"])
async def test_a_link_that_is_no_web_address_is_refused(make_client: MakeClient, tmp_path: Path, address: str) -> None:
    with pytest.raises(ResultError) as caught:
        await make_client("http://oxen.test").download(address, tmp_path / "v", max_bytes=CAP)
    assert not caught.value.retryable


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_a_link_that_gives_no_video_now_may_give_one_later(
    make_client: MakeClient, tmp_path: Path, status: int
) -> None:
    error = await refusal(make_client, tmp_path, answering(web.Response(status=status)))
    assert error.retryable
    assert str(status) in str(error)


async def test_a_length_over_the_cap_is_refused(make_client: MakeClient, tmp_path: Path) -> None:
    error = await refusal(make_client, tmp_path, answering(video()), max_bytes=len(MP4) - 1)
    assert not error.retryable


async def test_a_length_over_the_cap_is_refused_without_waiting_for_the_body(
    make_client: MakeClient, tmp_path: Path, never: Handler
) -> None:
    error = await refusal(make_client, tmp_path, streaming(length=CAP + 1, then=never), stall_seconds=1)
    assert not error.retryable


async def test_a_body_over_the_cap_is_refused_without_a_length_too(make_client: MakeClient, tmp_path: Path) -> None:
    error = await refusal(make_client, tmp_path, streaming(MP4, MP4), max_bytes=len(MP4) + 1)
    assert not error.retryable


async def test_a_body_shorter_than_its_length_is_retryable(make_client: MakeClient, tmp_path: Path) -> None:
    assert (await refusal(make_client, tmp_path, streaming(MP4, length=len(MP4) + 1, then=hang_up))).retryable


async def test_a_body_cut_in_a_chunk_is_retryable(make_client: MakeClient, tmp_path: Path) -> None:
    assert (await refusal(make_client, tmp_path, streaming(MP4, then=hang_up))).retryable


@pytest.mark.parametrize("sent", [b"", MP4[:200_000]])
async def test_a_download_that_stalls_is_given_up(
    make_client: MakeClient, tmp_path: Path, never: Handler, sent: bytes
) -> None:
    error = await refusal(make_client, tmp_path, streaming(sent, length=len(MP4), then=never), stall_seconds=0.05)
    assert error.retryable
    assert "stalled" in str(error)


async def test_an_answer_that_never_begins_is_given_up(make_client: MakeClient, tmp_path: Path, never: Handler) -> None:
    assert (await refusal(make_client, tmp_path, never, stall_seconds=0.05)).retryable


async def test_a_host_that_is_down_is_retryable(make_client: MakeClient, tmp_path: Path) -> None:
    down = f"http://127.0.0.1:{closed_port()}"
    with pytest.raises(ResultError) as caught:
        await make_client(down).download(f"{down}/v", tmp_path / "v", max_bytes=CAP)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><title>Sorry</title>", b"", b"ftyp", b"\x00\x00\x00\x20moovisom....", b'{"error": "x"}  ']
)
async def test_what_is_not_a_video_is_refused_whatever_it_calls_itself(
    make_client: MakeClient, tmp_path: Path, body: bytes
) -> None:
    error = await refusal(make_client, tmp_path, answering(video(body)))
    assert error.retryable
    assert "not a video" in str(error)


async def test_a_page_in_the_place_of_a_video_is_not_read_to_its_end(
    make_client: MakeClient, tmp_path: Path, never: Handler
) -> None:
    error = await refusal(make_client, tmp_path, streaming(b"<!DOCTYPE html>", then=never), stall_seconds=1)
    assert "not a video" in str(error)


async def test_an_answer_that_is_no_http_is_retryable_and_hides_the_signature(
    make_client: MakeClient, tmp_path: Path
) -> None:
    assert (await refusal(make_client, tmp_path, speak_no_http)).retryable


async def test_a_cancelled_download_leaves_no_file(make_client: MakeClient, tmp_path: Path, never: Handler) -> None:
    async with hosted(streaming(MP4, length=len(MP4) + 1, then=never)) as host:
        download = asyncio.create_task(
            make_client(host.url).download(f"{host.url}/v", tmp_path / "v.mp4", max_bytes=CAP)
        )
        async with asyncio.timeout(10):
            while not files(tmp_path):  # noqa: ASYNC110 - the file is the only sign
                await asyncio.sleep(0)
        download.cancel()
        with pytest.raises(asyncio.CancelledError):
            await download
    assert files(tmp_path) == {}


async def test_a_failed_download_leaves_an_older_file_alone(make_client: MakeClient, tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(b"older")
    async with hosted(streaming(MP4, then=hang_up)) as host:
        with pytest.raises(ResultError):
            await make_client(host.url).download(f"{host.url}/v", tmp_path / "v", max_bytes=CAP)
    assert files(tmp_path) == {"v": b"older"}


async def test_a_place_that_cannot_be_written_is_a_result_error(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(video())) as host:
        with pytest.raises(ResultError, match="stored"):
            await make_client(host.url).download(f"{host.url}/v", tmp_path / "gone" / "v", max_bytes=CAP)


async def test_neither_the_key_nor_the_signature_is_logged(
    make_client: MakeClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await refusal(make_client, tmp_path, answering(to("/v?sig=hidden"), web.Response(status=403)))
    assert KEY not in caplog.text
    assert SIGNATURE not in caplog.text
