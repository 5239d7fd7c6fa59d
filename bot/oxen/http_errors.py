"""The edge to aiohttp: which of its errors means what, and what may be said about it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import aiohttp

from bot.errors import OxenError, OxenUncertain, OxenUnreachable

# Long lists of rows fit; an answer without an end does not.
MAX_ANSWER_BYTES = 32 * 1024 * 1024

# What aiohttp lets out of a request: TimeoutError is an OSError.
FAILURES = (aiohttp.ClientError, OSError)

# Each is raised before the first byte of a request leaves.
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


def oxen_error(failure: BaseException) -> OxenError:
    """The error of the tree for one of `FAILURES`: unreachable where nothing was sent, else uncertain."""
    if isinstance(failure, aiohttp.ClientConnectorError):
        return OxenUnreachable(f"no connection to Oxen: {failure}")
    if isinstance(failure, _UNSENT):
        return OxenUnreachable(f"no connection to Oxen: {type(failure).__name__}")
    if isinstance(failure, TimeoutError):
        return OxenUncertain("Oxen did not answer in time")
    return OxenUncertain(f"the connection to Oxen broke: {type(failure).__name__}")


def cause_of(failure: BaseException) -> BaseException | None:
    """The failure as the cause of another error, unless it holds the request's headers and with them the key."""
    return None if isinstance(failure, aiohttp.ClientResponseError) else failure


async def read_answer(response: aiohttp.ClientResponse) -> bytes:
    """The whole body; raises `OxenUncertain` past 32 MiB."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise OxenUncertain(f"Oxen's answer is larger than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


async def read_stream(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    """What arrives, as it arrives (``readline`` stops at 512 KiB); raises `OxenError` when the connection breaks."""
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except FAILURES as failure:
        raise oxen_error(failure) from cause_of(failure)
