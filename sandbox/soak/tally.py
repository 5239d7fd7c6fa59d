"""What happened, counted by kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator


class Tally:
    """Counters by group: what people did, what went wrong where, how processes ended."""

    def __init__(self) -> None:
        self._groups: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def count(self, group: str, what: str, times: int = 1) -> None:
        """Note that something happened."""
        self._groups[group][what] += times

    def of(self, group: str) -> Counter[str]:
        """All of one group."""
        return self._groups[group]

    def total(self, group: str) -> int:
        """How often anything of a group happened."""
        return self._groups[group].total()

    def lines(self) -> Iterator[str]:
        """A line for each kind, under a line for each group."""
        for group, counts in self._groups.items():
            yield f"{group}: {counts.total()}"
            for what, times in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
                yield f"  {times:>6}  {what}"
