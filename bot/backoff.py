"""Waits between attempts that fail: each longer than the one before, up to a cap."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

_MOST_STEPS: Final = 64
"""From here on every wait is at its cap; without an end, the power would be more than a float holds."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits in seconds: ``first`` after the first failure, ``factor`` times as long each time, at most ``cap``.

    Each is drawn from between two shares of that, the ``spread``, so that many do not come back at once.
    """

    first: float
    cap: float
    factor: float = 2.0
    spread: tuple[float, float] = (0.5, 1.0)

    def after(self, failures: int, rng: random.Random | None = None) -> float:
        """The wait after so many failures in a row, 1 or more."""
        longest = min(self.cap, self.first * self.factor ** min(failures - 1, _MOST_STEPS))
        least, most = self.spread
        draw = random.uniform if rng is None else rng.uniform  # jitter, not a secret
        return draw(longest * least, longest * most)

    def delays(self) -> Iterator[float]:
        """The waits of one series of failures, without end."""
        return (self.after(failures) for failures in count(1))
