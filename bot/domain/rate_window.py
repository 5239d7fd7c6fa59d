"""Sliding windows: so many calls in so many seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Final

_FEW: Final = 64
"""So many windows are kept whether or not they count something."""


class RateWindow:
    """Counts calls as they begin. Times are seconds on any steady clock; they are given, never read here."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._begun: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more call may begin; 0 if it may now."""
        self._drop(now)
        return 0.0 if len(self._begun) < self._count else self._begun[0] + self._seconds - now

    def take(self, now: float) -> None:
        """Count a call that begins now."""
        self._begun.append(now)

    def is_empty(self, now: float) -> bool:
        """Whether no call of the last so many seconds is counted."""
        self._drop(now)
        return not self._begun

    def _drop(self, now: float) -> None:
        while self._begun and self._begun[0] + self._seconds <= now:
            self._begun.popleft()


class RateWindows:
    """A window for each of many things. Those that count nothing any more go once there are twice as many as needed."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._windows: dict[Hashable, RateWindow] = {}
        self._many = _FEW

    def __len__(self) -> int:
        """How many windows are kept."""
        return len(self._windows)

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until one more call of this may begin; 0 if it may now."""
        window = self._windows.get(key)
        return 0.0 if window is None else window.wait(now)

    def take(self, key: Hashable, now: float) -> None:
        """Count a call of this that begins now."""
        if key not in self._windows and len(self._windows) >= self._many:
            self._windows = {known: window for known, window in self._windows.items() if not window.is_empty(now)}
            self._many = max(_FEW, 2 * len(self._windows))
        self._windows.setdefault(key, RateWindow(self._count, self._seconds)).take(now)
