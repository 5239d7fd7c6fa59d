"""Discord's identifiers: 64 bits, the upper 42 of them the milliseconds since 2015."""

from datetime import datetime

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Hands out identifiers that grow and that carry the time they were made at."""

    def __init__(self) -> None:
        self._last = 0

    def at(self, when: datetime) -> int:
        """A new identifier for `when`; later calls give greater ones."""
        wanted = (int(when.timestamp() * 1000) - EPOCH_MS) << 22
        self._last = max(wanted, self._last + 1)
        return self._last

    def on_shard(self, when: datetime, shard: int, shards: int) -> int:
        """A new identifier of a server on one of so many shards: the first such for `when` or soon after."""
        found = self.at(when) >> 22
        while found << 22 <= self._last or found % shards != shard:
            found += 1
        self._last = found << 22
        return self._last
