"""What can go wrong with a result URL."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.oxen.fault_queue import FaultQueue
from sandbox.oxen.refusals import ProxyPage
from sandbox.oxen.wire import Hold, cut

Strike = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]

_PAGE = b"<!doctype html><html><head><title>Please wait</title></head><body>Just a moment</body></html>"


class ResultFaults:
    """Faults of the result's download, first added first used; `times=None` means until `clear()`.

    `seconds` says that it strikes no download later than that, `generation_id` that it strikes that one's alone.

    - `redirect`: result URLs point at the Oxen origin (which wants the key) and redirect to the signed one.
    - `chunked`: downloads carry no Content-Length.
    - `token_chars`: how long the session token in each link is. That of a storage with temporary keys has about a
      thousand characters; 0 leaves it out.
    """

    def __init__(self) -> None:
        self._queue: FaultQueue[Strike] = FaultQueue()
        self.clear()

    def clear(self) -> None:
        """Serve results as they are from now on."""
        self._queue.clear()
        self.redirect = False
        self.chunked = False
        self.token_chars = 1_000

    @property
    def pending(self) -> int:
        """How many faults have not struck as often as they were to."""
        return len(self._queue)

    def refuse(
        self,
        status: int,
        *,
        location: str | None = None,
        times: int | None = 1,
        seconds: float | None = None,
        generation_id: str | None = None,
    ) -> None:
        """Answer a download with a status (403, 404, 500…), or with a redirect to `location`."""
        headers = None if location is None else {"Location": location}

        async def strike(_: web.Request, __: bytes) -> web.StreamResponse:
            return web.Response(status=status, text=f"<Error><Code>{status}</Code></Error>", headers=headers)

        self._add(times, strike, seconds, generation_id)

    def proxy_not_found(
        self,
        page: ProxyPage = ProxyPage.TEXT,
        *,
        times: int | None = 1,
        seconds: float | None = None,
        generation_id: str | None = None,
    ) -> None:
        """Answer a download with a 404 from the road."""

        async def strike(_: web.Request, __: bytes) -> web.StreamResponse:
            return page.answer()

        self._add(times, strike, seconds, generation_id)

    def replace(
        self,
        body: bytes = _PAGE,
        content_type: str = "text/html",
        *,
        times: int | None = 1,
        seconds: float | None = None,
        generation_id: str | None = None,
    ) -> None:
        """Answer 200 with other bytes: a page of HTML unless said otherwise."""

        async def strike(_: web.Request, __: bytes) -> web.StreamResponse:
            return web.Response(body=body, content_type=content_type)

        self._add(times, strike, seconds, generation_id)

    def truncate(self, *, after_bytes: int | None = None, times: int | None = 1) -> None:
        """Cut the connection after so many bytes (half of them by default) of the promised length."""

        async def strike(request: web.Request, video: bytes) -> web.StreamResponse:
            await _begin(request, video, after_bytes)
            return cut(request)

        self._add(times, strike)

    def stall(self, *, after_bytes: int | None = None) -> Hold:
        """Send so many bytes (half of them by default) of one download, and the rest once released."""
        hold = Hold()

        async def strike(request: web.Request, video: bytes) -> web.StreamResponse:
            response, sent = await _begin(request, video, after_bytes)
            await hold.wait()
            await response.write(video[sent:])
            await response.write_eof()
            return response

        self._add(1, strike)
        return hold

    def take(self, request: web.Request) -> Strike | None:
        """Use up one turn of the first fault that fits a download."""
        return self._queue.take(request)

    def _add(
        self,
        times: int | None,
        strike: Strike,
        seconds: float | None = None,
        generation_id: str | None = None,
    ) -> None:
        def fits(request: web.Request) -> bool:
            return generation_id in (None, request.match_info["id"])

        self._queue.add(strike, times=times, seconds=seconds, fits=fits)


async def _begin(request: web.Request, video: bytes, after_bytes: int | None) -> tuple[web.StreamResponse, int]:
    sent = len(video) // 2 if after_bytes is None else min(after_bytes, len(video))
    response = web.StreamResponse(headers={"Content-Type": "video/mp4", "Content-Length": str(len(video))})
    await response.prepare(request)
    await response.write(video[:sent])
    return response, sent
