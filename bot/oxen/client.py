"""The client of Oxen's API: one method per call, every failure an error of the bot's own tree.

The contract is that of the Oxen pages "Async Queue", "Models" and "Inference API Overview". The key goes to the API's
own origin alone: no call follows a redirect, and a download drops it on the first one that leads elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import quote

import aiohttp
import stamina
from yarl import URL

from bot.domain.generation import Generation, GenerationRequest, GenerationStatus
from bot.domain.model_spec import Media
from bot.errors import OxenBusy, OxenNotFound, OxenUncertain, OxenUnreachable
from bot.oxen import protocol
from bot.oxen.download import download
from bot.oxen.history import PAGE_SIZE, HistoryPage, history_page
from bot.oxen.http_errors import FAILURES, cause_of, oxen_error, read_answer, read_stream
from bot.oxen.queue_rows import QueueRows, rows_of
from bot.public_web import PublicWeb

_Read = TypeVar("_Read")

# An attempt with less time than this left is not begun.
_LEAST_SECONDS = 0.1
# repos/{namespace}/{repository}/file/{branch}/{path}
_FILE_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How calls that may be repeated are repeated; ``total_seconds`` bounds attempts and waits together."""

    attempts: int = 3
    total_seconds: float = 10.0
    wait_initial: float = 0.2
    wait_max: float = 2.0
    wait_jitter: float = 0.5


class OxenClient:
    """Oxen's API for one key.

    ``session`` is the caller's to close. ``api_key`` is asked for the key at each call (the ``get_secret_value`` of a
    pydantic ``SecretStr`` will do), so that nothing here holds it. ``elsewhere`` asks for results that are not at the
    API's own origin: the public web where it is left out. Raises `ValueError` for a ``base_url`` that is not
    an http(s) address without a user.
    """

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        base_url: str,
        api_key: Callable[[], str],
        timeout_seconds: float = 15.0,
        retries: Retries | None = None,
        elsewhere: PublicWeb | None = None,
    ) -> None:
        self._base = URL(base_url.rstrip("/"))
        if self._base.scheme not in ("http", "https") or not self._base.host or self._base.user:
            raise ValueError("the base URL of Oxen must be an http(s) address without a user")
        self._session = session
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        self._retries = retries or Retries()
        self._elsewhere = elsewhere or PublicWeb()

    def __repr__(self) -> str:
        return f"<OxenClient {self._base.host}>"

    @property
    def timeout_seconds(self) -> float:
        """How long one attempt at a call takes at most, connecting and reading included."""
        return self._timeout_seconds

    async def enqueue(self, request: GenerationRequest) -> str:
        """Start a generation and return its id; sent once and never repeated, for Oxen has no idempotency key.

        Raises `OxenRefused`, `OxenBusy` and `OxenUnreachable` (nothing was started), or `OxenUncertain` (it may have).
        """
        body = protocol.request_body(request)
        answer = await self._send("POST", "ai", "queue", body=body, timeout_seconds=self._timeout_seconds)
        return protocol.enqueued_id(answer)

    async def generate(self, request: GenerationRequest, *, timeout_seconds: float) -> str:
        """Make a video, wait for it, and return its address; sent once and never repeated.

        Parameters are checked at once. Raises as `enqueue`: with `OxenUncertain` it may have been made.
        """
        body = {name: value for name, value in protocol.request_body(request).items() if name != "num_generations"}
        answer = await self._send("POST", "ai", "videos", "generate", body=body, timeout_seconds=timeout_seconds)
        return protocol.video_url_of(answer)

    async def generation(self, generation_id: str) -> Generation:
        """The state of one generation; raises `OxenNotFound`, or `OxenError` once the retries are used up."""
        return protocol.generation_of(await self._repeat("GET", "ai", "queue", generation_id, read=protocol.payload_of))

    async def generations(
        self, *, model: str | None = None, namespace: str | None = None, status: GenerationStatus | None = None
    ) -> QueueRows:
        """Every row of the queue, also those that make no sense: the active ones unless ``status`` asks for others.

        ``namespace`` is who pays; ``None`` is the key's own user.
        """
        asked = {"namespace": namespace, "model": model, "status": status}
        params = {name: str(value) for name, value in asked.items() if value is not None}
        return rows_of(await self._repeat("GET", "ai", "queue", params=params, read=protocol.payload_of))

    async def cancel(self, generation_id: str) -> None:
        """Cancel a generation, without effect on one that has ended; raises `OxenNotFound` for an unknown one."""
        await self._repeat("DELETE", "ai", "queue", generation_id, read=protocol.require_success)

    async def delete_result(self, url: str) -> bool:
        """Delete a finished video at Oxen, by its link; whether its link names a file that can be deleted.

        One that is gone counts as deleted. Raises `OxenError` where Oxen refuses or cannot be asked.
        """
        _, found, rest = URL(url).path.partition("/repos/")
        path = ["repos", *rest.split("/")]
        if not found or len(path) <= _FILE_PARTS or path[3] != "file" or {".", "..", ""} & set(path):
            return False
        with suppress(OxenNotFound):
            await self._repeat("DELETE", *path, read=protocol.require_success)
        return True

    async def model(self, model_id: str) -> dict[str, object]:
        """The model object as Oxen gives it (``pricing``, ``request_schema``…); raises `OxenNotFound`."""
        return await self._repeat("GET", "ai", "models", model_id, read=protocol.payload_of)

    async def favorite_models(self) -> list[dict[str, object]]:
        """The model objects that the key's user marked as favorites."""
        return await self._repeat("GET", "ai", "models", "favorites", read=protocol.models_of)

    async def models(self) -> list[dict[str, object]]:
        """The model objects that Oxen lists; it is said to leave some out."""
        return await self._repeat("GET", "ai", "models", read=protocol.models_of)

    async def history(self, page: int, *, namespace: str | None = None) -> HistoryPage:
        """A page (from 1 on) of everything that was ever asked for, with what was charged for it.

        Raises `OxenRefused` for a key that may not read it.
        """
        params = {"page": str(page), "page_size": str(PAGE_SIZE)} | ({"namespace": namespace} if namespace else {})
        return history_page(
            await self._repeat("GET", "ai", "generations", params=params, read=protocol.payload_of), page
        )

    async def credit(self) -> int | None:
        """The micro-dollars that the key's account has left; ``None`` where Oxen does not say it."""
        return protocol.credit_of(await self._repeat("GET", "users", "me", read=protocol.payload_of))

    async def download(
        self,
        url: str,
        target: Path,
        *,
        max_bytes: int,
        stall_seconds: float = 30.0,
        media: Media = Media.VIDEO,
    ) -> int:
        """Fetch a finished video or picture into ``target``; its bytes. Raises `ResultError` and leaves no file."""
        return await download(
            self._session,
            url,
            target,
            authorization=self._authorization,
            key_origin=self._base,
            elsewhere=self._elsewhere,
            max_bytes=max_bytes,
            stall_seconds=stall_seconds,
            media=media,
        )

    @asynccontextmanager
    async def events(self, *, silence_seconds: float) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the completion stream and give its bytes as they arrive; raises `OxenError` where it cannot or breaks.

        The context is entered once Oxen has accepted the connection, so what fires from then on is in the stream.
        ``silence_seconds`` without a byte are a broken connection.
        """
        timeout = aiohttp.ClientTimeout(
            total=None, connect=self._timeout_seconds, sock_connect=self._timeout_seconds, sock_read=silence_seconds
        )
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-store"}
        try:
            response = await self._session.get(
                self._url("events"),
                headers=headers | self._authorization(),
                timeout=timeout,
                allow_redirects=False,
                raise_for_status=False,
            )
        except FAILURES as failure:
            raise oxen_error(failure) from cause_of(failure)
        try:
            if response.status != 200 or response.content_type != "text/event-stream":
                await self._refuse_stream(response)
            async with aclosing(read_stream(response)) as chunks:
                yield chunks
        finally:
            response.close()

    async def _refuse_stream(self, response: aiohttp.ClientResponse) -> NoReturn:
        if response.status == 200:
            raise OxenUncertain("Oxen's answer is no event stream")
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._answer(response)
        except FAILURES as failure:
            raise oxen_error(failure) from cause_of(failure)
        protocol.payload_of(answer)
        raise OxenUncertain(f"Oxen answered {answer.status} and no event stream")

    async def _repeat(
        self,
        method: str,
        *path: str,
        read: Callable[[protocol.Answer], _Read],
        params: Mapping[str, str] | None = None,
    ) -> _Read:
        """Send what may be sent twice until it is answered well, or attempts or time run out."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._retries.total_seconds
        asked_to_wait: float | None = None

        def again(error: Exception) -> bool | float:
            if not isinstance(error, OxenBusy | OxenUncertain | OxenUnreachable):
                return False
            wait = self._retries.wait_max if asked_to_wait is None else asked_to_wait
            if loop.time() + wait + _LEAST_SECONDS > deadline:
                return False
            return True if asked_to_wait is None else asked_to_wait

        async for attempt in stamina.retry_context(
            on=again,
            attempts=self._retries.attempts,
            timeout=self._retries.total_seconds,
            wait_initial=self._retries.wait_initial,
            wait_max=self._retries.wait_max,
            wait_jitter=self._retries.wait_jitter,
        ):
            with attempt:
                asked_to_wait = None
                left = max(deadline - loop.time(), _LEAST_SECONDS)
                answer = await self._send(
                    method, *path, params=params, timeout_seconds=min(self._timeout_seconds, left)
                )
                asked_to_wait = answer.retry_after
                return read(answer)
        raise AssertionError("the retries ended with neither an answer nor an error")

    async def _send(
        self,
        method: str,
        *path: str,
        timeout_seconds: float,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> protocol.Answer:
        # Connecting gets half of the time: one that fails in it is known to have sent nothing.
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds / 2)
        try:
            async with self._session.request(
                method,
                self._url(*path),
                params=params,
                json=body,
                headers=self._authorization(),
                timeout=timeout,
                allow_redirects=False,
                raise_for_status=False,
            ) as response:
                return await self._answer(response)
        except FAILURES as failure:
            raise oxen_error(failure) from cause_of(failure)

    async def _answer(self, response: aiohttp.ClientResponse) -> protocol.Answer:
        body = await read_answer(response)
        if key := self._api_key().encode():
            # An error that quotes the key would carry it into logs and messages.
            body = body.replace(key, b"[key]")
        waits = protocol.retry_after_seconds(response.headers.get("Retry-After"), now=datetime.now(UTC))
        return protocol.Answer(status=response.status, body=body, retry_after=waits)

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._api_key()}"}

    def _url(self, *path: str) -> URL:
        # Quoted here, so that an id can never be more than one segment.
        return self._base.joinpath(*(quote(part, safe="") for part in path), encoded=True)
