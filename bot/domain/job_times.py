"""How long a video usually takes, by how long the last ones took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

LATEST: Final = 50
"""Of so many of the last videos the times are taken."""
LEAST: Final = 10
"""With fewer, nothing is said of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualTime:
    """Half of the videos took no longer than ``median``, nine in ten no longer than ``slow``."""

    median: timedelta
    slow: timedelta


def usual_time(times: Sequence[timedelta]) -> UsualTime | None:
    """The usual time of videos that took this long; ``None`` where there are too few of them."""
    if len(times) < LEAST:
        return None
    ordered = sorted(times)
    return UsualTime(median=ordered[ceil(len(ordered) * 0.5) - 1], slow=ordered[ceil(len(ordered) * 0.9) - 1])
