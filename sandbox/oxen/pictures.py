"""Fetching a request's images and judging them as the provider does."""

import asyncio
import base64
import binascii
import io
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import aiohttp
from PIL import Image

from sandbox.oxen.parameters import Reference, RefusedError

MAX_BYTES = 10 * 1024 * 1024
MIN_SIDE = 300
MIN_ASPECT, MAX_ASPECT = 0.40, 2.50
FETCH_SECONDS = 20.0

FetchImage = Callable[[str], Awaitable[bytes]]
"""Gets the bytes behind an image URL; raises OSError, LookupError, ValueError or aiohttp.ClientError when it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A reference image as it was fetched."""

    label: str
    data: bytes


async def fetch_over_http(url: str) -> bytes:
    """Get an image URL without any credentials, at most one byte more than is allowed."""
    async with aiohttp.ClientSession() as session, session.get(url, raise_for_status=True) as answer:
        data = bytearray()
        async for chunk in answer.content.iter_chunked(65536):
            data += chunk
            if len(data) > MAX_BYTES:
                break
        return bytes(data)


async def gather_pictures(
    references: Iterable[Reference], fetch: FetchImage, *, least_side: int = MIN_SIDE
) -> tuple[Picture, ...]:
    """Fetch and check every image, a repeated URL once; raises RefusedError with the provider's words."""
    known: dict[str, bytes] = {}
    pictures = []
    for reference in references:
        if reference.url not in known:
            data = await _fetch(reference, fetch)
            await asyncio.to_thread(check_image, data, reference.field, least_side)
            known[reference.url] = data
        pictures.append(Picture(label=reference.label, data=known[reference.url]))
    return tuple(pictures)


def check_image(data: bytes, field: str, least_side: int = MIN_SIDE) -> None:
    """Raise RefusedError for an image that is too big, too small, too long, broken, or no JPEG, PNG or WebP."""
    if len(data) > MAX_BYTES:
        raise RefusedError(f"{field}: the image is larger than 10 MB")
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            width, height = image.size
            if min(width, height) < least_side:
                raise RefusedError(
                    f"{field}: the image must be at least {least_side}x{least_side} px, not {width}x{height}"
                )
            if not MIN_ASPECT <= width / height <= MAX_ASPECT:
                raise RefusedError(f"{field}: the aspect ratio must be between 0.40 and 2.50, not {width}:{height}")
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedError(f"{field}: not a readable JPEG, PNG or WebP image") from error


async def _fetch(reference: Reference, fetch: FetchImage) -> bytes:
    try:
        if reference.url.startswith("data:"):
            return _data_uri(reference.url)
        async with asyncio.timeout(FETCH_SECONDS):
            return await fetch(reference.url)
    except (OSError, LookupError, ValueError, aiohttp.ClientError) as error:
        raise RefusedError(f"{reference.field}: the image could not be downloaded") from error


def _data_uri(uri: str) -> bytes:
    head, comma, payload = uri.partition(",")
    if not comma or not head.endswith(";base64"):
        raise ValueError("not a base64 data URI")
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
