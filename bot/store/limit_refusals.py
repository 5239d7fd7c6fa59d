"""How many requests were refused since the start, by the limit that had no room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import Limit, QuotaError


class LimitRefusals:
    """Counts what is refused while something is accepted."""

    def __init__(self) -> None:
        self.counts: Counter[Limit] = Counter()

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count a refusal out of the block, which goes on its way.

        Raises:
            QuotaError: that of the block.
        """
        try:
            yield
        except QuotaError as error:
            self.counts[error.limit] += 1
            raise
