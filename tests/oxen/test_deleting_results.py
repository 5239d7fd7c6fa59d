"""A result is deleted at Oxen by the path in its link, and nothing else ever is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.errors import OxenRefused
from bot.oxen.client import OxenClient

FILE = "/api/repos/ox/videos/file/main/2026/a%20b.mp4"


@asynccontextmanager
async def oxen(status: int = 200) -> AsyncIterator[tuple[OxenClient, list[str]]]:
    """A client, and what was deleted at its Oxen."""
    deleted: list[str] = []

    async def delete(request: web.Request) -> web.Response:
        deleted.append(request.raw_path)
        error = {"error": {"type": "resource_not_found", "title": "no such file"}, "status": "error"}
        return web.json_response({"status": "success"} if status == 200 else error, status=status)

    app = web.Application()
    app.router.add_delete("/{anything:.*}", delete)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    [(host, port)] = [address[:2] for address in runner.addresses]
    async with aiohttp.ClientSession() as session:
        yield OxenClient(session=session, base_url=f"http://{host}:{port}/api", api_key=lambda: "key"), deleted
    await runner.cleanup()


@pytest.mark.parametrize("link", [f"https://hub.oxen.ai{FILE}?X-Signature=1", f"https://files.example{FILE}"])
async def test_the_path_in_the_link_is_deleted_at_the_api(link: str) -> None:
    async with oxen() as (client, deleted):
        assert await client.delete_result(link)
        assert deleted == [FILE]


async def test_what_is_gone_counts_as_deleted() -> None:
    async with oxen(404) as (client, _):
        assert await client.delete_result(f"https://hub.oxen.ai{FILE}")


async def test_a_refusal_is_told() -> None:
    async with oxen(403) as (client, _):
        with pytest.raises(OxenRefused):
            await client.delete_result(f"https://hub.oxen.ai{FILE}")


@pytest.mark.parametrize(
    "path",
    [
        "/results/1.mp4",
        "/api/repos/ox/videos",
        "/api/repos/ox/videos/file/main",
        "/api/repos/ox/videos/branches/main/a.mp4",
        "/api/repos/ox/videos/file/main/%2e%2e/%2e%2e/secrets",
        "/api/repos/ox//file/main/a.mp4",
    ],
)
async def test_nothing_else_is_deleted(path: str) -> None:
    async with oxen() as (client, deleted):
        assert not await client.delete_result(f"https://hub.oxen.ai{path}")
        assert deleted == []
