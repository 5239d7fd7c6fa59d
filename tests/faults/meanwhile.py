"""What somebody does while a fault is survived."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError
from tests.faults.harness import FaultPoint


@dataclass(slots=True)
class Meanwhile(FaultPoint):
    """Something happens while the second message is on its way."""

    happens: Callable[[], Awaitable[object]] | None = None
    happens_first: Callable[[], Awaitable[object]] | None = None

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:
        if name == "discord.send_copy" and self.happens_first is not None:
            await self.happens_first()
        answer = await FaultPoint.passes(self, name, call, uncertain, certain)
        if name == "discord.send_copy" and self.happens is not None:
            happens, self.happens = self.happens, None
            await happens()
        return answer
