"""Switches that make the simulated Oxen misbehave, each for one request, for several, or until cleared."""

import asyncio
import fnmatch
import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from sandbox.oxen import refusals
from sandbox.oxen.fault_queue import FaultQueue
from sandbox.oxen.refusals import ProxyPage
from sandbox.oxen.result_faults import ResultFaults
from sandbox.oxen.wire import Hold, cut

EVENTS_PATH = "/api/events"
QUEUE_PATH = "/api/ai/queue"

Proceed = Callable[[], Awaitable[web.StreamResponse]]
"""Lets the request take its effect, and returns the answer it would have had."""
Strike = Callable[[web.Request, Proceed], Awaitable[web.StreamResponse]]


class Faults:
    """What goes wrong, first added first used; `method` may be `*`, `path` is a glob such as `/api/ai/queue/*`.

    `times=None` means until `clear()`; `seconds`, that it strikes no request later than that. An `after_effect` fault
    lets the request do its work first. On the event stream faults only strike before it opens: asking for anything
    else there raises ValueError.

    - `refuse_streams`: `GET /api/events` answers 503.
    - `silence`: no keep-alives. `mute`: completions are not announced. `drip`: the stream comes byte by byte.
    - `result`: what goes wrong with the result URL.
    """

    def __init__(self) -> None:
        self._queue: FaultQueue[Strike] = FaultQueue()
        self._delayed = 0
        self.result = ResultFaults()
        self.clear()

    def clear(self) -> None:
        """Behave from now on; requests already held stay held."""
        self._queue.clear()
        self.refuse_streams = False
        self.silence = False
        self.mute = False
        self.drip = False
        self.result.clear()

    @property
    def pending(self) -> int:
        """How many faults have not struck as often as they were to; one without an end counts."""
        return len(self._queue) + self.result.pending

    @property
    def delayed(self) -> int:
        """How many requests are being delayed now: what they ask for, or their answer, is still to come."""
        return self._delayed

    def refuse(
        self,
        method: str,
        path: str,
        status: int,
        body: object = None,
        *,
        times: int | None = 1,
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
        after_effect: bool = False,
    ) -> None:
        """Answer with an HTTP status; `body` is JSON data, or text to be sent as HTML, or None for Oxen's own shape."""
        if body is None:
            body = {"error": {"type": "refused", "title": f"Refused with {status}"}, "status": "error"}

        async def strike(_: web.Request, proceed: Proceed) -> web.StreamResponse:
            if after_effect:
                await proceed()
            if isinstance(body, str):
                return web.Response(status=status, text=body, content_type="text/html", headers=headers)
            return web.json_response(body, status=status, headers=headers)

        self._add(method, path, times, strike, seconds=seconds, after_effect=after_effect)

    def not_found(self, method: str, path: str, *, times: int | None = 1, seconds: float | None = None) -> None:
        """Answer with Oxen's own 404, and do nothing."""

        async def strike(_: web.Request, __: Proceed) -> web.StreamResponse:
            return refusals.not_found()

        self._add(method, path, times, strike, seconds=seconds, after_effect=False)

    def proxy_not_found(
        self,
        method: str = "*",
        path: str = "/api/*",
        page: ProxyPage = ProxyPage.TEXT,
        *,
        times: int | None = 1,
        seconds: float | None = None,
    ) -> None:
        """Answer with a 404 from the road: the request never reaches Oxen."""

        async def strike(_: web.Request, __: Proceed) -> web.StreamResponse:
            return page.answer()

        self._add(method, path, times, strike, seconds=seconds, after_effect=False)

    def out_of_credits(self, *, times: int | None = 1, seconds: float | None = None) -> None:
        """Answer an enqueue with 402; nothing is started."""

        async def strike(_: web.Request, __: Proceed) -> web.StreamResponse:
            return refusals.out_of_credits()

        self._add("POST", QUEUE_PATH, times, strike, seconds=seconds, after_effect=False)

    def duplicate_id(self, generation_id: str, *, starts: bool = True, times: int | None = 1) -> None:
        """Answer an enqueue with an id that was given before; `starts` says whether one of its own is started too."""
        body = {"generations": [{"generation_id": generation_id, "status": "queued"}]}

        async def strike(_: web.Request, proceed: Proceed) -> web.StreamResponse:
            if starts:
                await proceed()
            return web.json_response(body)

        self._add("POST", QUEUE_PATH, times, strike, after_effect=starts)

    def delay(
        self,
        method: str,
        path: str,
        by_seconds: float,
        *,
        after_effect: bool = False,
        times: int | None = 1,
        seconds: float | None = None,
    ) -> None:
        """Let a request take its effect, or be answered, so much later, even if its client has gone by then."""

        async def strike(_: web.Request, proceed: Proceed) -> web.StreamResponse:
            self._delayed += 1
            try:
                if after_effect:
                    answer = await proceed()
                    await asyncio.sleep(by_seconds)
                    return answer
                await asyncio.sleep(by_seconds)
                return await proceed()
            finally:
                self._delayed -= 1

        self._add(method, path, times, strike, seconds=seconds, after_effect=after_effect)

    def lose(self, method: str, path: str, *, after_effect: bool, times: int | None = 1) -> None:
        """Cut the connection without an answer.

        aiohttp's client repeats a lost GET or DELETE once by itself when its connection was used before.
        """

        async def strike(request: web.Request, proceed: Proceed) -> web.StreamResponse:
            if after_effect:
                await proceed()
            return cut(request)

        self._add(method, path, times, strike, after_effect=after_effect)

    def hold(self, method: str, path: str, *, after_effect: bool = True) -> Hold:
        """Keep one request waiting, after or before its effect.

        A request held before its effect has it when released, even if its client has gone by then.
        """
        hold = Hold()

        async def strike(_: web.Request, proceed: Proceed) -> web.StreamResponse:
            if after_effect:
                answer = await proceed()
                await hold.wait()
                return answer
            await hold.wait()
            return await proceed()

        self._add(method, path, 1, strike, after_effect=after_effect)
        return hold

    def garble(self, method: str, path: str, *, times: int | None = 1) -> None:
        """Answer 200 with a cut-off body that calls itself JSON and is none, after the effect."""

        async def strike(_: web.Request, proceed: Proceed) -> web.StreamResponse:
            await proceed()
            return web.Response(body=b'{"generations": [{"generation_', content_type="application/json")

        self._add(method, path, times, strike, after_effect=True)

    def empty_with_error(self, message: str, *, times: int | None = 1) -> None:
        """Answer an enqueue with 200, no generation and an error; nothing is started."""
        body = json.dumps({"generations": [], "error": {"message": message}})

        async def strike(_: web.Request, __: Proceed) -> web.StreamResponse:
            return web.Response(text=body, content_type="application/json")

        self._add("POST", QUEUE_PATH, times, strike, after_effect=False)

    def take(self, request: web.Request) -> Strike | None:
        """Use up one turn of the first fault that fits the request."""
        if request.path == EVENTS_PATH and self.refuse_streams:
            return _refuse_stream
        return self._queue.take(request)

    def _add(
        self,
        method: str,
        path: str,
        times: int | None,
        strike: Strike,
        *,
        after_effect: bool,
        seconds: float | None = None,
    ) -> None:
        if not path.startswith(("/api", "*")):
            raise ValueError(f"a path here starts with /api, not {path!r}")
        if after_effect and fnmatch.fnmatchcase(EVENTS_PATH, path):
            raise ValueError(f"{path!r} takes in the event stream, which has no moment after its effect")

        def fits(request: web.Request) -> bool:
            return method.upper() in ("*", request.method) and fnmatch.fnmatchcase(request.path, path)

        self._queue.add(strike, times=times, seconds=seconds, fits=fits)


async def _refuse_stream(_: web.Request, __: Proceed) -> web.StreamResponse:
    return web.json_response({"status": "error", "status_message": "service_unavailable"}, status=503)
