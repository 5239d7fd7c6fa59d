"""The clock of this machine beside those of the servers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.operations.doctor.finding import Finding, fail, ok, warn

_NOTICEABLE: Final = 5.0
_HARMFUL: Final = 120.0
"""Seconds. Links that Oxen and Discord sign live for minutes to hours."""


class ServerClock:
    """Reads ``Date`` from a server's answers. Seconds by which this machine is ahead of it; negative: behind."""

    def __init__(self) -> None:
        self.ahead: float | None = None

    def trace(self) -> aiohttp.TraceConfig:
        """What has aiohttp show every answer."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._look)
        return trace

    async def _look(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        self.note(params.response.headers)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take the moment that an answer names."""
        try:
            said = parsedate_to_datetime(headers["Date"]).timestamp()
        except (KeyError, ValueError):
            return
        # It is a whole second, cut off: on average half a second ago.
        self.ahead = time.time() - said - 0.5


def check_clock(server: str, clock: ServerClock) -> Finding:
    """Whether both go the same."""
    name, ahead = f"clock beside {server}", clock.ahead
    if ahead is None:
        return warn(name, f"{server} did not say what time it is.")
    off = f"this machine is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} {server}."
    if abs(ahead) >= _HARMFUL:
        return fail(name, off, "Set the clock (NTP); links would count as old, and quotas begin at a wrong time.")
    if abs(ahead) >= _NOTICEABLE:
        return warn(name, off, "Set the clock (NTP).")
    return ok(name, "both go the same.")
