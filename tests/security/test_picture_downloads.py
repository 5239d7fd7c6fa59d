"""Pictures are read from Discord's own hosts, and only as far as a picture may be large."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.domain.attachments import MAX_PICTURE_BYTES
from bot.errors import ConversationError, DiscordUnavailable
from bot.public_web import PublicWeb
from cogs.picture_downloads import DISCORD_HOSTS, download_picture, read_picture
from tests.oxen.hosts import hosted
from tests.security.listeners import Names


@pytest.fixture
async def client() -> AsyncIterator[discord.Client]:
    """A client that is logged in nowhere, so that any call of its own fails."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        yield client


@pytest.mark.parametrize(
    "address",
    [
        *("https://files.example/a.png", "http://cdn.discordapp.com/a.png", "https://cdn.discordapp.com:8443/a.png"),
        *("https://cdn.discordapp.com.example/a.png", "https://cdn.discordapp.com@files.example/a.png"),
        *("https://127.0.0.1/a.png", "https://localhost/a.png", "https://discord.com/a.png", "https://discordapp.com/"),
        *("file:///etc/passwd", "attachment://a.png", "", "//cdn.discordapp.com/a.png", "https://cdn.discordapp.com./"),
    ],
)
async def test_a_picture_that_is_not_at_discord_is_refused_before_its_name_is_resolved(
    client: discord.Client, address: str
) -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(ConversationError):
        await download_picture(client, PublicWeb(resolver=names), address)
    assert names.asked == []


@pytest.mark.parametrize("host", sorted(DISCORD_HOSTS))
async def test_a_picture_at_discord_is_asked_for(client: discord.Client, host: str) -> None:
    names = Names(["127.0.0.2"])
    with pytest.raises(aiohttp.ClientConnectorError):  # nobody there is Discord
        await download_picture(
            client, PublicWeb(is_allowed="127.0.0.2".__eq__, resolver=names), f"https://{host}/a.png?ex=1"
        )
    assert names.asked == [host]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
async def test_discords_name_may_not_resolve_to_this_network(client: discord.Client, address: str) -> None:
    with pytest.raises(ConversationError) as caught:
        await download_picture(client, PublicWeb(resolver=Names([address])), "https://cdn.discordapp.com/a.png")
    assert not isinstance(caught.value, DiscordUnavailable)


@pytest.mark.parametrize("says_its_length", [True, False])
async def test_a_picture_that_is_larger_than_it_may_be_is_not_read_to_its_end(says_its_length: bool) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Length": str(10 * MAX_PICTURE_BYTES)} if says_its_length else {}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for _ in range(MAX_PICTURE_BYTES // 1_000_000 + 2):
            await response.write(bytes(1_000_000))
        await asyncio.Event().wait()
        return response

    async with hosted(endless) as host, aiohttp.ClientSession() as session, session.get(host.url) as response:
        with pytest.raises(ConversationError, match="larger"):
            await read_picture(response)


async def test_a_picture_as_large_as_it_may_be_is_read_whole() -> None:
    async def largest(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * MAX_PICTURE_BYTES)

    async with hosted(largest) as host, aiohttp.ClientSession() as session, session.get(host.url) as response:
        assert len(await read_picture(response)) == MAX_PICTURE_BYTES
