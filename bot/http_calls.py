"""Calls over HTTP, told to whoever counts them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from yarl import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """A call that was answered (``status``), or was not (``None``), and how long that took."""

    method: str
    url: URL
    status: int | None
    seconds: float


class HttpCalls:
    """The calls of one aiohttp session."""

    def __init__(self) -> None:
        self._observers: list[Callable[[HttpCall], None]] = []

    def observe(self, observer: Callable[[HttpCall], None]) -> None:
        """Have every call told once its answer begins, or once there will be none."""
        self._observers.append(observer)

    def follow(self, trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
        """Have aiohttp tell of its calls by this trace, which is given back."""
        trace.on_request_start.append(self._begin)
        trace.on_request_end.append(self._end)
        trace.on_request_exception.append(self._fail)
        return trace

    async def _begin(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestStartParams
    ) -> None:
        context.begun = time.monotonic()

    async def _end(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        self._tell(params.method, params.url, params.response.status, context)

    async def _fail(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        self._tell(params.method, params.url, None, context)

    def _tell(self, method: str, url: URL, status: int | None, context: SimpleNamespace) -> None:
        seconds = time.monotonic() - context.begun
        for observer in self._observers:
            observer(HttpCall(method=method, url=url, status=status, seconds=seconds))
