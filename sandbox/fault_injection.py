"""Gates on a bot's three ways out (the database, the Oxen client, the conversations), where calls can be struck.

Which call is struck by what is decided by the gate: the fault matrix names one, the soak draws them. The bot is the one
that `bot.app.composed` builds, so whatever writes or reads goes through them, whichever store it belongs to.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, cast

from bot.app import Wrappers
from bot.errors import BotError, DiscordUnavailable, OxenUncertain, OxenUnreachable, StoreError
from bot.oxen.client import OxenClient
from bot.services.ports import Conversations
from bot.store.database import Database


class Fault(StrEnum):
    """What can happen to one call."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    RAISES = "raises"
    LOST_ANSWER = "times out after taking effect"


class FaultPoint(Protocol):
    """Decides what becomes of each call."""

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:  # noqa: ANN401 - whatever the call gives
        """Make the call, or not; raise ``certain`` where it had no effect, ``uncertain`` where it had one."""


Name = Callable[[str, Sequence[Any], Mapping[str, Any]], str | None]
"""What a call is called, by its method, its arguments and its keywords. ``None``: it goes past the gate."""


def with_faults(gate: FaultPoint) -> Wrappers:
    """Put a gate around everything that reaches outside.

    A write of the database takes effect with its COMMIT: it is struck before it began, or after that.
    """

    def around(real: object, name: Name, uncertain: BotError, certain: BotError) -> Any:  # noqa: ANN401
        return _Gated(real, gate, name, uncertain, certain)

    return Wrappers(
        database=lambda real: cast("Database", around(real, _write_or_read, StoreError("lost"), StoreError("refused"))),
        client=lambda real: cast(
            "OxenClient", around(real, _of_oxen, OxenUncertain("lost"), OxenUnreachable("unreachable"))
        ),
        conversations=lambda real: cast(
            "Conversations", around(real, _of_discord, DiscordUnavailable("lost"), DiscordUnavailable("down"))
        ),
    )


class _Gated:
    """One of the ways out, behind a gate."""

    def __init__(self, real: object, gate: FaultPoint, name: Name, uncertain: BotError, certain: BotError) -> None:
        self._real, self._gate, self._name = real, gate, name
        self._uncertain, self._certain = uncertain, certain

    def __getattr__(self, method_name: str) -> Any:  # noqa: ANN401 - whatever the real one has
        method = getattr(self._real, method_name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def gated_method(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            name = self._name(method_name, args, kwargs)
            if name is None:
                return await method(*args, **kwargs)
            return await self._gate.passes(name, lambda: method(*args, **kwargs), self._uncertain, self._certain)

        return gated_method


def _write_or_read(method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    match method:
        case "write" | "read":
            return f"database.{kwargs['name']}"
        case "rows":
            table = re.search(r"FROM\s+(\w+)", args[0])
            return f"database.rows of {table[1]}" if table else "database.rows"
        case "close":
            return None
        case _:
            return f"database.{method}"


def _of_oxen(method: str, _args: Sequence[Any], _kwargs: Mapping[str, Any]) -> str:
    return f"oxen.{method}"


def _of_discord(method: str, args: Sequence[Any], _kwargs: Mapping[str, Any]) -> str:
    """Edits of a card are told apart by the phase that they show."""
    return f"discord.show_card {args[1]}" if method == "show_card" else f"discord.{method}"
