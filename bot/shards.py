"""The shards of one bot: which of them are connected, and how fast they may be begun."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_STEP_SECONDS = 5.5
"""Discord takes one IDENTIFY every 5 s from shards of one step; the rest is for roads of different lengths."""


class ShardStatus:
    """Which shards are connected, and since when those that are not are away. Times are Unix seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._away_since: dict[int, float] = {}
        self._connected: set[int] = set()
        self._was_connected = False

    @property
    def count(self) -> int:
        """How many shards there are; 0 before the first connection."""
        return len(self._connected) + len(self._away_since)

    @property
    def connected_count(self) -> int:
        """How many are connected now."""
        return len(self._connected)

    @property
    def all_connected(self) -> bool:
        """Whether every shard is connected now."""
        return bool(self._connected) and not self._away_since

    @property
    def connected_until(self) -> float | None:
        """The last moment, now at the latest, at which no shard was away; None before the first connection."""
        if not self._was_connected:
            return None
        return min([self._now(), *self._away_since.values()])

    def begin(self, count: int, max_concurrency: int) -> None:
        """Begin to connect so many shards. Each counts as away from when Discord's pace lets it be there."""
        now = self._now()
        self._connected.clear()
        before = self._away_since
        self._away_since = {
            shard: before.get(shard, now + (shard // max_concurrency) * _STEP_SECONDS) for shard in range(count)
        }

    def connect(self, shard: int) -> None:
        """Note that a shard is connected."""
        self._away_since.pop(shard, None)
        self._connected.add(shard)
        self._was_connected = True

    def disconnect(self, shard: int) -> bool:
        """Note that a shard is not connected; whether it was until now."""
        if shard not in self._connected:
            return False
        self._connected.discard(shard)
        self._away_since[shard] = self._now()
        return True

    def describe(self, shard: int) -> str:
        """A shard in a log line: " (shard 1 of 2)", and nothing where there is one shard."""
        return f" (shard {shard} of {self.count})" if self.count > 1 else ""


class IdentifyPace:
    """Spaces the IDENTIFY calls of the shards as Discord wants them."""

    def __init__(self) -> None:
        self.max_concurrency = 1
        """How many shards may identify at a time: those with different remainders by it."""
        self._free_at: dict[int, float] = {}

    async def wait(self, shard: int) -> None:
        """Wait until this shard may identify."""
        now, step = asyncio.get_running_loop().time(), shard % self.max_concurrency
        turn = max(now, self._free_at.get(step, now))
        self._free_at[step] = turn + _STEP_SECONDS
        await asyncio.sleep(turn - now)
