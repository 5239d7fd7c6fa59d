"""Downloads of pictures: from Discord's own hosts, without redirects, and no more bytes than a picture may have."""

from __future__ import annotations

from typing import Final

import aiohttp
import discord
from discord.http import Route
from yarl import URL

from bot.domain.attachments import MAX_PICTURE_BYTES
from bot.errors import ConversationError, DiscordUnavailable
from bot.public_web import AddressRefused, PublicWeb, parse_address

DISCORD_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_DISCORD_API: Final = "discord.com"
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=15.0)


async def download_picture(client: discord.Client, web: PublicWeb, address: str) -> bytes:
    """The bytes of a picture, at most as many as one may have.

    A client that was pointed at a simulated Discord reads what is there by its own call.

    Raises:
        ConversationError: the address is none of Discord's, or what it leads to is too large or gone.
        DiscordUnavailable: it may be there later.
        discord.HTTPException, aiohttp.ClientError, OSError: Discord or the way to it failed.
    """
    try:
        url = parse_address(address)
    except ValueError:
        raise ConversationError("the picture has no address that can be asked") from None
    if web.allow_private or _is_simulated(url):
        data = await client.http.get_from_cdn(address)
        _check_size(data)
        return data
    if url.scheme != "https" or url.host not in DISCORD_HOSTS or url.port != 443:
        raise ConversationError("the picture is not at Discord")
    try:
        async with web.get(url, timeout=_TIMEOUT) as response:
            if response.status == 429 or response.status >= 500:
                raise DiscordUnavailable(f"the picture's address answered {response.status}")
            if response.status != 200:
                raise ConversationError(f"the picture's address answered {response.status}")
            return await read_picture(response)
    except AddressRefused as refusal:
        raise ConversationError(f"the picture's address may not be asked: {refusal}") from None


async def read_picture(response: aiohttp.ClientResponse) -> bytes:
    """The body of an answer; raises `ConversationError` as soon as it is larger than a picture may be."""
    data = bytearray()
    async for piece in response.content.iter_any():
        data += piece
        _check_size(data)
    return bytes(data)


def _is_simulated(url: URL) -> bool:
    api = URL(Route.BASE).host
    return api != _DISCORD_API and url.host == api


def _check_size(data: bytes | bytearray) -> None:
    if len(data) > MAX_PICTURE_BYTES:
        raise ConversationError("the picture is larger than it may be")
