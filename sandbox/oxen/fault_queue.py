"""Faults in the order they were added, each for one request, for several, for a while, or until cleared."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

S = TypeVar("S")


@dataclass(slots=True, kw_only=True)
class _Fault(Generic[S]):
    strike: S
    fits: Callable[[web.Request], bool]
    times: int | None
    until: float | None


class FaultQueue(Generic[S]):
    """What is to strike which requests; `S` is what a strike looks like."""

    def __init__(self) -> None:
        self._faults: list[_Fault[S]] = []

    def __len__(self) -> int:
        """How many have not struck as often as they were to, and may still."""
        self._drop_expired()
        return len(self._faults)

    def clear(self) -> None:
        """Forget all of them."""
        self._faults.clear()

    def add(self, strike: S, *, times: int | None, seconds: float | None, fits: Callable[[web.Request], bool]) -> None:
        """Strike `times` requests that fit (None: all), and none later than `seconds` from now (None: no end).

        Raises ValueError for a fault that could never strike.
        """
        if times is not None and times < 1:
            raise ValueError("a fault strikes at least once")
        until = None if seconds is None else time.monotonic() + seconds
        self._faults.append(_Fault(strike=strike, fits=fits, times=times, until=until))

    def take(self, request: web.Request) -> S | None:
        """Use up one turn of the first fault that fits."""
        self._drop_expired()
        for fault in self._faults:
            if fault.fits(request):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault.strike
        return None

    def _drop_expired(self) -> None:
        now = time.monotonic()
        self._faults = [fault for fault in self._faults if fault.until is None or now < fault.until]
