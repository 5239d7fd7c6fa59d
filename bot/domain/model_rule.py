"""What a server's admins say of a model: how much its seconds count, and whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.errors import RequestError
from bot.text import text

ONE: Final = 10
"""Tenths of a second that a second counts as, where nobody says otherwise."""
LEAST_TENTHS: Final = 1
MOST_TENTHS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRule:
    """``tenths``: as how many tenths of a second each second of it counts."""

    tenths: int = ONE
    is_allowed: bool = True

    @property
    def factor(self) -> float:
        """How many seconds each second counts as."""
        return self.tenths / ONE

    @property
    def is_empty(self) -> bool:
        """Whether it says what holds without it."""
        return self == ModelRule()

    def counted(self, seconds: int) -> int:
        """What a video of so many seconds takes of a quota: whole seconds, rounded up."""
        return max(1, -(-seconds * self.tenths // ONE))

    def check(self, model: str) -> None:
        """Check that a model may be used; ``model`` is what people call it.

        Raises:
            RequestError: it may not.
        """
        if not self.is_allowed:
            raise RequestError(text("quota.model_not_allowed", model=model))
