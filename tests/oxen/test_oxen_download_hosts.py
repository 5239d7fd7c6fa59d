"""Where a finished video may be fetched from: Oxen's own origin, and hosts on the public web."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import ResultError
from bot.public_web import PublicWeb
from tests.oxen.hosts import MakeClient, answering, hosted
from tests.security.listeners import Names, listening

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 2000
CAP = 10_000_000
STRICT = PublicWeb(resolver=Names(["127.0.0.1"]))


def to(url: str) -> web.Response:
    return web.Response(status=302, headers={"Location": url})


def is_anything_in(folder: Path) -> bool:
    return any(folder.iterdir())


async def refused(make_client: MakeClient, tmp_path: Path, oxen: str, url: str) -> ResultError:
    """The error of a download that is refused for good; asserts that it left nothing behind."""
    with pytest.raises(ResultError) as caught:
        await make_client(oxen, elsewhere=STRICT).download(url, tmp_path / "v.mp4", max_bytes=CAP)
    assert not caught.value.retryable
    assert not is_anything_in(tmp_path)
    return caught.value


async def test_oxens_own_origin_gives_a_video_whatever_address_it_has(make_client: MakeClient, tmp_path: Path) -> None:
    async with hosted(answering(to("/files/v"), web.Response(body=MP4))) as oxen:
        client = make_client(f"{oxen.url}/api", elsewhere=STRICT)
        assert await client.download(f"{oxen.url}/r/1", tmp_path / "v", max_bytes=CAP) == len(MP4)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "files.example", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
        *("0", "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[0:0::1]", "[fd00:ec2::254]", "[fe80::1%25lo]"),
        "169.254.169.254",
    ],
)
async def test_a_redirect_to_no_public_host_is_refused_and_nobody_is_connected_to(
    make_client: MakeClient, tmp_path: Path, scheme: str, host: str
) -> None:
    async with listening("127.0.0.1", "::1") as listener:
        address = f"{scheme}://{host}:{listener.port}/v"
        async with hosted(answering(to(address))) as oxen:
            await refused(make_client, tmp_path, oxen.url, f"{oxen.url}/r")
        assert listener.reached == []


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_result_at_another_port_of_oxens_host_is_refused(
    make_client: MakeClient, tmp_path: Path, scheme: str
) -> None:
    async with listening("127.0.0.1") as listener, hosted(answering(web.Response(body=MP4))) as oxen:
        await refused(make_client, tmp_path, oxen.url, f"{scheme}://127.0.0.1:{listener.port}/v")
        assert (listener.reached, oxen.seen) == ([], [])


async def test_a_host_that_is_down_may_be_up_later(make_client: MakeClient, tmp_path: Path) -> None:
    async with listening("127.0.0.2") as listener:
        port = listener.port
    down = PublicWeb(is_allowed="127.0.0.2".__eq__, resolver=Names(["127.0.0.2"]))
    with pytest.raises(ResultError) as caught:
        await make_client("http://127.0.0.1:1", elsewhere=down).download(
            f"https://files.example:{port}/v", tmp_path / "v", max_bytes=CAP
        )
    assert caught.value.retryable


async def test_the_error_names_neither_the_host_nor_the_signature(make_client: MakeClient, tmp_path: Path) -> None:
    error = await refused(make_client, tmp_path, "http://127.0.0.1:1", "https://stranger.example/v?sig=hidden")
    assert "stranger" not in str(error)
    assert "hidden" not in str(error)
    assert error.__cause__ is None
