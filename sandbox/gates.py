"""Gates on a bot's three ways out (the store, the Oxen client, the conversations), where calls can be struck.

Which call is struck by what is decided by the gate: the fault matrix names one, the soak draws them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Protocol

from bot.errors import BotError


class Blow(StrEnum):
    """What can happen to one call."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    RAISES = "raises"
    LOST_ANSWER = "times out after taking effect"


class Gate(Protocol):
    """Decides what becomes of each call."""

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:  # noqa: ANN401 - whatever the call gives
        """Make the call, or not; raise ``certain`` where it had no effect, ``uncertain`` where it had one."""


class Gated:
    """One of the ways out, behind a gate."""

    def __init__(self, real: object, gate: Gate, prefix: str, uncertain: BotError, certain: BotError) -> None:
        self._real, self._gate, self._prefix = real, gate, prefix
        self._uncertain, self._certain = uncertain, certain

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the real one has
        method = getattr(self._real, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def gated(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            label = " ".join((f"{self._prefix}.{name}", *_details(name, args, kwargs)))
            return await self._gate.passes(label, lambda: method(*args, **kwargs), self._uncertain, self._certain)

        return gated


def _details(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
    """What tells calls of the same name apart: the state moved to, the columns changed, the phase shown."""
    match name:
        case "move":
            return (str(args[1]),)
        case "change":
            return (next(iter(kwargs)),)
        case "show_card":
            return (str(args[1]),)
        case _:
            return ()
