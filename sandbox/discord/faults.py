"""Trouble on request: refusals, lost answers, held answers."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.discord.errors import Json, refusal


class Hold:
    """A request that waits until the test lets it go on."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()
        self.dropped = False

    async def reached(self, timeout: float = 60.0) -> None:
        """Wait until the request is here. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        """Let the request go on."""
        self._released.set()

    def drop(self) -> None:
        """Cut the request's connection instead of going on."""
        self.dropped = True
        self._released.set()

    async def wait(self) -> None:
        """Note that a request is here, and wait until it may go on."""
        self._reached.set()
        await self._released.wait()


@dataclass(slots=True, kw_only=True)
class Fault:
    """What to do to the next `times` requests that fit; exactly one of the three last fields says what."""

    method: str
    path: re.Pattern[str]
    times: int
    after_effect: bool
    response: tuple[int, Json | str, dict[str, str]] | None = None
    cut: bool = False
    hold: Hold | None = None


class CutError(Exception):
    """The connection is to be cut instead of answered."""


@dataclass(slots=True)
class Faults:
    """The trouble that is waiting for requests; the oldest fitting fault takes a request first.

    A path pattern is a path after `/api/v10`, in which `*` stands for one segment: `/channels/*/messages`.
    `after_effect` lets the request do its work first.
    """

    _waiting: list[Fault] = field(default_factory=list)
    _holds: list[Hold] = field(default_factory=list)

    def refuse(
        self,
        method: str,
        path: str,
        status: int,
        body: Json | str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
        after_effect: bool = False,
    ) -> None:
        """Answer with this status instead; a 429 without a body gets one, with the headers that Discord sends."""
        if status == 429 and body is None:
            self.rate_limit(method, path, times=times, after_effect=after_effect)
            return
        answer = {"message": f"{status}: refused on request", "code": 0} if body is None else body
        fault = self._add(method, path, times, after_effect=after_effect)
        fault.response = (status, answer, {"Via": "1.1 google", **(headers or {})})

    def refuse_with(
        self,
        method: str,
        path: str,
        code: int,
        *,
        times: int = 1,
        after_effect: bool = False,
        retry_after: float = 0.05,
    ) -> None:
        """Refuse with one of Discord's error codes, in its words; `retry_after` is for those that come as a 429."""
        error = refusal(code)
        body, headers = error.body(), {}
        if error.status == 429:
            body |= {"retry_after": retry_after, "global": False}
            headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": "user"}
        self.refuse(method, path, error.status, body, headers=headers, times=times, after_effect=after_effect)

    def rate_limit(
        self, method: str, path: str, *, retry_after: float = 0.05, times: int = 1, after_effect: bool = False
    ) -> None:
        """Answer 429, to be repeated after `retry_after` seconds."""
        fault = self._add(method, path, times, after_effect=after_effect)
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(max(1, round(retry_after))),
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": str(retry_after),
            "X-RateLimit-Scope": "user",
        }
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        fault.response = (429, body, headers)

    def lose(self, method: str, path: str, *, times: int = 1, after_effect: bool = False) -> None:
        """Cut the connection instead of answering."""
        self._add(method, path, times, after_effect=after_effect).cut = True

    def hold(self, method: str, path: str, *, after_effect: bool = False) -> Hold:
        """Keep the next such request waiting until the returned hold is released."""
        hold = Hold()
        self._add(method, path, 1, after_effect=after_effect).hold = hold
        self._holds.append(hold)
        return hold

    @property
    def pending(self) -> int:
        """How many faults have not struck as often as they should."""
        return len(self._waiting)

    def clear(self) -> None:
        """No more trouble; what is held goes on."""
        self._waiting.clear()
        for hold in self._holds:
            hold.release()
        self._holds.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by it."""
        for fault in self._waiting:
            if fault.method in (method, "*") and fault.path.fullmatch(path):
                fault.times -= 1
                if fault.times == 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def _add(self, method: str, path: str, times: int, *, after_effect: bool) -> Fault:
        pattern = re.compile(re.escape(path).replace(r"\*", "[^/]+"))
        fault = Fault(method=method, path=pattern, times=times, after_effect=after_effect)
        self._waiting.append(fault)
        return fault


async def strike(fault: Fault) -> web.Response | None:
    """Do what the fault says: an answer to give, CutError to cut, None to go on."""
    if fault.hold is not None:
        await fault.hold.wait()
        if fault.hold.dropped:
            raise CutError
    if fault.cut:
        raise CutError
    if fault.response is None:
        return None
    status, body, headers = fault.response
    if isinstance(body, str):
        return web.Response(status=status, text=body, headers=headers)
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers)
