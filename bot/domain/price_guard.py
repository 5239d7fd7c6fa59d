"""The price guard: a price that moved too far, or is none, is not believed alone. Prices are micro-dollars a second."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MOST_TIMES: Final = 3
"""A price that is more than so many times the one before, or less than that part of it, is in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPrice:
    """What is believed that a second costs, and what Oxen says that it costs (``None``: nothing that is a price)."""

    believed: int
    said: int | None
    is_doubted: bool = False

    @property
    def counted(self) -> int:
        """What a second is taken to cost: while it is in doubt, the higher of both."""
        return max(self.believed, self.said or 0) if self.is_doubted else self.believed

    def hear(self, said: int | None) -> GuardedPrice:
        """The price once Oxen says this. What was settled before stays settled while Oxen says the same."""
        if said is not None and self.believed <= said * MOST_TIMES and said <= self.believed * MOST_TIMES:
            return GuardedPrice(believed=said, said=said)
        if said == self.said and not self.is_doubted:
            return self
        return GuardedPrice(believed=self.believed, said=said, is_doubted=True)

    def settle(self, price: int) -> GuardedPrice:
        """The price once an operator has said what to believe."""
        return replace(self, believed=price, is_doubted=False)
