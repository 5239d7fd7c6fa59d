"""What can go wrong with a result URL."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from sandbox.oxen.wire import Hold, cut

Strike = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


@dataclass(slots=True, kw_only=True)
class _Fault:
    times: int | None
    strike: Strike


class ResultFaults:
    """Faults of the result's download, first added first used; `times=None` means until `clear()`.

    - `redirect`: result URLs point at the Oxen origin (which wants the key) and redirect to the signed one.
    - `chunked`: downloads carry no Content-Length.
    - `token_chars`: how long the session token in each link is. That of a storage with temporary keys has about a
      thousand characters; 0 leaves it out.
    """

    def __init__(self) -> None:
        self._queue: list[_Fault] = []
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

    def refuse(self, status: int, *, location: str | None = None, times: int | None = 1) -> None:
        """Answer a download with a status (403, 404, 500…), or with a redirect to `location`."""
        headers = None if location is None else {"Location": location}

        async def strike(_: web.Request, __: bytes) -> web.StreamResponse:
            return web.Response(status=status, text=f"<Error><Code>{status}</Code></Error>", headers=headers)

        self._add(times, strike)

    def replace(self, body: bytes, content_type: str = "text/html", *, times: int | None = 1) -> None:
        """Answer 200 with other bytes."""

        async def strike(_: web.Request, __: bytes) -> web.StreamResponse:
            return web.Response(body=body, content_type=content_type)

        self._add(times, strike)

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

    def take(self) -> Strike | None:
        """Use up one turn of the first fault."""
        if not self._queue:
            return None
        fault = self._queue[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._queue.remove(fault)
        return fault.strike

    def _add(self, times: int | None, strike: Strike) -> None:
        if times is not None and times < 1:
            raise ValueError("a fault strikes at least once")
        self._queue.append(_Fault(times=times, strike=strike))


async def _begin(request: web.Request, video: bytes, after_bytes: int | None) -> tuple[web.StreamResponse, int]:
    sent = len(video) // 2 if after_bytes is None else min(after_bytes, len(video))
    response = web.StreamResponse(headers={"Content-Type": "video/mp4", "Content-Length": str(len(video))})
    await response.prepare(request)
    await response.write(video[:sent])
    return response, sent
