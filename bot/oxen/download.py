"""Fetching a finished video or picture: redirects by hand, a cap, and a file that is either whole or not there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import aiohttp
from yarl import URL

from bot.domain.model_spec import Media
from bot.errors import ResultError
from bot.oxen.http_errors import FAILURES
from bot.public_web import AddressRefused, PublicWeb, parse_address

MAX_REDIRECTS = 5

_REDIRECTS = (301, 302, 303, 307, 308)
_CONNECT_SECONDS = 15.0
_PIECE_BYTES = 128 * 1024
_HEAD_BYTES = 12
_EBML = b"\x1a\x45\xdf\xa3"
_FIRST_BOXES = frozenset({b"ftyp", b"styp", b"free", b"skip", b"wide", b"uuid"})


async def download(
    session: aiohttp.ClientSession,
    url: str,
    target: Path,
    *,
    authorization: Callable[[], dict[str, str]],
    key_origin: URL,
    elsewhere: PublicWeb,
    max_bytes: int,
    stall_seconds: float,
    media: Media = Media.VIDEO,
) -> int:
    """Fetch ``url`` into ``target`` and return its size in bytes.

    ``authorization`` gives the headers with the key, sent to ``key_origin`` alone (scheme, host and port). That origin
    is asked through ``session``, every other one through ``elsewhere``. Raises `ResultError`: not retryable when the
    video is over the cap or its address is none that may be asked, else retryable, for Oxen keeps the row and gives a
    fresh link.
    """
    part = _PartFile(target)
    hops = _Hops(session, elsewhere, key_origin, authorization, stall_seconds, media)
    try:
        async with hops.opened(url) as response:
            size = await _store(response, part, max_bytes, media)
        part.keep()
    except AddressRefused as refusal:
        raise ResultError(f"the video's address may not be asked: {refusal}", retryable=False) from None
    except FAILURES as failure:
        said = "stalled" if isinstance(failure, TimeoutError) else "broke off"
        # No cause: aiohttp's texts may quote the address, and the address is a presigned one.
        raise ResultError(f"the download {said} ({type(failure).__name__})", retryable=True) from None
    finally:
        part.discard()
    return size


@dataclass(frozen=True, slots=True)
class _Hops:
    """The way along redirects to a good answer."""

    session: aiohttp.ClientSession
    elsewhere: PublicWeb
    key_origin: URL
    authorization: Callable[[], dict[str, str]]
    stall_seconds: float
    media: Media

    @asynccontextmanager
    async def opened(self, address: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """The good answer at the end of the redirects; the key is gone for good after a hop to another origin."""
        url = _parsed(address)
        with_key = True
        for _ in range(MAX_REDIRECTS + 1):
            with_key = with_key and self._is_own(url)
            async with self._asked(url, with_key=with_key) as response:
                if response.status == 200:
                    yield response
                    return
                if response.status not in _REDIRECTS:
                    raise ResultError(f"the video's address answered {response.status}", retryable=True)
                url = _parsed(response.headers.get("Location", ""), base=url)
        raise ResultError(f"the video's address redirects more than {MAX_REDIRECTS} times", retryable=True)

    def _asked(self, url: URL, *, with_key: bool) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        timeout = aiohttp.ClientTimeout(
            total=None, connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=self.stall_seconds
        )
        headers = {"Accept": f"{self.media}/*", "Accept-Encoding": "identity"}
        if not self._is_own(url):
            return self.elsewhere.get(url, headers=headers, timeout=timeout)
        return self.session.get(
            url,
            headers=headers | self.authorization() if with_key else headers,
            timeout=timeout,
            allow_redirects=False,
            raise_for_status=False,
        )

    def _is_own(self, url: URL) -> bool:
        return _origin(url) == _origin(self.key_origin)


def _parsed(address: str, *, base: URL | None = None) -> URL:
    try:
        return parse_address(address, base=base)
    except ValueError:
        raise ResultError("the video's address is not an http(s) one", retryable=False) from None


def _origin(url: URL) -> tuple[str, str, int | None]:
    return url.scheme.lower(), (url.host or "").lower(), url.port


async def _store(response: aiohttp.ClientResponse, part: _PartFile, max_bytes: int, media: Media) -> int:
    if (response.content_length or 0) > max_bytes:
        raise ResultError(f"the video has {response.content_length} bytes, over {max_bytes}", retryable=False)
    head = b""
    size = 0
    async for piece in response.content.iter_chunked(_PIECE_BYTES):
        size += len(piece)
        if size > max_bytes:
            raise ResultError(f"the video is larger than {max_bytes} bytes", retryable=False)
        if len(head) < _HEAD_BYTES:
            piece = head = head + piece  # held back until its kind is known
            if len(head) < _HEAD_BYTES:
                continue
            _check_container(head, media)
        part.write(piece)
    _check_container(head, media)
    return size


def _check_container(head: bytes, media: Media) -> None:
    """MP4 (ISO/IEC 14496-12: ``ftyp`` is the first box, or one of filler is) or WebM (EBML).

    It is looked at, because an error page comes with a 200 too.

    Of a picture no more is asked than that it is no text: the worker that opens it knows its formats.
    """
    if media is Media.IMAGE:
        if len(head) < _HEAD_BYTES or head.lstrip()[:1] in (b"<", b"{", b"["):
            raise ResultError("what was downloaded is not a picture", retryable=True)
        return
    if len(head) < _HEAD_BYTES or not (head[4:8] in _FIRST_BOXES or head.startswith(_EBML)):
        raise ResultError("what was downloaded is not a video", retryable=True)


class _PartFile:
    """A file that gets its name when it is whole; pieces are small, so writing them on the loop holds up nobody."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(target.name + ".part")
        self._file: BinaryIO | None = None

    def write(self, piece: bytes) -> None:
        with _on_disk():
            if self._file is None:
                self._file = self._path.open("wb")
            self._file.write(piece)

    def keep(self) -> None:
        with _on_disk():
            self._close()
            self._path.replace(self._target)

    def discard(self) -> None:
        """Remove what was not kept."""
        with _on_disk():
            try:
                self._close()
            finally:
                self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResultError(f"the video cannot be stored: {error.strerror}", retryable=True) from error
